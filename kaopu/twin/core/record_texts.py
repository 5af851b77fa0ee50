"""Texts of records: names, addresses, numbers and mailboxes out of whole numbers, equal for equal ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.id_numbers import digits, texts
from kaopu.twin.core.made_up_names import GIVEN, PHONE_BEGINS, REGIONS, ROADS, SURNAMES, VIRTUAL_BEGINS

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEXTS = ("given_name", "surname", "birth_date", "street", "suburb", "postcode", "region", "id_number", "phone", "email")
# Without a common factor with 10**8: the multiples of different numbers below that differ in their last eight digits.
STEP = 61_803_399


@dataclass(frozen=True, slots=True, eq=False)
class RecordFacts:
    """What is behind the texts of one record each, as numbers, so that slips are made before they are written."""

    surname: NDArray[np.int64]
    given: NDArray[np.int64]  # [record, 2]; the second -1: one character
    birth: NDArray[np.datetime64]
    signs: NDArray[np.uint8]
    home: NDArray[np.int64]
    phone: NDArray[np.int64]
    handle: NDArray[np.int64]  # of the mailbox; -1: none


def record_texts(facts: RecordFacts) -> dict[str, NDArray[np.str_]]:
    """The columns of records: texts, empty where nothing is said."""
    home = _scattered(facts.home, 1)
    region = np.array([code for code, _, _ in REGIONS])[home % len(REGIONS)]
    suburb = np.array([name for _, name, _ in REGIONS])[home % len(REGIONS)]
    begins = np.array([postcode for _, _, postcode in REGIONS])[home % len(REGIONS)]
    road = np.array(ROADS)[home // 64 % len(ROADS)]
    number = (home // 4096 % 300 + 1).astype(np.str_)
    unit = (home // 2**21 % 30 * 100 + home // 2**27 % 4 + 101).astype(np.str_)
    add = np.strings.add
    given = np.array([*GIVEN, ""])[facts.given]
    mailbox = add(add("u", texts(digits(np.maximum(facts.handle, 0) * STEP % 10**8, 8))), "@example.com")
    return {
        "given_name": add(given[:, 0], given[:, 1]),
        "surname": np.array(SURNAMES)[facts.surname],
        "birth_date": facts.birth.astype("datetime64[D]").astype(np.str_),
        "street": add(add(add(road, number), add("号", unit)), "室"),
        "suburb": suburb,
        "postcode": add(begins, texts(digits(home // 4096 % 30, 2))),
        "region": region,
        "id_number": texts(facts.signs),
        "phone": phone_numbers(facts.phone),
        "email": np.where(facts.handle >= 0, mailbox, ""),
    }


def phone_numbers(phone: NDArray[np.int64]) -> NDArray[np.str_]:
    """Eleven digits, different for different indices below 10**8."""
    scattered = _scattered(phone, 3)
    begins = np.array([*PHONE_BEGINS, *VIRTUAL_BEGINS[:1]])[scattered % (len(PHONE_BEGINS) + 1)]
    return np.strings.add(begins, texts(digits(phone * STEP % 10**8, 8)))


def _scattered(number: NDArray[np.int64], salt: int) -> NDArray[np.int64]:
    """A whole number from 0 that is equal for equal numbers and tells nothing else (SplitMix64)."""
    # The product is kept within 64 bits, as numpy says so where one number alone overflows.
    mixed = number.astype(np.uint64) + np.uint64(salt * 0x9E3779B97F4A7C15 % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(2)).astype(np.int64)


def nicknames(rng: np.random.Generator, given: NDArray[np.int64]) -> NDArray[np.str_]:
    """小明, 阿明, 明明, or the name without its first character."""
    last = np.array(GIVEN)[np.where(given[:, 1] >= 0, given[:, 1], given[:, 0])]
    begins = np.array(["小", "阿", "", ""])[rng.integers(0, 4, len(given))]
    doubled = (begins == "") & (rng.random(len(given)) < 0.5)
    return np.strings.add(np.where(doubled, last, begins), last)
