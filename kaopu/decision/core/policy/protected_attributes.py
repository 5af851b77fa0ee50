"""Words in field names that tell of a protected fact, or of somebody else than the applicant; English and Chinese."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from kaopu.decision.core.features.sensitivity import Sensitivity


class Attribute(NamedTuple):
    """A kind of fact, the words that name it and why it is looked after."""

    name: str
    sensitivity: Sensitivity
    words: tuple[str, ...]
    source: str


_CREDIT_REPORTING = "Regulations on the Credit Reporting Industry (征信业管理条例), article 14"
_PERSONAL_INFORMATION = "Personal Information Protection Law (个人信息保护法), articles 24 and 28"
_CONTACTS = "house rule: data about contacts never feeds a credit decision"
_FORBIDDEN, _PROTECTED, _CONTACT = Sensitivity.FORBIDDEN, Sensitivity.PROTECTED, Sensitivity.CONTACT
ATTRIBUTES = (
    Attribute("religion", _FORBIDDEN, ("religion", "religious", "faith", "宗教", "信仰"), _CREDIT_REPORTING),
    Attribute("genes", _FORBIDDEN, ("gene", "genes", "genetic", "dna", "基因"), _CREDIT_REPORTING),
    Attribute("fingerprint", _FORBIDDEN, ("fingerprint", "指纹"), _CREDIT_REPORTING),
    Attribute("blood type", _FORBIDDEN, ("blood", "血型"), _CREDIT_REPORTING),
    Attribute(
        "health", _FORBIDDEN, ("health", "disease", "illness", "medical", "pregnant", "疾病", "病史"), _CREDIT_REPORTING
    ),
    Attribute(
        "ethnicity", _FORBIDDEN, ("ethnicity", "ethnic", "race", "racial", "民族", "种族"), _PERSONAL_INFORMATION
    ),
    Attribute("political opinion", _FORBIDDEN, ("political", "politics", "政治"), _PERSONAL_INFORMATION),
    Attribute("sex", _PROTECTED, ("sex", "gender", "male", "female", "性别"), _PERSONAL_INFORMATION),
    Attribute("age", _PROTECTED, ("age", "birthday", "birth", "年龄", "出生"), _PERSONAL_INFORMATION),
    Attribute(
        "marriage", _PROTECTED, ("marital", "marriage", "married", "spouse", "婚姻", "配偶"), _PERSONAL_INFORMATION
    ),
    Attribute("disability", _PROTECTED, ("disability", "disabled", "残疾"), _PERSONAL_INFORMATION),
    Attribute(
        "origin", _PROTECTED, ("nationality", "birthplace", "hukou", "native", "籍贯", "户籍"), _PERSONAL_INFORMATION
    ),
    Attribute(
        "contacts",
        _CONTACT,
        (
            "contact",
            "contacts",
            "addressbook",
            "phonebook",
            "calllog",
            "guarantors",
            "联系人",
            "通讯录",
            # How well somebody can be found is worth something to a reserve, and may never price or refuse a person.
            "reach",
            "reachable",
            "reachability",
            "unreachable",
            "触达",
            "失联",
        ),
        _CONTACTS,
    ),
)
PAIRS = {("address", "book"), ("phone", "book"), ("call", "log")}


def attribute_of(field: str) -> Attribute | None:
    """The protected fact that a field's name tells of; whole words only: `usage` is no age, `message` no sex."""
    words = re.findall(r"[a-z]+|[0-9]+|[\u4e00-\u9fff]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", field).lower())
    joined = {one + two for one, two in pairwise(words) if (one, two) in PAIRS}
    for each in ATTRIBUTES:
        for word in each.words:
            if word in words or word in joined or (not word.isascii() and word in field):
                return each
    return None
