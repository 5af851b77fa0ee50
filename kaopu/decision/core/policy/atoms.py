"""A column's values cut at every constant that its cells name: points and open stretches between them.

Within one stretch every cell of constants says the same, so one sample stands for all of it. For whole numbers a
stretch without a whole number in it is nothing: `<= 599` and `>= 600` leave no gap there, with fractions they do.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

ANY = "any"


@dataclass(frozen=True, slots=True)
class Domain:
    """The values a field can have when a table is asked.

    `kind`: number, integer, string, date, boolean, array, object, or `any` where nobody knows: then only the kinds
    its cells name are looked at. `values`: all there are. `nullable`: it may be null or absent.
    """

    kind: str = ANY
    low: Decimal | None = None
    high: Decimal | None = None
    values: frozenset[Any] | None = None
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Atom:
    """A sample and the values it stands for, in words."""

    sample: Any
    words: str


def atoms_of(domain: Domain, constants: Iterable[Any]) -> tuple[Atom, ...]:
    """The parts of the domain that these constants tell apart."""
    named = list(constants)
    numbers = sorted({each for each in named if isinstance(each, Decimal)})
    texts = sorted({each for each in named if isinstance(each, str)})
    found = [Atom(None, "null or missing")] if domain.nullable else []
    if domain.values is not None:
        known = sorted(domain.values, key=lambda each: (str(type(each)), each is not None and each))
        return (*found, *(Atom(each, f"= {_shown(each)}") for each in known if each is not None or not found))
    if domain.kind in ("number", "integer") or (domain.kind == ANY and numbers):
        found += _numbers(domain, numbers)
    if domain.kind in ("string", "date") or (domain.kind == ANY and texts):
        other = "".join(texts) + "~"
        found += [Atom(each, f"= {_shown(each)}") for each in texts] + [Atom(other, "another text")]
    if domain.kind == "boolean" or (domain.kind == ANY and any(isinstance(each, bool) for each in named)):
        found += [Atom(True, "= true"), Atom(False, "= false")]
    return tuple(found) or (Atom(None, "null or missing"),)


def _numbers(domain: Domain, constants: list[Decimal]) -> list[Atom]:
    low, high = domain.low, domain.high
    ends = [each for each in (low, high) if each is not None]
    inside = [each for each in constants if (low is None or each >= low) and (high is None or each <= high)]
    points: list[Decimal] = sorted({*inside, *ends})
    if not points:
        return [Atom(Decimal(0), "any number")]
    whole = domain.kind == "integer"
    found = [] if low is not None else [Atom(_below(points[0], whole=whole), f"below {_shown(points[0])}")]
    for left, right in pairwise([*points, None]):
        if left is not None and (not whole or left == left.to_integral_value()):
            found.append(Atom(left, f"= {_shown(left)}"))
        if left is not None and right is not None:
            found += _between(left, right, whole=whole)
    last = points[-1]
    return found if high is not None else [*found, Atom(_above(last, whole=whole), f"above {_shown(last)}")]


def _between(left: Decimal, right: Decimal, *, whole: bool) -> list[Atom]:
    sample = Decimal(floor(left) + 1) if whole else (left + right) / 2
    return [Atom(sample, f"between {_shown(left)} and {_shown(right)}")] if sample < right else []


def _below(point: Decimal, *, whole: bool) -> Decimal:
    return Decimal(ceil(point) - 1) if whole else point - 1


def _above(point: Decimal, *, whole: bool) -> Decimal:
    return Decimal(floor(point) + 1) if whole else point + 1


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value)
