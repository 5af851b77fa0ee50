"""Is a new record a person already known? Fellegi and Sunter's sum of weights over ten fields, for one pair at a time.

Each comparison has levels; a level weighs log2(m/u): m its share among pairs of one person, u among pairs of two
(Fellegi, Sunter 1969, J. Am. Stat. Assoc. 64). The table is what Splink estimated on febrl 2 and on its made-up
thousand, rounded; the u of names are those of Chinese surnames, of which the three commonest are a fifth of all people.
A table of many rows is fitted anew (`kaopu.party.linkage.pairs`); this one serves a single new person, and few rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from kaopu.party.core.person_record import checks

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.party.core.person_record import PersonRecord


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison: its word, m and u."""

    word: str
    m: float
    u: float

    @property
    def weight(self) -> float:
        """log2(m/u): bits for (above 0) or against one person."""
        return log2(self.m / self.u)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a pair weighs what it does: the fields, the level's word, its bits."""

    field: str
    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Match:
    """Probability in 0 to 1 that two records are one person, and the reasons, the heaviest first."""

    probability: float
    reasons: tuple[Reason, ...]


NAMES = (
    Level("same", 0.33, 4e-4),
    Level("changed places", 0.06, 1e-4),
    Level("much alike", 0.20, 2e-4),
    Level("alike", 0.06, 4e-4),
    Level("same surname", 0.10, 0.05),
    Level("same given name", 0.08, 0.006),
    Level("different", 0.17, 0.943),
)
EDITS = {
    "birth_date": (
        Level("same", 0.85, 2e-4),
        Level("one sign off", 0.04, 1.2e-3),
        Level("two signs off", 0.06, 0.015),
        Level("different", 0.05, 0.9836),
    ),
    "id_number": (
        Level("same", 0.87, 1e-6),
        Level("one sign off", 0.06, 2e-5),
        Level("two signs off", 0.03, 2e-4),
        Level("different", 0.04, 0.99978),
    ),
    "postcode": (
        Level("same", 0.76, 2e-3),
        Level("one sign off", 0.15, 0.015),
        Level("two signs off", 0.02, 0.11),
        Level("different", 0.07, 0.873),
    ),
    # Families share a phone: so much more often than strangers share a number by chance.
    "phone": (Level("same", 0.75, 5e-5), Level("one sign off", 0.03, 1e-5), Level("different", 0.22, 0.99994)),
}
# A number with two slips checks by chance once in eleven; one slip never leaves it right.
TWO_NUMBERS = Level("two numbers that check", 1e-4, 0.99)
LIKENESS = {
    "street": ((0.9, 0.8), (
        Level("same", 0.57, 5e-4), Level("much alike", 0.3, 5e-4), Level("alike", 0.03, 0.014),
        Level("different", 0.10, 0.9855),
    )),
    "suburb": ((0.9, 0.8), (
        Level("same", 0.66, 0.01), Level("much alike", 0.23, 3e-3), Level("alike", 0.03, 4e-3),
        Level("different", 0.08, 0.983),
    )),
    "email": ((0.95, 0.88), (
        Level("same", 0.70, 1e-5), Level("much alike", 0.17, 1e-4), Level("alike", 0.06, 5e-4),
        Level("different", 0.07, 0.99939),
    )),
    "region": ((), (Level("same", 0.95, 0.2), Level("different", 0.05, 0.8))),
}  # fmt: skip


HOUSEHOLD = frozenset({"phone", "street", "suburb", "postcode", "region"})
HOUSEHOLD_BITS_MOST = 8.0
LEAST_OTHERS = 5_000


def matched(left: PersonRecord, right: PersonRecord, *, others: int) -> Match:
    """How probably two records are one person.

    Args:
        left: a record; a field unknown on either side says nothing.
        right: another.
        others: how many persons `right` was picked from: before anything is compared, one in twice as many (of
            LEAST_OTHERS at least: what a young book does not hold yet is still out there).
    """
    reasons = tuple(
        Reason(field, level.word, level.weight) for field, level in _compared(left, right) if level is not None
    )
    bits = -log2(2 * max(others, LEAST_OTHERS)) + _sum_of(reasons)
    probability = 1 / (1 + 2.0**-bits) if bits > -1000 else 0.0
    return Match(probability, tuple(sorted(reasons, key=lambda reason: -reason.weight)))


