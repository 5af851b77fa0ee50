"""The three real books, whole: every row is taken, and what the kernel replays is what the files say."""

# ruff: noqa: S608 - paths of test data in statements of another engine
from __future__ import annotations

from datetime import UTC, date, datetime

import duckdb
import numpy as np
import pytest

from kaopu.book import store
from kaopu.book.actions.import_book import ImportBook, import_book
from kaopu.book.core.position import position
from kaopu.book.core.schedule import build
from kaopu.book.core.terms_json import from_json
from kaopu.book.imports.recipes.lendingclub import principal_by_formula, schedule
from kaopu.book.models import Debt, Event, ImportBatch, ScheduleVersion

pytestmark = [pytest.mark.django_db, pytest.mark.shared]
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def take_in(mapping, path):
    return import_book(ImportBook(mapping, path), "test", NOW)


def test_berka(shared):
    folder = shared("data", "berka_pkdd99")
    imported = take_in("berka", folder)
    assert (imported.accepted, imported.rejected, imported.debts, imported.events) == (682, 0, 682, 682 + 123)
    with duckdb.connect() as other:
        sums = other.execute(f"SELECT sum(amount) * 100 FROM read_csv('{folder}/loan.csv')").fetchone()
    assert sum(Debt.objects.values_list("principal", flat=True)) == sums[0]
    assert all(sum(row.principal) == row.debt.principal for row in ScheduleVersion.objects.select_related("debt"))
    # Granted 6 September 1993; seven payments of the 12th are stored, the last on 12 March 1994.
    debt = Debt.objects.get(external_id="7240")
    assert position(store.history(debt), date(1994, 3, 31)).days_past_due == 0
    assert position(store.history(debt), date(1994, 5, 12)).days_past_due == 30
    assert Event.objects.filter(kind="reported_status", payload__reported="D", amount=1).count() == 45


def test_taiwan(shared):
    imported = take_in("taiwan", shared("data", "taiwan_credit_card"))
    assert (imported.accepted, imported.rejected, imported.debts) == (30_000, 0, 30_000)
    assert not ScheduleVersion.objects.exists()
    first = Debt.objects.get(external_id="1")
    seen = list(Event.objects.filter(debt=first).order_by("event_id").values_list("on", "kind", "amount"))
    # Row 1: bills Apr 0, May 0, Jun 0, Jul 689, Aug 3102, Sep 3913; one payment of 689 in August.
    assert [row for row in seen if row[1] == "payment"] == [(date(2005, 8, 31), "payment", 68_900)]
    assert [row[2] for row in seen if row[1] == "reported_balance"] == [0, 0, 0, 68_900, 310_200, 391_300]
    statuses = Event.objects.filter(debt=first, kind="reported_status").order_by("on").values_list("payload", "amount")
    assert [(payload["reported"], amount) for payload, amount in statuses] == [
        (-2, 0), (-2, 0), (-1, 0), (-1, 0), (2, 2), (2, 2),
    ]  # fmt: skip
    assert position(store.history(first), date(2005, 9, 30)).outstanding.principal == 391_300
    assert Event.objects.filter(kind="reported_credit").exists()


def test_lending_club(shared):
    path = shared("data", "lending_club_p2p470k_labels", "p2p_loans_470k_test_labels.csv.gz")
    imported = take_in("lendingclub", path)
    assert (imported.accepted, imported.rejected, imported.debts) == (119_015, 0, 119_015)
    report = ImportBatch.objects.get().report
    assert report["facts"]["largest_difference_of_total"] <= 2
    # 0.05 % of 101,217 fully paid loans contradict the formula.
    assert 0 < len(report["facts"]["principal_contradicts_formula"]) <= 60
    with duckdb.connect() as other:
        total, charged_off = other.execute(
            "SELECT sum(round(total_pymnt * 100))::BIGINT, count(*) FILTER (WHERE loan_status = 'Charged Off')"
            f" FROM read_csv('{path}')"
        ).fetchone()
    money = Event.objects.filter(kind__in=("payment", "recovery")).values_list("amount", flat=True)
    assert sum(money.iterator()) == total
    assert Event.objects.filter(kind="charge_off").count() == charged_off == 17_798
    assert abs(sum(Debt.objects.values_list("principal", flat=True)) / 1e8 - 1520.4) < 0.1
    for debt in Debt.objects.order_by("external_id")[:60]:
        _check_loan(debt)


def _check_loan(debt):
    outcome = Event.objects.get(debt=debt, kind="reported_status").payload
    at = position(store.history(debt), date(2019, 1, 31))
    assert at.paid_to_date == outcome["total_pymnt"]
    assert at.outstanding.principal <= 1
    assert at.recovered == outcome["recoveries"]
    assert (at.charged_off > 0) == (outcome["reported"] == "Charged Off")
    # What the quote would give for these terms: the recorded instalment, to a cent, and so the same first rows.
    built = build(from_json(debt.terms)).rows
    stored = ScheduleVersion.objects.get(debt=debt)
    assert stored.due_on == [row.due_on for row in built]
    assert sum(stored.principal) == debt.principal
    assert abs(stored.principal[0] + stored.interest[0] - built[0].total) <= 1
    assert stored.interest[0] == built[0].interest


def test_principal_by_formula_undoes_the_annuity():
    principal = np.arange(1_000_00, 35_000_00, 25_00)
    rate = np.resize([53_200, 139_900, 289_900], len(principal))
    monthly = rate / 12e6
    installment = np.rint(principal * monthly / (1 - (1 + monthly) ** -36)).astype(np.int64)
    assert (principal_by_formula(installment, rate, 36, 25_00) == principal).all()
    parts, interest = schedule(principal, rate, installment, 36)
    assert (parts.sum(axis=1) == principal).all()
    assert (parts >= 0).all()
    assert (interest >= 0).all()
