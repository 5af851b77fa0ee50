"""Records of persons as a lender's systems hold them: one of each borrower, and further ones with slips.

Who is not the same may still share much: families one phone or address, twins the day of birth, brothers and sisters
surname and home, clients of one agent the agent's phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.borrowers import Scheme
from kaopu.twin.core.draws import Part, generator, picked
from kaopu.twin.core.id_numbers import digits, id_numbers, old_form, slipped, texts
from kaopu.twin.core.made_up_names import GIVEN, PHONE_BEGINS, REGIONS, ROADS, SURNAMES, VIRTUAL_BEGINS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.town import Town

AGENT_PHONE_SHARE = 0.3
# Without a common factor with 10**8: the multiples of different numbers below that differ in their last eight digits.
STEP = 61_803_399
FURTHER_SHARE = 0.2  # of persons with a second record who have a third
TEXTS = ("given_name", "surname", "birth_date", "street", "suburb", "postcode", "region", "id_number", "phone", "email")


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Texts by column, empty where missing; `cluster` is the person: the borrower's index."""

    party_id: NDArray[np.int64]
    cluster: NDArray[np.int64]
    columns: dict[str, NDArray[np.str_]]


@dataclass(frozen=True, slots=True, eq=False)
class _Facts:
    """What is behind the texts of one record each, as numbers, so that slips are made before they are written."""

    surname: NDArray[np.int64]
    given: NDArray[np.int64]  # [record, 2]; the second -1: one character
    birth: NDArray[np.datetime64]
    signs: NDArray[np.uint8]
    home: NDArray[np.int64]
    phone: NDArray[np.int64]
    handle: NDArray[np.int64]  # of the mailbox; -1: none


def draw_records(town: Town) -> Records:
    """The records of a town: the borrowers' first ones in their order, then the further ones."""
    rng = generator(town.seed, Part.RECORDS)
    facts = _first(rng, town)
    count = len(facts.surname)
    again = np.flatnonzero(picked(rng, town.world.records.again_share, count))
    again = np.concatenate([again, again[picked(rng, FURTHER_SHARE, len(again))]])
    first, more = _texts(facts), _further(rng, town, facts, again)
    persons = count + town.names.contacts
    return Records(
        np.concatenate([np.arange(1, count + 1), persons + np.arange(1, len(again) + 1)]),
        np.concatenate([np.arange(1, count + 1), again + 1]),
        {name: np.concatenate([first[name], more[name]]) for name in TEXTS},
    )


def _first(rng: np.random.Generator, town: Town) -> _Facts:
    people = town.borrowers
    count = len(people.family)
    birth, order, region = _births(rng, town)
    weights = 1 / (np.arange(len(SURNAMES)) + 3.0)
    surname = rng.choice(len(SURNAMES), count, p=weights / weights.sum())
    # Two borrowers of one family are man and wife, more are brothers and sisters.
    surname = np.where(people.family_size >= 3, surname[people.family % count], surname)
    given = rng.integers(0, len(GIVEN), (count, 2))
    # Twins are often named alike.
    alike = (people.twin > np.arange(count)) & picked(rng, 0.7, count)
    given[alike, 0] = given[people.twin[alike], 0]
    given[picked(rng, 0.2, count), 1] = -1
    handle = np.where(picked(rng, town.world.records.email_share, count), rng.permutation(count), -1)
    together = picked(rng, 0.5, count) & (people.family_size > 1)
    home = np.where(together, people.family, count + np.arange(count))
    return _Facts(surname, given, birth, id_numbers(region, birth, order), home, _phones(rng, town), handle)


def _births(
    rng: np.random.Generator, town: Town
) -> tuple[NDArray[np.datetime64], NDArray[np.int64], NDArray[np.int64]]:
    people = town.borrowers
    count = len(people.family)
    start = np.datetime64(town.world.start)
    birth = start - np.rint(people.age * 365.2425 + rng.integers(0, 365, count)).astype("timedelta64[D]")
    order = rng.integers(0, 998, count)
    codes = np.array([int(code) for code, _, _ in REGIONS])
    region = codes[rng.integers(0, len(codes), count)[people.family % count]]
    younger = people.twin > np.arange(count)
    birth[younger] = birth[people.twin[younger]]
    order[younger] = np.minimum(order[people.twin[younger]] + 1, 999)
    return birth, order, region


def _phones(rng: np.random.Generator, town: Town) -> NDArray[np.int64]:
    """A number (an index) for each borrower; some give a relative's, some clients of one agent the agent's."""
    people = town.borrowers
    count = len(people.family)
    phone = np.arange(count)
    borrowed = (people.family_size > 1) & picked(rng, town.world.records.family_phone * 3, count)
    first = np.full(count, count)
    np.minimum.at(first, people.family, phone)
    phone = np.where(borrowed, first[people.family], phone)
    agent = (people.scheme == Scheme.HUB) & picked(rng, AGENT_PHONE_SHARE, count)
    return np.where(agent, 3 * count + people.group, phone)


def _further(
    rng: np.random.Generator, town: Town, facts: _Facts, again: NDArray[np.int64]
) -> dict[str, NDArray[np.str_]]:
    """Further records of the same persons, each with slips of its own."""
    slips, count, people = town.world.records, len(again), len(facts.surname)
    signs = facts.signs[again]
    slip = picked(rng, slips.id_slip, count)
    signs[slip] = slipped(rng, signs[slip])
    birth = facts.birth[again]
    wrong = picked(rng, slips.birth_slip, count)
    birth[wrong] += rng.choice(np.array([-10, -1, 1, 10, 365]), np.count_nonzero(wrong)).astype("timedelta64[D]")
    moved = picked(rng, slips.address_moved, count)
    changed = picked(rng, slips.phone_changed, count)
    new = np.arange(count)
    changed_facts = _Facts(
        facts.surname[again],
        facts.given[again],
        birth,
        signs,
        np.where(moved, 8 * people + new, facts.home[again]),
        np.where(changed, 8 * people + new, facts.phone[again]),
        facts.handle[again],
    )
    found = _texts(changed_facts)
    found["given_name"] = np.where(
        picked(rng, slips.nickname, count), _nicknames(rng, facts.given[again]), found["given_name"]
    )
    old = picked(rng, slips.id_old_form, count) & (birth < np.datetime64("2000-01-01"))
    found["id_number"] = np.where(old, old_form(signs), found["id_number"])
    found["id_number"] = np.where(picked(rng, slips.id_missing, count), "", found["id_number"])
    return found


def _nicknames(rng: np.random.Generator, given: NDArray[np.int64]) -> NDArray[np.str_]:
    """小明, 阿明, 明明, or the name without its first character."""
    last = np.array(GIVEN)[np.where(given[:, 1] >= 0, given[:, 1], given[:, 0])]
    begins = np.array(["小", "阿", "", ""])[rng.integers(0, 4, len(given))]
    doubled = (begins == "") & (rng.random(len(given)) < 0.5)
    return np.strings.add(np.where(doubled, last, begins), last)


def _texts(facts: _Facts) -> dict[str, NDArray[np.str_]]:
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
