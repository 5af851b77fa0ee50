"""Numbers of bank cards: the check of Luhn (ISO/IEC 7812-1), lengths, and the brand where its prefix is public.

Luhn finds every single wrong digit but not a 0 and a 9 that changed places, and lets all zeros pass: those need rules
of their own. ISO/IEC 7812 allows 8 to 19 digits; a payment card has 12 or more: from there on a brand's lengths hold.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from stdnum import luhn

from kaopu.party.core.identity_check import Check, answer

DIGITS = re.compile(r"[0-9]+")
LENGTHS = range(8, 20)
PAYMENT_CARD_DIGITS_MIN = 12


@dataclass(frozen=True, slots=True)
class Brand:
    """A card brand: prefixes from and to (both counted, alike long), and how many digits its numbers have."""

    name: str
    prefixes: tuple[tuple[str, str], ...]
    lengths: range

    def owns(self, number: str) -> bool:
        """Whether the number begins with one of the prefixes."""
        return any(low <= number[: len(low)] <= high for low, high in self.prefixes)


# Cards of mainland banks under foreign prefixes have up to 19 digits, so Visa's are not only 13 and 16.
BRANDS = (
    Brand("UnionPay", (("62", "62"), ("81", "81")), range(16, 20)),
    Brand("Visa", (("4", "4"),), range(13, 20)),
    Brand("Mastercard", (("51", "55"), ("2221", "2720")), range(16, 17)),
    Brand("American Express", (("34", "34"), ("37", "37")), range(15, 16)),
    Brand("Diners Club", (("300", "305"), ("3095", "3095"), ("36", "36"), ("38", "39")), range(14, 20)),
    Brand("JCB", (("3528", "3589"),), range(16, 20)),
    Brand("Discover", (("6011", "6011"), ("644", "649"), ("65", "65")), range(16, 20)),
    Brand("Mir", (("2200", "2204"),), range(16, 20)),
)


def digit_sum(number: str) -> int:
    """The sum of Luhn, which a good number has divisible by 10."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled)


def passes_luhn(number: str) -> bool:
    """Whether the last digit checks the others, whatever the length."""
    return bool(luhn.is_valid(number))


def brand_of(number: str) -> Brand | None:
    """The brand that owns the prefix; None where it is not public."""
    return next((brand for brand in BRANDS if brand.owns(number)), None)


def check_card(raw: str) -> Check:
    """Whether this can be the number of a card, with every fault or every remark."""
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", raw))
    if DIGITS.fullmatch(number) is None:
        return Check(valid=False, why="illegal character: digits only" if number else "is empty")
    if not number.strip("0"):
        return Check(valid=False, why="all zeros")
    brand = brand_of(number)
    faults = _length_faults(number, brand)
    if not passes_luhn(number):
        faults.append("wrong check digit (Luhn)")
    return answer(faults, _remarks(number, brand))


def _length_faults(number: str, brand: Brand | None) -> list[str]:
    if len(number) not in LENGTHS:
        return [f"length {len(number)}, a card number has {LENGTHS.start} to {LENGTHS.stop - 1} digits"]
    if brand and len(number) >= PAYMENT_CARD_DIGITS_MIN and len(number) not in brand.lengths:
        return [f"length {len(number)}, {brand.name} has {_words(brand.lengths)} digits"]
    return []


def _words(lengths: range) -> str:
    return str(lengths.start) if len(lengths) == 1 else f"{lengths.start} to {lengths.stop - 1}"


def _remarks(number: str, brand: Brand | None) -> list[str]:
    remarks = ["Luhn holds", f"brand {brand.name}" if brand else "brand not known by its prefix"]
    if len(number) < PAYMENT_CARD_DIGITS_MIN:
        remarks.append(f"warning: {len(number)} digits are too few for a payment card")
    return remarks
