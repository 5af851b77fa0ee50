"""Resident ID numbers: the examples of topic f and what else can be wrong. All numbers are made up or of the standard."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import shared_path
from stdnum.cn import ric

from kaopu.party.core import regions
from kaopu.party.core.resident_id import (
    age_on,
    check_character,
    check_resident_id,
    is_minor,
    upgrade,
    weighted_sum,
)

AS_OF = date(2026, 11, 23)
KAOPU = Path(sys.executable).with_name("kaopu")


# fmt: off
@pytest.mark.parametrize(("number", "total", "remainder", "sex", "birth"), [  # f-01, f-02: GB 11643 and a hand example
    ("34052419800101001X", 189, 2, "male",   date(1980, 1, 1)),
    ("11010519491231002X", 167, 2, "female", date(1949, 12, 31)),
    ("440524188001010014", 195, 8, "male",   date(1880, 1, 1)),
    ("370101190102039973", None, 9, "male",  date(1901, 2, 3)),
])
def test_the_samples_of_the_standard(number, total, remainder, sex, birth):
    check = check_resident_id(number, AS_OF)
    assert (check.valid, check.sex, check.birth_date, check.region) == (True, sex, birth, number[:6])
    assert weighted_sum(number[:17]) % 11 == remainder
    assert total in {None, weighted_sum(number[:17])}
# fmt: on


# fmt: off
@pytest.mark.parametrize(("number", "why"), [  # f-03, f-05 and more of their kind
    ("110101199003070011",  ""),
    ("310104200002291287",  ""),
    ("440305198512315732",  ""),
    ("510107200511012406",  ""),
    ("11010519491231002x",  ""),                      # lower case
    ("１１０１０１１９９００３０７００１１", ""),         # full width
    ("  110101199003070011\n", ""),
    ("110101199003070010",  "wrong check character 0, expected 1"),
    ("440304198512315732",  "wrong check character"),
    ("110101202302290035",  "29 February of a year that has none"),
    ("110101199013010039",  "month 13"),
    ("110101209901010033",  "in the future of 2026-11-23"),
    ("31010420000229128?",  "illegal character at place 18"),
    ("31010420000229128",   "length 17"),
    ("3101042000022912877", "length 19"),
    ("",                    "is empty"),
    ("1101011990030700 11", "length 19"),
    ("1101011990X3070011",  "illegal character at place 11"),
    ("X10101199003070011",  "illegal character at place 1"),
    ("11010119900307001٣",  "illegal character at place 18"),  # a digit, but none of these ten
    ("一10101199003070011", "illegal character at place 1"),
    ("99010119900307001",   "length 17"),
])
def test_what_is_wrong_is_said(number, why):
    check = check_resident_id(number, AS_OF)
    assert check.valid is (why == ""), check.why
    assert why in check.why
# fmt: on


def checked(first_17):
    return first_17 + check_character(first_17)


def test_what_never_was_a_region_and_what_may_be_newer():
    for nowhere in ("990101", "000000", "123456", "840000", "110901"):
        check = check_resident_id(checked(nowhere + "19900307001"), AS_OF)
        assert (check.valid, f"region {nowhere}" in check.why) == (False, True)
    newer = check_resident_id(checked("350405" + "20220307001"), AS_OF)  # 沙县区, since 2021
    assert newer.valid
    assert newer.why == "warning: region 350405 is not on the list of 1980 to 2020: a newer division, or a slip"


def test_abolished_regions_residence_permits_and_younger_regions_are_good():
    chongwen = check_resident_id(checked("110103" + "19800307001"), AS_OF)
    assert (chongwen.valid, "北京市崇文区" in chongwen.why) == (True, True)
    for permit in ("810000", "820000", "830000"):
        assert check_resident_id(checked(permit + "19900307001"), AS_OF).valid
    nanshan = check_resident_id(checked("440305" + "19600307001"), AS_OF)  # the district is of 1990
    assert nanshan.valid
    assert nanshan.why == (
        "region 440305 广东省深圳市南山区, which is younger (1990) than its holder: a later registration"
    )


def test_a_region_is_called_as_in_the_year_of_birth():
    assert regions.full_name("440203", 1995) == "广东省韶关市浈江区"
    assert regions.full_name("440203", 2010) == "广东省韶关市武江区"


def test_fifteen_digits_become_eighteen():  # f-05
    assert upgrade("340524800101001") == "34052419800101001X"
    check = check_resident_id("340524800101001", AS_OF)
    assert (check.valid, check.birth_date, check.sex) == (True, date(1980, 1, 1), "male")
    assert "34052419800101001X" in check.why
    assert not check_resident_id("340524801301001", AS_OF).valid
    assert not check_resident_id("34052480010100X", AS_OF).valid


@pytest.mark.parametrize(
    ("birth", "day", "age", "minor"),
    [
        (date(1980, 1, 1), AS_OF, 46, False),
        (date(2008, 11, 24), AS_OF, 17, True),  # the day before the birthday
        (date(2008, 11, 23), AS_OF, 18, False),
        (date(2008, 2, 29), date(2026, 2, 28), 17, True),
        (date(2008, 2, 29), date(2026, 3, 1), 18, False),
    ],
)
def test_age_on_a_day(birth, day, age, minor):
    assert (age_on(birth, day), is_minor(birth, day)) == (age, minor)


def test_a_holder_of_146_years_is_remarked_upon_only():
    assert "146 years" in check_resident_id("440524188001010014", AS_OF).why


def test_a_birth_date_counts_from_its_day_on():
    number = checked("110101" + "20261123" + "001")
    assert check_resident_id(number, AS_OF).valid
    assert not check_resident_id(number, AS_OF - timedelta(days=1)).valid


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_character_is_that_of_another_implementation(first_17):
    assert check_character(first_17) == ric.calc_check_digit(first_17 + "0")


@given(st.integers(0, 17), st.integers(1, 9), st.integers(0, 999))
def test_no_single_wrong_digit_passes(place, step, order):
    number = checked(f"11010119900307{order:03}")
    sign = number[place]
    wrong = "0" if sign == "X" else str((int(sign) + step) % 10)
    assert not check_resident_id(number[:place] + wrong + number[place + 1 :], AS_OF).valid


def test_the_list_of_regions_agrees_with_the_yearly_lists():
    """The package joins years that its source list left out by slip; nothing else may differ."""
    published = {}
    path = shared_path("data", "china_admin_divisions", "id_address_code_history_1980_2020.csv")
    for row in csv.DictReader(path.open(encoding="utf-8")):
        first, last = int(row["first_year"]), int(row["last_year"])
        published.setdefault(row["code"], []).append((row["name"], first, last))
    assert len(published) == 6734
    assert [code for code in published if not regions.is_known(code)] == []
    years = wrong_names = gaps = 0
    for code, entries in published.items():
        held = {year: name for name, first, last in entries for year in range(first, last + 1)}
        kept = {year: {span.name for span in regions.spans(code) if span.holds(year)} for year in range(1980, 2021)}
        years += len(held)
        wrong_names += sum(name not in kept[year] for year, name in held.items())
        gaps += sum(bool(names) and year not in held for year, names in kept.items())
    assert (years, wrong_names, gaps) == (131_325, 0, 162)


def run(*arguments):
    return subprocess.run([KAOPU, "party", "check-id", *arguments], capture_output=True, text=True, check=False)


def test_the_command_says_it_as_json_without_a_database(monkeypatch):
    monkeypatch.setenv("KAOPU_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    good = run("11010519491231002x", "--kind", "cn-id", "--json")
    assert good.returncode == 0
    assert json.loads(good.stdout) == {
        "valid": True,
        "why": "region 110105 北京市朝阳区",
        "region": "110105",
        "birth_date": "1949-12-31",
        "sex": "female",
    }
    bad = run("110101209901010033", "--kind", "cn-id", "--json")
    assert (bad.returncode, json.loads(bad.stdout)["valid"]) == (1, False)
    later = run("110101209901010033", "--kind", "cn-id", "--as-of", "2100-01-01", "--json")
    assert later.returncode == 0
    assert run("1", "--kind", "cn-id", "--as-of", "yesterday").returncode == 2
    assert run("1", "--kind", "passport").returncode == 2


def test_the_command_starts_in_half_a_second():
    run("1", "--kind", "cn-id")  # the first start writes byte code
    assert min(_seconds() for _ in range(3)) <= 0.5


def _seconds():
    """Of work: a machine that is busy otherwise makes nobody slower by this measure."""
    before = os.times()
    assert run("11010519491231002X", "--kind", "cn-id").returncode == 0
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def test_cores_need_neither_django_nor_numba():
    script = "import sys, kaopu.party.core.check_number as c, datetime; [c.check_number(k, '1', datetime.date(2026,1,1)) for k in c.CheckedKind]; sys.exit('django' in sys.modules or 'numba' in sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": ""}
    assert subprocess.run([sys.executable, "-c", script], check=False, env=environment).returncode == 0
