"""The sample lender: the same from the same seed, quotes that are bookings, and a book that looks like one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from random import Random

import pytest
from django.db import connection

from kaopu.book import store
from kaopu.book.actions.undo_import import undo_import
from kaopu.book.core.position import position
from kaopu.book.core.reference_rate import parse
from kaopu.book.core.schedule import build
from kaopu.book.core.terms import Plan
from kaopu.book.models import Debt, Event
from kaopu.book.sample import behaviour
from kaopu.book.sample.aftermath import aftermath
from kaopu.book.sample.contracts import contracts
from kaopu.book.sample.load import load_sample
from kaopu.book.sample.products import LPR_1Y, OFFERS, REFERENCE
from kaopu.kernel.clock import FixedClock
from kaopu.party.models import Party

END = date(2026, 11, 22)
RATES = parse([{"publish_date": day, f"{REFERENCE}_pct": rate} for day, rate in LPR_1Y], "sample")


def made(seed=1, count=1_200):
    return contracts(Random(seed), 600, 60, count, END, RATES)


def test_every_schedule_is_what_the_quote_gives():
    for contract in made():
        built = build(contract.terms, RATES).rows
        assert contract.due == tuple(row.due_on for row in built)
        amounts = [(row.seq, row.principal, row.interest, row.fee) for row in contract.rows]
        assert amounts == [(row.seq, row.principal, row.interest, row.fee) for row in built]


def test_every_plan_of_a_lender_is_on_offer():
    assert {offer.plan for offer in OFFERS} == set(Plan) - {Plan.IRREGULAR}
    assert {contract.offer.code for contract in made()} == {offer.code for offer in OFFERS}


def test_one_seed_gives_one_book():
    def book(seed):
        chance = Random(seed)
        found = contracts(chance, 600, 60, 1_200, END, RATES)
        return found, [behaviour.life(chance, contract, END) for contract in found]

    assert book(1) == book(1)
    assert book(1) != book(2)


def test_nothing_happens_before_the_debt_or_after_the_end():
    chance = Random(3)
    for contract in made(3):
        for event in behaviour.life(chance, contract, END):
            assert contract.terms.start <= event.on <= END
            assert event.amount >= 0


def test_what_follows_a_default_is_drawn_from_one_seed_and_holds_to_the_rules_of_posting():
    def book(seed):
        chance, after = Random(seed), Random(f"after {seed}")
        found = contracts(chance, 3_000, 900, 6_000, END, RATES)
        lives = [behaviour.life(chance, contract, END) for contract in found]
        return found, [aftermath(after, contract, life, END) for contract, life in zip(found, lives, strict=True)]

    agreed, lives = book(1)
    assert book(1)[1] == lives
    assert book(2)[1] != lives
    drawn = Counter(event.kind for life in lives for event in life)
    few = {"dispute", "dispute_end", "re_age", "acceleration", "reinstatement", "joining", "transfer", "set_off"}
    assert few <= drawn.keys()
    assert sum(drawn[kind] for kind in few - {"set_off"}) < 0.03 * len(lives)
    for contract, life in zip(agreed, lives, strict=True):
        assert all(contract.terms.start <= event.on <= END for event in life)
        seqs = {row.seq for row in contract.rows}
        assert all(event.amount in seqs for event in life if event.kind == "dispute")
        kinds = [event.kind for event in life]
        if "dispute_end" in kinds:
            assert kinds.index("dispute") < kinds.index("dispute_end")
        if "acceleration" in kinds:  # by notice; what the product's rule calls due has no event of its own
            assert kinds[kinds.index("acceleration") :] in (["acceleration"], ["acceleration", "reinstatement"])
        assert "transfer" not in kinds or "charge_off" in kinds


@pytest.mark.django_db
def test_a_person_stands_in_for_an_enterprise_and_an_undone_sample_leaves_nothing():
    clock = FixedClock(datetime(2026, 11, 22, 8, tzinfo=UTC))
    batch = load_sample(seed=2, end=END, borrowers=4_000, clock=clock)
    joined = list(Event.objects.filter(kind="joining").select_related("debt"))
    assert joined
    for event in joined:
        joins = Party.objects.get(pk=event.payload["party_id"])
        assert (joins.kind, event.debt.portfolio) == ("person", "business")
        assert event.on <= END
        assert position(store.history(event.debt), END).has_changed_debtor
    assert batch.events == Event.objects.count()
    undo_import(batch.pk, "test", clock.now())
    assert not Event.objects.exists()
    assert not Party.objects.exists()


@pytest.mark.django_db
def test_a_small_lender_looks_like_a_lender():
    clock = FixedClock(datetime(2026, 11, 22, 8, tzinfo=UTC))
    batch = load_sample(seed=1, end=END, borrowers=1_000, clock=clock)
    assert batch.debts == Debt.objects.count() == 2_000
    assert Party.objects.count() == 1_000
    assert not Party.objects.filter(name_sealed=None).exists()
    assert not Debt.objects.filter(product_version=None).exists()
    assert not Debt.objects.filter(opened_at=None).exists()
    assert Debt.objects.filter(merchant_id__isnull=False, category__isnull=False).exists()
    positions = [position(history, END) for history in store.histories(Debt.objects.all())]
    behind = sum(each.days_past_due > 0 for each in positions) / len(positions)
    assert 0.01 < behind < 0.10
    assert sum(each.credit_balance for each in positions) == 0  # borrowers pay what is asked, to the fen
    owed = [each.overdue.total for each in positions if each.days_past_due and not each.is_charged_off]
    assert min(owed) >= 1_000  # and nobody is late with fens that compound interest left behind
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"payment", "charge_off", "early_settlement", "waiver", "subsidy", "set_off"} <= kinds
    assert {"dispute", "transfer"} & kinds  # few, as at a real lender
    enterprises = Debt.objects.filter(portfolio="business")
    assert set(enterprises.values_list("retail", "upgrade", "accelerate_after_days", "non_accrual_days")) == {
        (False, 1, 90, 90)
    }
    assert not enterprises.exclude(party__kind="organisation").exists()  # compound interest is theirs alone
    assert set(Debt.objects.exclude(portfolio="business").values_list("retail", "non_accrual_days")) == {(True, 90)}
    assert not Debt.objects.exclude(portfolio="business").filter(compound_rate_ppm__gt=0).exists()
    subsidised = Debt.objects.filter(subsidy__gt=0)
    assert subsidised.exists()
    assert not subsidised.filter(subsidy_payer=None).exists()
    assert all(event.payload["owner"] for event in Event.objects.filter(kind="transfer"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
