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
from kaopu.twin.core.id_numbers import id_numbers, old_form, slipped
from kaopu.twin.core.made_up_names import GIVEN, REGIONS, SURNAMES
from kaopu.twin.core.record_texts import TEXTS, RecordFacts, nicknames, record_texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.town import Town

AGENT_PHONE_SHARE = 0.3
FURTHER_SHARE = 0.2  # of persons with a second record who have a third


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Texts by column, empty where missing; `cluster` is the person: the borrower's index."""

    party_id: NDArray[np.int64]
    cluster: NDArray[np.int64]
    columns: dict[str, NDArray[np.str_]]


def draw_records(town: Town) -> Records:
    """The records of a town: the borrowers' first ones in their order, then the further ones."""
    rng = generator(town.seed, Part.RECORDS)
    facts = _first(rng, town)
    count = len(facts.surname)
    again = np.flatnonzero(picked(rng, town.world.records.again_share, count))
    again = np.concatenate([again, again[picked(rng, FURTHER_SHARE, len(again))]])
    first, more = record_texts(facts), _further(rng, town, facts, again)
    persons = count + town.names.contacts
    return Records(
        np.concatenate([np.arange(1, count + 1), persons + np.arange(1, len(again) + 1)]),
        np.concatenate([np.arange(1, count + 1), again + 1]),
        {name: np.concatenate([first[name], more[name]]) for name in TEXTS},
    )


def _first(rng: np.random.Generator, town: Town) -> RecordFacts:
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
    return RecordFacts(surname, given, birth, id_numbers(region, birth, order), home, _phones(rng, town), handle)


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
    rng: np.random.Generator, town: Town, facts: RecordFacts, again: NDArray[np.int64]
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
    given = facts.given[again]
    heard = picked(rng, slips.name_slip, count)
    given[heard, 0] = (given[heard, 0] + rng.integers(1, len(GIVEN), np.count_nonzero(heard))) % len(GIVEN)
    changed_facts = RecordFacts(
        facts.surname[again],
        given,
        birth,
        signs,
        np.where(moved, 8 * people + new, facts.home[again]),
        np.where(changed, 8 * people + new, facts.phone[again]),
        facts.handle[again],
    )
    found = record_texts(changed_facts)
    found["given_name"] = np.where(
        picked(rng, slips.nickname, count), nicknames(rng, facts.given[again]), found["given_name"]
    )
    old = picked(rng, slips.id_old_form, count) & (birth < np.datetime64("2000-01-01"))
    found["id_number"] = np.where(old, old_form(signs), found["id_number"])
    found["id_number"] = np.where(picked(rng, slips.id_missing, count), "", found["id_number"])
    return found
