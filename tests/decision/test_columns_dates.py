"""Dates in columns are dates of zen: zen's own examples, constants lifted into rows, and random rows of anything."""

from __future__ import annotations

import random
import re
from calendar import monthrange
from typing import Any

import pytest
import zen
from date_samples import UNITS, amount, expressions, value
from lifting import Answer, columns_of, lift_literals

from kaopu.decision.core.columns.value import CannotCompile
from kaopu.decision.core.zen.constant import written
from kaopu.decision.core.zen.parse import parse
from tests.shared_data import shared_path

FAILED = object()
DATED = re.compile(r"\b(date|time|duration|dateString|startOf|endOf|year|dayOf\w+|d)\(")
CLOCK = re.compile(r"reads the clock")
ROWS = 120
# At least so many of zen's 164 lines are decided in columns: the others are zones that are not UTC, and the clock.
LINES = {"folded": 154, "lifted": 153}


def asked(text: str, context: dict[str, Any]) -> Any:
    """zen's own answer, FAILED where it raises."""
    try:
        return zen.evaluate_expression(text, context)
    except Exception:  # noqa: BLE001 - zen raises plain exceptions
        return FAILED


def same(answer: Answer, wanted: Any) -> bool:
    """Equal, and of one kind: true is not 1."""
    if answer.failed or wanted is FAILED:
        return answer.failed and wanted is FAILED
    return bool(answer.value == wanted) and isinstance(answer.value, bool) == isinstance(wanted, bool)


def lines() -> list[str]:
    """zen's own examples of dates."""
    found = []
    for name in ("date.csv", "standard.csv"):
        path = shared_path("data", "jdm_graphs", "expressions", name)
        if not path.exists():
            pytest.skip("zen's own examples of expressions are not here")
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            expression = line.split(";")[0]
            if expression and not line.startswith("#") and (name == "date.csv" or DATED.search(expression)):
                found.append(expression)
    return found


@pytest.mark.parametrize("way", ["folded", "lifted"])
def test_zens_own_examples_of_dates_are_exact(way: str, capsys: pytest.CaptureFixture[str]) -> None:
    exact, refused, wrong = 0, dict[str, str](), []
    for expression in lines():
        node, row = parse(expression), dict[str, Any]()
        if way == "lifted":
            node, row = lift_literals(node, words=False)
        wanted = asked(written(node), row)
        try:
            (answer,) = columns_of(node, [row], fold=way == "folded")
        except CannotCompile as reason:
            refused[expression] = str(reason)
            continue
        exact += not answer.undecided
        if not answer.undecided and not same(answer, wanted):
            wrong.append((expression, answer, wanted))
    with capsys.disabled():
        print(f"\n{way}: {exact} exact, {len(refused)} refused")  # noqa: T201 - the coverage is the evidence
        for expression, reason in refused.items():
            print(f"  {expression}: {reason}")  # noqa: T201
    assert not wrong
    assert exact >= LINES[way]


def test_random_rows_of_anything_get_zens_answer_or_are_left_to_zen() -> None:
    chance = random.Random(20260101)
    rows = [
        {"a": value(chance), "b": value(chance), "n": amount(chance), "u": chance.choice((*UNITS, "x", "D"))}
        for _ in range(ROWS)
    ]
    texts = [row for row in rows if isinstance(row["a"], str) and isinstance(row["b"], str)]
    texts = [row for row in texts if not isinstance(row["n"], str)]
    decided, total, wrong = 0, 0, []
    for expression in expressions():
        for sample in (rows, texts):
            try:
                answers = columns_of(parse(expression), sample)
            except CannotCompile:
                continue
            total += len(sample)
            for row, answer in zip(sample, answers, strict=True):
                if not answer.undecided:
                    decided += 1
                    wanted = asked(expression, row)
                    wrong += [] if same(answer, wanted) else [(expression, row, answer, wanted)]
    assert not wrong, wrong[:5]
    assert decided > total / 2


def test_ends_of_months_against_each_other() -> None:
    days = [f"2024-{month:02}-{day}" for month in range(1, 13) for day in ("01", "28", monthrange(2024, month)[1])]
    rows = [{"a": a, "b": f"{b} 12:00"} for a in days for b in days]
    methods = ("isSame", "isBefore", "isAfter", "isSameOrBefore", "isSameOrAfter", "diff")
    asking = [f"d(a).{method}(d(b), '{unit}')" for method in methods for unit in ("month", "quarter", "year")]
    for expression in [*asking, "d(a).endOf('month').diff(b, 'month')", "d(b).endOf('quarter')", "d(a).add('1M')"]:
        answers = columns_of(parse(expression), rows)
        assert not any(each.undecided for each in answers)
        wrong = [row for row, each in zip(rows, answers, strict=True) if not same(each, asked(expression, row))]
        assert not wrong, (expression, wrong[:3])


@pytest.mark.parametrize("expression", ["d()", "d('Asia/Shanghai')", "d(a).isToday()", "date('now')", "year('now')"])
def test_the_clock_is_refused_by_name(expression: str) -> None:
    with pytest.raises(CannotCompile, match=CLOCK):
        columns_of(parse(expression), [{"a": "2026-01-01"}])


def test_a_date_of_a_day_that_is_not_there_is_told_apart_from_null() -> None:
    answers = columns_of(parse("d(a).year()"), [{"a": "2023-02-30"}, {"a": "2024-02-29"}, {"a": None}])
    assert [each.value for each in answers] == [None, 2024, None]
    assert [each.value for each in columns_of(parse("d(a) == null"), [{"a": "2023-02-30"}, {"a": None}])] == [False] * 2