def _sum_of(reasons: tuple[Reason, ...]) -> float:
    """Bits in all. What a household shares counts once, and for little, where the birth dates differ: a brother."""
    shared = sum(reason.weight for reason in reasons if reason.field in HOUSEHOLD)
    rest = sum(reason.weight for reason in reasons if reason.field not in HOUSEHOLD)
    two_births = any(reason.field == "birth_date" and reason.word == "different" for reason in reasons)
    return rest + (min(shared, HOUSEHOLD_BITS_MOST) if two_births else shared)


def _compared(left: PersonRecord, right: PersonRecord) -> list[tuple[str, Level | None]]:
    found: list[tuple[str, Level | None]] = [("name", _names(left, right))]
    for field, levels in EDITS.items():
        found.append((field, _by(field, left, right, levels, _edits)))
    if left.id_number != right.id_number and checks(left.id_number) and checks(right.id_number):
        found = [(field, TWO_NUMBERS if field == "id_number" else level) for field, level in found]
    same_street = left.street is not None and left.street == right.street
    for field, (steps, levels) in LIKENESS.items():
        if field == "suburb" and same_street:
            continue  # where the street agrees, its suburb says nothing more
        found.append((field, _by(field, left, right, levels, lambda a, b, steps=steps: _likeness(a, b, steps))))
    return found


def _by(
    field: str, left: PersonRecord, right: PersonRecord, levels: tuple[Level, ...], place: Callable[..., int]
) -> Level | None:
    one, other = getattr(left, field), getattr(right, field)
    return None if one is None or other is None else levels[min(place(one, other), len(levels) - 1)]


def _edits(one: str, other: str) -> int:
    """0, 1, 2 or more signs put in, left out, changed or swapped."""
    return DamerauLevenshtein.distance(one, other, score_cutoff=2)


def _likeness(one: str, other: str, steps: tuple[float, ...]) -> int:
    if one == other:
        return 0
    close = JaroWinkler.similarity(one, other)
    return next((place for place, least in enumerate(steps, 1) if close >= least), len(steps) + 1)


def _names(left: PersonRecord, right: PersonRecord) -> Level | None:
    """Given name and surname are judged together: they change places, and common surnames say little."""
    given, surname = (left.given_name, right.given_name), (left.surname, right.surname)
    if None in (*given, *surname):
        return None
    if given[0] == given[1] and surname[0] == surname[1]:
        return NAMES[0]
    if given[0] == surname[1] and surname[0] == given[1]:
        return NAMES[1]
    places = [_likeness(*pair, (0.92, 0.8)) for pair in (given, surname)]  # type: ignore[arg-type]
    if max(places) <= 2:
        return NAMES[2] if max(places) <= 1 else NAMES[3]
    if places[1] == 0:
        return NAMES[4]
    return NAMES[5] if places[0] == 0 else NAMES[6]


def block_keys(record: PersonRecord) -> tuple[str, ...]:
    """Texts that a record shares with others of the same person; two records with none in common are not compared."""
    given, surname, born = record.given_name, record.surname, record.birth_date
    wanted = {
        "id": (record.id_number,),
        "email": (record.email,),
        "phone": (record.phone,),
        "born-surname": (born, surname),
        "born-given": (born, given),
        "names": (surname and given and "|".join(sorted((given, surname))), record.region or record.suburb or ""),
        "born-postcode": (born, record.postcode),
        "born-suburb": (born, record.suburb),
        "street": (record.street, record.suburb or record.postcode),
        "month-names": (born and born[:6], surname and surname[:2], given and given[:2]),
    }
    whole = {rule: [part for part in parts if part is not None] for rule, parts in wanted.items()}
    return tuple("\0".join((rule, *parts)) for rule, parts in whole.items() if len(parts) == len(wanted[rule]))
