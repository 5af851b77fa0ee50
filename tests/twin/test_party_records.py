"""Records for the search of duplicates: right ID numbers where none slipped, shared facts, twins, further records."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from kaopu.party.core.resident_id import check_resident_id
from kaopu.twin.core.build import build
from kaopu.twin.core.records import draw_records
from kaopu.twin.world_files import load_world

TOWN = build(load_world("base"), borrowers=8_000, days=100, seed=5)
RECORDS = draw_records(TOWN)
FIRST = 8_000


def test_first_records_have_right_id_numbers():
    for number, birth in zip(RECORDS.columns["id_number"][:800], RECORDS.columns["birth_date"][:800], strict=True):
        check = check_resident_id(number, date(2026, 11, 25))
        assert check.valid, check.why
        assert str(check.birth_date) == birth


def test_further_records_belong_to_a_borrower_and_some_slip():
    assert len(np.unique(RECORDS.party_id)) == len(RECORDS.party_id)
    again = RECORDS.cluster[FIRST:]
    assert ((again >= 1) & (again <= FIRST)).all()
    assert len(again) == pytest.approx(8_000 * 0.12 * 1.2, rel=0.15)
    number = RECORDS.columns["id_number"]
    same = number[FIRST:] == number[again - 1]
    missing = number[FIRST:] == ""
    assert missing.mean() == pytest.approx(0.3, abs=0.05)
    assert 0.04 < (~same & ~missing).mean() < 0.12
    fifteen = np.strings.str_len(number[FIRST:]) == 15
    assert fifteen.sum() > 5


def test_different_people_share_phones_and_days_of_birth():
    _, counts = np.unique(RECORDS.columns["phone"][:FIRST], return_counts=True)
    assert (counts > 1).sum() > 30
    younger = np.flatnonzero(TOWN.borrowers.twin > np.arange(FIRST))
    assert len(younger) == pytest.approx(40, abs=25)
    for name in ("birth_date", "surname"):
        column = RECORDS.columns[name]
        assert (column[younger] == column[TOWN.borrowers.twin[younger]]).all()
    number = RECORDS.columns["id_number"]
    assert (number[younger] != number[TOWN.borrowers.twin[younger]]).all()


def test_id_numbers_are_almost_all_of_one_person_each():
    numbers = RECORDS.columns["id_number"][:FIRST]
    assert len(np.unique(numbers)) > FIRST - 5
