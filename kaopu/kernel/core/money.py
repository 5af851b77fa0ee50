"""Exact money: whole minor units of a currency (fen, cents), and sums shared out so that nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from kaopu.kernel.core.currencies import EXPONENTS
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

MINOR_MAX = 2**63 - 1  # columns and kernels hold amounts in 64 bits


class CurrencyMismatch(ValueError):  # noqa: N818 - named for what happened
    """Two amounts of different currencies were added, subtracted or compared: the program is at fault."""


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in whole minor units. 12.34 yuan is `Money("CNY", 1234)`."""

    currency: str
    minor: int

    def __post_init__(self) -> None:
        exponent(self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self._same(other), self.minor + other.minor)

    def __sub__(self, other: Money) -> Money:
        return Money(self._same(other), self.minor - other.minor)

    def __neg__(self) -> Money:
        return Money(self.currency, -self.minor)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __str__(self) -> str:
        return f"{to_major(self.minor, self.currency)} {self.currency}"

    def _same(self, other: Money) -> str:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix")
        return self.currency


def exponent(currency: str) -> int:
    """Decimals of a currency: 2 for CNY, 0 for JPY, 3 for KWD. Raises `BadInput` for a code that is not active."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise BadInput(f"currency: {currency!r} given, expected an active ISO 4217 code in capitals, as CNY") from None


def to_minor(major: Decimal, currency: str) -> int:
    """Major units in whole minor units: `Decimal("12.34")` yuan is 1234.

    Raises `BadInput` for more decimals than the currency has (trailing zeros do not count), for amounts beyond 64 bits
    of minor units, and for NaN and infinity.
    """
    decimals = exponent(currency)
    # Measured before it is expanded: Decimal("1E+999999999") would otherwise fill the memory.
    if not major.is_finite() or major.adjusted() + decimals > len(str(MINOR_MAX)):
        raise BadInput(f"amount: {major} given, expected at most {to_major(MINOR_MAX, currency)} {currency}")
    if major and major.adjusted() < -decimals:
        raise BadInput(f"amount: {major} given, expected at most {decimals} decimals in {currency}")
    minor = Fraction(major) * Fraction(10**decimals)
    if minor.denominator != 1:
        raise BadInput(f"amount: {major} given, expected at most {decimals} decimals in {currency}")
    if abs(minor.numerator) > MINOR_MAX:
        raise BadInput(f"amount: {major} given, expected at most {to_major(MINOR_MAX, currency)} {currency}")
    return minor.numerator


def to_major(minor: int, currency: str) -> str:
    """Minor units as a decimal string in major units: 1234 fen is "12.34", -5 is "-0.05", 7 yen is "7"."""
    decimals = exponent(currency)
    sign, digits = "-" if minor < 0 else "", str(abs(minor)).zfill(decimals + 1)
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def allocate(total_minor: int, weights: Sequence[int | Decimal | Fraction]) -> list[int]:
    """`total_minor` shared out in proportion to `weights` by largest remainder; the parts add up to it exactly.

    Weights are 0 or more and not all 0; a weight of 0 gets nothing. Equal remainders favour the earlier part. A total
    below 0 is shared as its opposite is, so that a refund mirrors the payment it undoes.
    """
    scaled = _whole(weights)
    whole = sum(scaled)
    size = abs(total_minor)
    parts, remainders = [], []
    for weight in scaled:
        part, remainder = divmod(size * weight, whole)
        parts.append(part)
        remainders.append(remainder)
    largest_first = sorted(range(len(parts)), key=lambda n: (-remainders[n], n))
    for n in largest_first[: size - sum(parts)]:
        parts[n] += 1
    return parts if total_minor >= 0 else [-part for part in parts]


def _whole(weights: Sequence[int | Decimal | Fraction]) -> list[int]:
    if any(isinstance(weight, Decimal) and not weight.is_finite() for weight in weights):
        raise BadInput("weights: not a number given, expected numbers of 0 or more")
    exact = [Fraction(weight) for weight in weights]
    if not any(exact) or min(exact) < 0:
        raise BadInput(f"weights: {[str(weight) for weight in weights]} given, expected 0 or more and not all 0")
    scale = lcm(*(weight.denominator for weight in exact))
    return [weight.numerator * (scale // weight.denominator) for weight in exact]
