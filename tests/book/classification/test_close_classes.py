"""The close gives each debt the class that the core gives it among all debts of the book, and sums by class agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kaopu.book.core.classification import CLASSES
from kaopu.book.core.classification_debtors import obligors_on
from kaopu.book.core.classification_obligor import classify
from kaopu.book.core.classification_own import DebtFacts, restructuring_complete, upgrade_complete
from kaopu.book.core.position import position
from kaopu.book.core.position_columns import NO_DAY
from kaopu.book.snapshot.close import close_snapshot
from kaopu.kernel.core.errors import BadInput
from tests.book.classification.random_book import AS_OF, random_book, write_book

EPOCH = date(1970, 1, 1)


def day(number):
    return None if number == NO_DAY else EPOCH + timedelta(days=number)


def facts_on(known, as_of):
    seen, rules = position(known.history, as_of).extended_columns(), known.history.rules
    claim = sum(seen[f"outstanding_{name}"] for name in ("principal", "interest", "fee", "penalty"))
    if seen["flags"] & 1:
        claim += max(0, seen["charged_off"] - seen["recovered"])
    return DebtFacts(
        debt_id=rules.debt_id, obligors=obligors_on(rules.party_id, known.debtors, as_of), currency=rules.currency,
        owed=0 if seen["flags"] & 64 else claim, class_by_days=seen["class"], rule_by_days=seen["class_rule"],
        days_past_due=seen["days_past_due"], is_charged_off=bool(seen["flags"] & 1),
        contractual_days_past_due=seen["contractual_days_past_due"], upgrade=known.upgrade, retail=known.retail,
        dues_since_cleared=seen["dues_since_cleared"], dues_since_restructured=seen["dues_since_restructured"],
        **{name: day(seen[name])
           for name in ("non_performing_on", "cleared_on", "restructured_on", "first_due_since_restructured")},
    )  # fmt: skip


def proven(known, as_of):
    """The same with proofs, looked for slowly at every month end."""
    now, first = facts_on(known, as_of), as_of.replace(day=1)
    while first > known.history.rules.disbursed_on:
        month_end = first - timedelta(days=1)
        then = facts_on(known, month_end)
        if now.upgrade_proven_on is None and then.non_performing_on and upgrade_complete(then, month_end):
            now = replace(now, upgrade_proven_on=month_end)
        if now.restructured_proven_on is None and then.restructured_on and restructuring_complete(then, month_end):
            now = replace(now, restructured_proven_on=month_end)
        first = month_end.replace(day=1)
    return now


@pytest.mark.parametrize("seed", range(6))
def test_the_close_is_the_core_on_every_debt(tmp_path, seed):
    book = random_book(seed)
    result = close_snapshot(write_book(tmp_path / "book", book), AS_OF, tmp_path / "out")
    wanted = classify([proven(each, AS_OF) for each in book], AS_OF)
    folder = tmp_path / "out" / "positions" / f"as_of={AS_OF}"
    rows = pa.concat_tables(pq.read_table(path) for path in sorted(folder.glob("bucket-*.parquet"))).to_pylist()
    found = {row["debt_id"]: (row["class"], row["class_rule"]) for row in rows}
    assert found == {debt: (each.class_, each.binding.code) for debt, each in wanted.items()}
    by_class = Counter(row["class"] for row in rows)
    assert {name: by_class[name] for name in CLASSES} == {n: each["debts"] for n, each in result["by_class"].items()}
    owed = Counter()
    for row in rows:
        owed[row["class"]] += sum(row[f"outstanding_{name}"] for name in ("principal", "interest", "fee", "penalty"))
    assert {name: owed[name] for name in CLASSES} == {n: each["outstanding"] for n, each in result["by_class"].items()}


def test_the_book_meets_every_rule_that_a_close_can_find():
    codes = Counter()
    for seed in range(6):
        for each in classify([proven(known, AS_OF) for known in random_book(seed)], AS_OF).values():
            codes.update(rule.code for rule in each.rules)
    assert all(codes[code] >= 5 for code in (210, 211, 220, 240, 241)), codes


def test_a_proof_from_before_makes_a_debt_late_again_special_mention_only():
    """Some debts of the books are better for what earlier month ends show."""
    better = 0
    for seed in range(6):
        for known in random_book(seed):
            now = proven(known, AS_OF)
            without = replace(now, upgrade_proven_on=None, restructured_proven_on=None)
            better += (
                classify([without], AS_OF)[now.debt_id].class_code > classify([now], AS_OF)[now.debt_id].class_code
            )
    assert better >= 5


def test_a_second_close_gives_the_same_bytes(tmp_path):
    folder = write_book(tmp_path / "book", random_book(1))
    written = []
    for name in ("one", "two"):
        close_snapshot(folder, AS_OF, tmp_path / name)
        place = tmp_path / name / "positions" / f"as_of={AS_OF}"
        written.append({path.name: path.read_bytes() for path in sorted(place.iterdir())})
    assert written[0] == written[1]


def test_columns_at_their_defaults_give_the_bytes_of_a_snapshot_without_them(tmp_path):
    book = [replace(each, upgrade=0, retail=True) for each in random_book(2)]
    folder = write_book(tmp_path / "book", book)
    close_snapshot(folder, AS_OF, tmp_path / "with")
    for path in (folder / "debts").iterdir():
        pq.write_table(pq.read_table(path).drop_columns(["upgrade", "retail"]), path)
    for path in (folder / "events").iterdir():
        pq.write_table(pq.read_table(path).drop_columns(["party_id"]), path)
    close_snapshot(folder, AS_OF, tmp_path / "without")
    one, two = (
        [path.read_bytes() for path in sorted((tmp_path / name / "positions" / f"as_of={AS_OF}").glob("*.parquet"))]
        for name in ("with", "without")
    )
    assert one == two


def test_an_unknown_upgrade_rule_is_refused(tmp_path):
    book = random_book(3)
    folder = write_book(tmp_path / "book", [replace(book[0], upgrade=2), *book[1:]])
    with pytest.raises(BadInput, match=r"upgrade.*expected 0 or 1"):
        close_snapshot(folder, AS_OF, tmp_path / "out")
