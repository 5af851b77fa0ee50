"""The analyses of a whole snapshot against a slow way of their own: one debt and one day at a time, in Python."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import pyarrow.parquet as pq
import pytest
from snapshots import tiny, write

from kaopu.book.core.classification import bucket_of
from kaopu.book.snapshot.analyses import Assumptions, analyse
from kaopu.book.snapshot.synthetic import write_snapshot

AS_OF, BEFORE = date(2026, 9, 30), date(2026, 8, 31)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    write_snapshot(folder, 600, 2, AS_OF, seed=3)
    return folder, analyse(folder, AS_OF, Assumptions(vintage_months=8))["currencies"]["CNY"], slow_debts(folder)


def slow_debts(folder):
    debts = {}
    for path in sorted((folder / "debts").iterdir()):
        for row in pq.read_table(path).to_pylist():
            debts[row["debt_id"]] = {**row, "instalments": [], "payments": []}
    for name, key in (("instalments", "instalments"), ("events", "payments")):
        for path in sorted((folder / name).iterdir()):
            for row in pq.read_table(path).to_pylist():
                debts[row["debt_id"]][key].append(row)
    return debts


def stand(debt, day):
    """Rest of each instalment on a day, oldest first: all that a book of plain payments needs."""
    money = sum(row["amount"] for row in debt["payments"] if row["on"] <= day)
    rests = []
    for row in sorted(debt["instalments"], key=lambda row: row["due_on"]):
        asked = row["principal"] + row["interest"] + row["fee"]
        used = min(money, asked)
        money -= used
        rests.append((row["due_on"], asked - used))
    return rests


def days_late(debt, day):
    return max([(day - due).days for due, rest in stand(debt, day) if rest and due < day], default=0)


def test_roll_rates(book):
    _, found, debts = book
    rolled = defaultdict(Counter)
    for debt in debts.values():
        owed = sum(rest for _, rest in stand(debt, BEFORE))
        if debt["disbursed_on"] > BEFORE or not owed:
            continue
        left = sum(rest for _, rest in stand(debt, AS_OF))
        rolled[bucket_of(days_late(debt, BEFORE))][bucket_of(days_late(debt, AS_OF)) if left else "paid_off"] += owed
    shown = found["roll_rates"]
    assert (shown["from"], shown["to"]) == ("2026-08-31", "2026-09-30")
    assert set(shown["by_bucket"]) == set(rolled)
    for name, row in rolled.items():
        assert shown["by_bucket"][name]["opening"] == row.total()
        assert shown["by_bucket"][name]["to"] == {
            state: pytest.approx(amount / row.total(), abs=1e-6) for state, amount in row.items()
        }


def test_vintages(book):
    _, found, debts = book
    ends = [date(2026, month, 1) - timedelta(1) for month in range(3, 11)]
    shown = {row["opened"]: row for row in found["vintages"]}
    assert len(shown) >= 5
    for name, row in shown.items():
        own = [debt for debt in debts.values() if debt["disbursed_on"].isoformat()[:7] == name]
        assert (row["debts"], row["amount"]) == (len(own), sum(debt["principal"] for debt in own))
        for on_book, share in enumerate(row["ever_30_by_amount"]):
            end = [each for each in ends if each.isoformat()[:7] >= name][on_book]
            bad = sum(debt["principal"] for debt in own if ever_30(debt, end))
            assert share == pytest.approx(bad / row["amount"], abs=1e-6)


def ever_30(debt, end):
    day = debt["disbursed_on"]
    while day <= end:
        if days_late(debt, day) >= 30:
            return True
        day += timedelta(1)
    return False


@pytest.mark.parametrize("after", [1, 7, 30])
def test_first_payment_default(book, after):
    _, found, debts = book
    bad = counted = 0
    for debt in debts.values():
        first = min(row["due_on"] for row in debt["instalments"])
        if first + timedelta(after) <= AS_OF:
            counted += 1
            bad += stand(debt, first + timedelta(after))[0][1] > 0
    shown = found["first_payment_default"][str(after)]
    assert (shown["default"], shown["debts"]) == (bad, counted)
    assert bad


def test_cash_expected_and_concentration(book):
    _, found, debts = book
    cash, owed = Counter(), Counter()
    for debt in debts.values():
        if debt["disbursed_on"] > AS_OF:
            continue
        for due, rest in stand(debt, AS_OF):
            owed[str(debt["party_id"])] += rest
            if AS_OF < due <= AS_OF + timedelta(90):
                cash[due.isoformat()] += rest
    assert {row["on"]: row["amount"] for row in found["cash_expected"] if row["amount"]} == {
        k: v for k, v in cash.items() if v
    }
    shown = found["concentrations"]["party"]
    assert shown["outstanding"] == owed.total()
    assert [row["outstanding"] for row in shown["top"]] == sorted(owed.values(), reverse=True)[:10]


def test_groups_charge_offs_and_losses_of_a_small_book(tmp_path):
    small = tiny()
    small["debts"] |= {"product": ["phone", "phone", "car"], "merchant_id": ["m1", None, "m2"], "category": [None] * 3}
    small["events"] = {
        "debt_id": [1, 2, 2], "on": [date(2026, 9, 1), date(2026, 10, 10), date(2026, 11, 1)],
        "kind": ["payment", "charge_off", "recovery"], "amount": [1_020, 0, 510],
    }  # fmt: skip
    found = analyse(write(tmp_path / "in", small), date(2026, 11, 22))["currencies"]["CNY"]
    assert found["concentrations"]["product"]["top"] == [{"name": "phone", "outstanding": 1_010, "share": 1.0}]
    assert found["concentrations"]["merchant"]["top"][0]["name"] == "m1"
    loss = found["expected_loss"]
    assert loss["recovery_rate"] == 0.25  # 510 of 2040
    assert {"horizon_months", "window_months", "low", "high", "coverage", "seed", "method"} <= set(loss)
    # Debt 2, opened in July and charged off, stays bad in its vintage.
    july = next(row for row in found["vintages"] if row["opened"] == "2026-07")
    assert july["ever_30_by_count"] == [0, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("reversals", "expected"),
    [
        ([], {"2027-01-01": 2_020}),  # the restructured schedule
        ([(2, 1)], {"2026-12-01": 2_020}),  # reversed: the schedule before it
        ([(2, 1), (3, 2)], {"2027-01-01": 2_020}),  # and the reversal reversed
    ],
)
def test_cash_expected_follows_the_version_in_force(tmp_path, reversals, expected):
    kinds = ["restructure"] + ["reversal"] * len(reversals)
    book = {
        "debts": {
            "debt_id": [1], "party_id": [10], "currency": ["CNY"], "disbursed_on": [date(2026, 9, 1)],
            "principal": [2_000],
        },
        "instalments": {
            "debt_id": [1, 1], "seq": [1, 1], "due_on": [date(2026, 12, 1), date(2027, 1, 1)],
            "principal": [2_000, 2_000], "interest": [20, 20], "fee": [0, 0], "version": [1, 2],
            "from_on": [None, date(2026, 10, 1)], "cause_event": [0, 1],
        },
        "events": {
            "debt_id": [1] * len(kinds), "on": [date(2026, 10, day) for day in range(1, len(kinds) + 1)], "kind": kinds,
            "amount": [0] * len(kinds), "event_id": [1, *(event for event, _ in reversals)],
            "reverses": [None, *(target for _, target in reversals)],
        },
    }  # fmt: skip
    found = analyse(write(tmp_path / "in", book), date(2026, 11, 22))["currencies"]["CNY"]
    assert {row["on"]: row["amount"] for row in found["cash_expected"] if row["amount"]} == expected
