"""What a policy declares about itself: inputs with types and ranges, outcomes, reasons, owner and days of validity."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.json_reader import JsonReader
from kaopu.decision.core.policy.policy_input import PolicyInput, input_from
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

AS_OF = "as_of"
MANIFEST_KEYS = (
    *("name", "title", "rationale", "owner", "purpose", "valid_from", "valid_to"),
    *("inputs", "outcomes", "reasons", "approved_attributes"),
)


class Purpose(StrEnum):
    """What the decision is for; data about contacts may feed fraud and identity, never credit."""

    CREDIT = "credit"
    FRAUD = "fraud"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages; an absent one is empty (`check` finds it)."""

    en: str = ""
    zh: str = ""

    @property
    def complete(self) -> bool:
        """Whether both languages say something."""
        return bool(self.en.strip() and self.zh.strip())


@dataclass(frozen=True, slots=True)
class ApprovedAttribute:
    """A protected attribute this policy may use, why, and who said so."""

    field: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of a policy, see docs/policies.md. `valid_to` is the last day it counts; None is open."""

    name: str
    title: Words
    rationale: Words
    owner: str
    purpose: Purpose
    valid_from: date
    valid_to: date | None
    inputs: tuple[PolicyInput, ...]
    outcomes: tuple[str, ...]
    reasons: Mapping[str, Words] = field(hash=False)
    approved_attributes: tuple[ApprovedAttribute, ...] = ()

    def input(self, name: str) -> PolicyInput | None:
        """The declared input of this name, if there is one."""
        return next((each for each in self.inputs if each.field == name), None)

    @property
    def fields_read(self) -> Mapping[str, str]:
        """Every field the null law or the graph may read, with its type: the inputs and their days of observation."""
        days = {each.observed_on: "date" for each in self.inputs if each.observed_on}
        return days | {each.field: each.type.value for each in self.inputs}


def manifest_from(table: Mapping[str, Any], file: str) -> Manifest:
    """The manifest written under the key `manifest`.

    Raises:
        BadInput: naming file, place, key, what was found and what was expected.
    """
    read = JsonReader(table, f"{file}: manifest")
    read.only(MANIFEST_KEYS)
    inputs = tuple(input_from(each) for each in read.objects("inputs"))
    valid_from, valid_to = read.day("valid_from"), read.day("valid_to")
    if valid_from is None:
        raise read.wrong("valid_from", "a day as YYYY-MM-DD")
    if valid_to is not None and valid_to < valid_from:
        raise read.wrong("valid_to", f"a day not before valid_from {valid_from}, or null")
    _fields_fit_together(inputs, read)
    return Manifest(
        name=read.text("name"),
        title=_words(read.table_at("title")),
        rationale=_words(read.table_at("rationale")),
        owner=read.text("owner"),
        purpose=Purpose(read.one_of("purpose", [each.value for each in Purpose])),
        valid_from=valid_from,
        valid_to=valid_to,
        inputs=inputs,
        outcomes=read.texts("outcomes"),
        reasons=_reasons(read.table_at("reasons")),
        approved_attributes=tuple(_approved(each) for each in read.objects("approved_attributes")),
    )


def _words(read: JsonReader) -> Words:
    read.only(("en", "zh"))
    return Words(read.text("en", ""), read.text("zh", ""))


def _reasons(read: JsonReader) -> dict[str, Words]:
    return {code: _words(read.table_at(code)) for code in read.table}


def _approved(read: JsonReader) -> ApprovedAttribute:
    read.only(("field", "reason", "by"))
    return ApprovedAttribute(read.text("field"), read.text("reason"), read.text("by"))


def _fields_fit_together(inputs: tuple[PolicyInput, ...], read: JsonReader) -> None:
    types = {each.field: each.type.value for each in inputs}
    names = [each.field for each in inputs]
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice:
        raise BadInput(f"{read.where}.inputs: the field {twice!r} is declared twice, expected once")
    for name in names:
        above = next((other for other in names if name.startswith(other + ".")), None)
        if above and types[above] != "object":
            raise BadInput(f"{read.where}.inputs: {name!r} lies within {above!r}, which is declared {types[above]}")
    if any(each.observed_on for each in inputs):
        as_of = next((each for each in inputs if each.field == AS_OF), None)
        if as_of is None or as_of.type.value != "date" or not as_of.required:
            raise BadInput(f"{read.where}.inputs: observed_on needs the required input {AS_OF!r} of type date")
