"""Columns that may not enter a score: protected by law until approved with a reason, and contacts never.

Names are compared word by word (`personal_status_sex`, `AGE`, `性别`), so `PAY_AMT1` or `mortgage` stay. A name is no
proof: whoever approves a model reads its list of columns.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROTECTED = frozenset({
    "sex", "gender", "male", "female", "age", "yob", "dob", "birth", "birthday", "birthdate", "birthyear", "marriage",
    "marital", "married", "race", "ethnicity", "ethnic", "religion", "nationality", "nation", "foreign", "disability",
    "pregnancy", "pregnant", "politics", "union",
})  # fmt: skip
PROTECTED_ZH = ("性别", "年龄", "出生", "婚姻", "民族", "种族", "宗教", "国籍", "残疾", "怀孕", "政治")
CONTACTS = frozenset({
    "contact", "contacts", "guarantorphone", "phonebook", "addressbook", "reach", "reachable", "reachability",
    "unreachable",
})  # fmt: skip
CONTACTS_ZH = ("联系人", "通讯录", "通话记录", "触达", "失联")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words_of(column: str) -> frozenset[str]:
    """The words a column's name is made of, in small letters."""
    return frozenset(word.lower() for word in WORD.findall(column))


def is_protected(column: str) -> bool:
    """Whether the name speaks of a protected attribute."""
    return bool(words_of(column) & PROTECTED) or any(word in column for word in PROTECTED_ZH)


def is_about_contacts(column: str) -> bool:
    """Whether the name speaks of a contact: never in a credit score, whoever approves."""
    return bool(words_of(column) & CONTACTS) or any(word in column for word in CONTACTS_ZH)


def left_out(columns: Iterable[str], approved: Mapping[str, str]) -> dict[str, str]:
    """Columns that stay out of the model, and why. Raises `BadInput` for an approval that cannot be."""
    names = tuple(columns)
    for name, reason in approved.items():
        if name not in names:
            raise BadInput(f"--approve-attribute {name}: no such column, expected one of {', '.join(names[:12])}")
        if is_about_contacts(name):
            raise BadInput(f"--approve-attribute {name}: data about contacts never feed a credit score")
        if not reason.strip():
            raise BadInput(f"--approve-attribute {name}: no reason given, expected {name}=REASON")
    found = {name: "data about contacts never feed a credit score" for name in names if is_about_contacts(name)}
    protected = (name for name in names if is_protected(name) and name not in approved and name not in found)
    return found | dict.fromkeys(protected, "protected attribute without an approval")
