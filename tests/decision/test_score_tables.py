"""What scores read: CSV of any make, the target, protected columns, derived columns."""

from __future__ import annotations

import numpy as np
import pytest

from kaopu.decision.core.scores import derived
from kaopu.decision.core.scores.attributes import is_about_contacts, is_protected, left_out
from kaopu.decision.core.scores.csv_text import parse_csv
from kaopu.decision.core.scores.table import Table
from kaopu.decision.core.scores.target import bad_flags
from kaopu.kernel.core.errors import BadInput


def read(text: str, **given):
    return parse_csv(text.encode(), "x.csv", **given).table


def test_a_byte_order_mark_semicolons_decimal_commas_and_gaps():
    table = parse_csv("\ufeffa;b;城市\r\n1,5;x;上海\r\n;NA;北京\r\n1.234,5; y ;\r\n".encode(), "x.csv").table
    np.testing.assert_array_equal(table.numbers("a"), [1.5, np.nan, 1234.5])
    assert list(table.column("b")) == ["x", None, "y"]
    assert list(table.column("城市")) == ["上海", "北京", None]


def test_a_file_of_a_chinese_spreadsheet():
    assert list(parse_csv("城市,额\n上海,1\n北京,2\n".encode("gb18030"), "x.csv").table.column("城市")) == [
        "上海",
        "北京",
    ]


def test_codes_stay_text_and_quoted_commas_stay_inside():
    table = read('code,amount\n"A,1",1\n"A,2",2\n')
    assert list(table.column("code")) == ["A,1", "A,2"]


def test_codes_that_look_like_numbers_can_be_named_text():
    assert list(read("zip,y\n010,1\n020,0\n", texts=("zip",)).column("zip")) == ["010", "020"]


@pytest.mark.parametrize(("text", "says"), [
    ("a,b\n", "no row of data"),
    ("a,a\n1,2\n", "row 1: column 'a' is repeated"),
    ("a,\n1,2\n", "row 1: column '' is repeated or empty"),
    ("a,b\n1,2\n1\n", "row 3: 1 cells, expected 2"),
    ("a\n" + "1\n" * 20 + "x\n", "row 22, column a: 'x' given, expected a number"),
])  # fmt: skip
def test_a_file_that_cannot_be_used_says_where(text, says):
    with pytest.raises(BadInput, match=r"x\.csv") as problem:
        read(text)
    assert says in str(problem.value)


def test_a_bad_row_spoils_only_itself_when_the_kinds_are_known():
    parsed = parse_csv(b"a,b\n1,x\nz,y\n3\n4,w\n", "x.csv", kinds={"a": False, "b": True})
    assert set(parsed.bad_rows) == {1, 2}
    assert "column a: 'z' given" in parsed.bad_rows[1]
    assert parsed.table.numbers("a")[[0, 3]].tolist() == [1.0, 4.0]


@pytest.mark.parametrize(("values", "given", "bad"), [
    ("0 1 0 1", "", "1"),
    ("1 2 1 2", "", "2"),  # the German data
    ("good bad good bad", "", "bad"),
    ("paid lost paid lost", "lost", "lost"),
])  # fmt: skip
def test_the_bad_value_of_a_target(values, given, bad):
    flags, found = bad_flags(read("y\n" + "\n".join(values.split())), "y", given)
    assert found == bad
    assert flags.tolist() == [False, True, False, True]


@pytest.mark.parametrize(("values", "given", "says"), [
    ("1 1 1", "", "1 different values"),
    ("0 1 2", "", "3 different values"),
    ("paid lost paid lost", "", "expected --bad"),
    ("0 1 0 1", "7", "no row is 7"),
    ("0 1 0 0", "", "at least 2 of each"),
    ("0 1 NA 1", "", "row 4, column y: empty"),
])  # fmt: skip
def test_a_target_that_cannot_be_used(values, given, says):
    with pytest.raises(BadInput) as problem:
        bad_flags(read("y\n" + "\n".join(values.split())), "y", given)
    assert says in str(problem.value)


@pytest.mark.parametrize("name", ["AGE", "age_years", "SEX", "personal_status_sex", "MARRIAGE", "foreign_worker", "YOB",
                                  "maritalStatus", "年龄", "婚姻状况", "DateOfBirth"])  # fmt: skip
def test_protected_names(name):
    assert is_protected(name)


@pytest.mark.parametrize("name", ["PAY_AMT1", "mortgage", "LIMIT_BAL", "percentage", "usage", "EDUCATION", "sexton"])
def test_names_that_only_look_protected(name):
    assert not is_protected(name)


def test_contacts_never_enter_whoever_approves():
    assert is_about_contacts("emergency_contact_degree")
    assert "紧急联系人数" in left_out(["income", "紧急联系人数"], {})
    with pytest.raises(BadInput, match="never feed"):
        left_out(["contact_count"], {"contact_count": "it helps"})


def test_a_protected_column_enters_with_a_reason_only():
    assert list(left_out(["age", "income"], {})) == ["age"]
    assert left_out(["age", "income"], {"age": "lawful under Reg B 1002.6(b)(2)"}) == {}
    with pytest.raises(BadInput, match="no reason"):
        left_out(["age"], {"age": " "})


def months() -> Table:
    draw = np.random.default_rng(0)
    bill = {f"BILL{n}": draw.integers(0, 9000, 80).astype(float) for n in (1, 2, 3)}
    pay = {f"PAID{n}": draw.integers(0, 900, 80).astype(float) for n in (1, 2, 3)}
    return Table("t", {"LIMIT": draw.integers(1000, 90000, 80).astype(float), **bill, **pay}, 80)


def test_families_ratios_and_their_values():
    table = months()
    declared = {each.name: each for each in derived.detect(table)}
    done = derived.compute(table, tuple(declared.values()))
    bills = np.stack([table.numbers(f"BILL{n}") for n in (1, 2, 3)])
    np.testing.assert_allclose(done.numbers("BILLmean"), bills.mean(axis=0))
    np.testing.assert_allclose(done.numbers("BILLtrend"), (bills[0] - bills[2]) / 2)  # least squares over three points
    np.testing.assert_allclose(done.numbers("BILLmax/LIMIT"), bills.max(axis=0) / table.numbers("LIMIT"))
    below = table.numbers("BILL2")
    expected = np.where(below > 0, table.numbers("PAID1") / np.where(below > 0, below, 1), np.nan)
    np.testing.assert_allclose(done.numbers("PAID1/BILL2"), expected)
    assert declared["BILLmean"].words == ("mean of BILL1…BILL3", "BILL1…BILL3 的平均值")


def test_numbered_columns_that_are_too_many_are_no_series():
    wide = Table("t", {f"Attr{n}": np.arange(5.0) for n in range(64)}, 5)
    assert derived.detect(wide) == ()


def test_a_direction_is_kept_by_sums_and_lost_by_slopes():
    known = {"BILL1": 1, "BILL2": 1, "BILL3": 1}
    names = ("BILL1", "BILL2", "BILL3")
    assert derived.direction(derived.Derived("m", "mean", names), known) == 1
    assert derived.direction(derived.Derived("t", "trend", names), known) == 0
    assert derived.direction(derived.Derived("m", "mean", names), known | {"BILL2": -1}) == 0
