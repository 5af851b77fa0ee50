"""Matching by hand, undoing it, sending money back; of two at once one wins; the database itself guards the sums."""

from __future__ import annotations

import threading
from datetime import date
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from receipt_files import NOW, book_debt_of, csv_bytes

from kaopu.book import store as book
from kaopu.book.actions.record_event import RecordEvent, record_event
from kaopu.book.actions.record_event import Refusal as BookRefusal
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.position import position
from kaopu.book.models import Event
from kaopu.kernel import approval, audit
from kaopu.kernel.actions import rotate_keys
from kaopu.kernel.console import proposals
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import AuditRow
from kaopu.party.actions.create_party import create_party
from kaopu.party.core.party import NewParty, RevealReason
from kaopu.receipts import answers, store
from kaopu.receipts.actions.match_receipt import match_receipt
from kaopu.receipts.actions.outcome import Matched, Refusal, Refused, Returned
from kaopu.receipts.actions.return_receipt import Reason, return_receipt
from kaopu.receipts.actions.reveal_payer import reveal_payer
from kaopu.receipts.actions.take_receipts import take_content
from kaopu.receipts.actions.unmatch_receipt import unmatch_receipt
from kaopu.receipts.console import return_proposals  # noqa: F401 - makes its kind of proposal known
from kaopu.receipts.models import Allocation, Receipt, Return, Standing, Unmatch

DAY = NOW.date()


def agree(proposal_id, actor, print_of=""):
    proposal = approval.read(proposal_id)
    return proposals.agree(proposal, approver=actor, fingerprint=print_of or proposal.fingerprint, now=NOW)


@pytest.fixture
def waiting(take):
    """A receipt of 500.00 of 15 February that nothing is known of."""
    _, rows = take(
        {"amount": "500", "bank_reference": "W1", "payer_name": "王小明", "payer_account": "6222000011114471"}
    )
    return rows["W1"]


def refusal(outcome):
    assert isinstance(outcome, Refused), outcome
    return outcome.why


def test_money_is_split_over_debts_and_the_rest_waits(waiting, debt):
    one, two = debt(), debt()
    first = match_receipt(waiting.pk, one.pk, "staff:1", NOW, amount=10_000)
    assert first == Matched(waiting.pk, one.pk, first.event_id, 10_000, 40_000)
    assert match_receipt(waiting.pk, two.pk, "staff:1", NOW, amount=15_000).left == 25_000
    assert refusal(match_receipt(waiting.pk, one.pk, "staff:1", NOW, amount=25_001)) is Refusal.ABOVE_WHAT_IS_LEFT
    assert match_receipt(waiting.pk, one.pk, "staff:1", NOW).left == 0
    assert refusal(match_receipt(waiting.pk, one.pk, "staff:1", NOW)) is Refusal.NOTHING_LEFT
    assert [str(e.on) for e in Event.objects.filter(kind="payment")] == ["2026-02-15"] * 3
    assert store.received_totals(DAY) == {"CNY": {"received": 50_000, "matched": 50_000, "returned": 0}}
    assert answers.suspense(DAY)["receipts"] == []


def test_what_cannot_be_matched_says_why(waiting, debt):
    match = lambda *given, **more: refusal(match_receipt(*given, "staff:1", NOW, **more))  # noqa: E731
    dollars, later, one = debt(currency="USD"), debt(start=date(2026, 3, 1)), debt()
    assert match(999_999, one.pk) is Refusal.RECEIPT_UNKNOWN
    assert match(waiting.pk, 999_999) is Refusal.DEBT_UNKNOWN
    assert match(waiting.pk, dollars.pk) is Refusal.OTHER_CURRENCY
    assert match(waiting.pk, later.pk) is Refusal.DEBT_NOT_BEGUN
    assert match(waiting.pk, one.pk, amount=0) is Refusal.AMOUNT_MUST_BE_POSITIVE
    assert match(waiting.pk, one.pk, seen_left=49_999) is Refusal.CHANGED_MEANWHILE
    assert not Event.objects.exists()


def test_an_unmatch_reverses_the_payment_and_the_money_waits_again(waiting, debt):
    one, two = debt(), debt()
    before = position(book.history(one), DAY)
    match_receipt(waiting.pk, one.pk, "staff:1", NOW)
    allocation = store.living_allocations(waiting.pk)[0]
    undone = unmatch_receipt(waiting.pk, allocation.pk, "staff:2", NOW)
    assert (undone.amount, undone.left) == (50_000, 50_000)
    assert position(book.history(one), DAY) == before
    assert position(book.history(one), date(2026, 2, 15)).paid_to_date == 0
    line = answers.suspense(DAY)["receipts"][0]
    assert (line["why"], line["candidates"], line["age_days"], line["bucket"]) == ("unmatched", [one.pk], 280, "90+")
    assert refusal(unmatch_receipt(waiting.pk, allocation.pk, "staff:2", NOW)) is Refusal.ALREADY_UNMATCHED
    assert match_receipt(waiting.pk, one.pk, "staff:1", NOW, amount=1).left == 49_999  # the same debt once more
    assert match_receipt(waiting.pk, two.pk, "staff:1", NOW).left == 0
    assert store.standing_differs() == []


def test_a_payment_reversed_at_the_debt_frees_the_money_too_and_stays_freed(waiting, debt):
    one = debt()
    paid = match_receipt(waiting.pk, one.pk, "staff:1", NOW)
    on = date(2026, 3, 1)
    undone = record_event(RecordEvent(one.pk, EventKind.REVERSAL, on, "k1", reverses=paid.event_id), "staff:9", NOW)
    assert Unmatch.objects.get(event=undone.event_id).by == "staff:9"
    assert Standing.objects.get(pk=waiting.pk).suspense == 50_000
    again = RecordEvent(one.pk, EventKind.REVERSAL, on, "k2", reverses=undone.event_id)
    rows = AuditRow.objects.count()
    assert record_event(again, "staff:9", NOW) is BookRefusal.MONEY_WAITS_ELSEWHERE
    assert AuditRow.objects.count() == rows
    with pytest.raises(DatabaseError, match="match the receipt again"), transaction.atomic():
        Event.objects.create(
            debt_id=one.pk, kind="reversal", on=on, reverses_id=undone.event_id, recorded_at=NOW, recorded_by="staff:9"
        )


def test_a_small_return_goes_at_once_and_counts_on_its_day(waiting):
    done = return_receipt(waiting.pk, Reason.NOT_OURS, "staff:1", NOW, amount=20_000, on=date(2026, 3, 1))
    assert done == Returned(waiting.pk, 20_000, 30_000)
    assert store.received_totals(date(2026, 2, 28))["CNY"]["returned"] == 0
    assert store.received_totals(date(2026, 3, 1)) == {"CNY": {"received": 50_000, "matched": 0, "returned": 20_000}}
    early = return_receipt(waiting.pk, Reason.NOT_OURS, "staff:1", NOW, on=date(2026, 2, 14))
    assert refusal(early) is Refusal.DAY_BEFORE_THE_RECEIPT


def test_a_large_return_needs_a_second_person(take):
    _, rows = take({"amount": "1000.01", "bank_reference": "W2"})
    receipt = rows["W2"].pk
    asked = return_receipt(receipt, Reason.PAID_TWICE, "staff:1", NOW)
    assert asked.waits
    assert not Return.objects.exists()
    assert refusal(return_receipt(receipt, Reason.PAID_TWICE, "staff:1", NOW)) is Refusal.RETURN_IS_WAITING
    assert agree(asked.proposal, "staff:1") is approval.Refusal.PROPOSER_CANNOT_DECIDE
    assert agree(asked.proposal, "staff:2", "other") is approval.Refusal.DIFFERS_FROM_WHAT_WAS_PROPOSED
    assert isinstance(agree(asked.proposal, "staff:2"), proposals.Agreed)
    assert agree(asked.proposal, "staff:3") is approval.Refusal.ALREADY_DECIDED
    assert Standing.objects.get(pk=receipt).suspense == 0
    assert Return.objects.get().amount == 100_001


def test_what_was_agreed_is_not_sent_when_the_money_went_elsewhere(take, debt):
    _, rows = take({"amount": "2000", "bank_reference": "W2"})
    asked = return_receipt(rows["W2"].pk, Reason.NOT_OURS, "staff:1", NOW)
    match_receipt(rows["W2"].pk, debt().pk, "staff:3", NOW, amount=1)
    with pytest.raises(BadInput, match="More than is left"):
        agree(asked.proposal, "staff:2")
    assert approval.read(asked.proposal).state == "proposed"  # the agreement was rolled back with it
    assert isinstance(asked.proposal, UUID)


def test_every_act_leaves_an_audit_row_without_personal_data(waiting, debt):
    match_receipt(waiting.pk, debt().pk, "staff:1", NOW, amount=5)
    unmatch_receipt(waiting.pk, Allocation.objects.get().pk, "staff:1", NOW)
    return_receipt(waiting.pk, Reason.LEGAL_DUTY, "staff:1", NOW)
    line = reveal_payer(waiting.pk, reason=RevealReason.DISPUTE, actor="staff:1", now=NOW)
    assert (line.payer_name, line.payer_account) == ("王小明", "6222000011114471")
    acts = list(AuditRow.objects.filter(subject=f"receipt:{waiting.pk}").order_by("id").values_list("act", flat=True))
    assert acts == ["receipt.matched", "receipt.unmatched", "receipt.returned", "receipt.revealed"]
    audit.seal(NOW)
    assert audit.verify().ok


def test_a_rotation_of_keys_seals_receipts_anew(waiting):
    before = bytes(waiting.payer_name_sealed)
    rotate_keys.rotate(NOW, "test")
    row = Receipt.objects.get(pk=waiting.pk)
    assert bytes(row.payer_name_sealed) != before
    assert store.line_of(row).payer_name == "王小明"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE receipts_receipt SET amount = 1", "DELETE FROM receipts_receipt", "DELETE FROM receipts_allocation",
        "UPDATE receipts_allocation SET amount = 1", "UPDATE receipts_return SET amount = 1", "DELETE FROM receipts_note",
        "UPDATE receipts_standing SET matched = 0", "DELETE FROM receipts_standing", "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE receipts_note",
    ],
)  # fmt: skip
def test_the_database_refuses_to_forget(waiting, debt, statement):
    match_receipt(waiting.pk, debt().pk, "staff:1", NOW, amount=5)
    return_receipt(waiting.pk, Reason.NOT_OURS, "staff:1", NOW, amount=5)
    with pytest.raises(DatabaseError, match=r"only grows|by hand is refused"), transaction.atomic():
        connection.cursor().execute(statement)


def test_the_database_refuses_to_give_out_more_than_came_in(waiting, debt):
    one = debt()
    paid = record_event(RecordEvent(one.pk, EventKind.PAYMENT, waiting.booked_on, "k", 50_001), "test", NOW)
    given = {"receipt": waiting, "at": NOW, "by": "test"}
    with pytest.raises(IntegrityError, match="standing_whole"), transaction.atomic():
        Allocation.objects.create(debt=one, event_id=paid.event_id, amount=50_001, rule="person", **given)
    with pytest.raises(DatabaseError, match="an allocation is a payment"), transaction.atomic():
        Allocation.objects.create(debt=one, event_id=paid.event_id, amount=50_000, rule="person", **given)
    with pytest.raises(IntegrityError, match="standing_whole"), transaction.atomic():
        Return.objects.create(amount=50_001, on=DAY, reason="not-ours", **given)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_match_the_same_receipt_one_wins():
    party = create_party(NewParty(), actor="test", now=NOW)
    debts = [book_debt_of(party, f"RACE-{n}").pk for n in range(2)]
    for turn in range(5):
        taken = take_content(csv_bytes([{"amount": "50", "bank_reference": f"R{turn}"}]), f"{turn}.csv", "test", NOW)
        receipt = Receipt.objects.get(file=taken.file).pk
        found = together(lambda n, receipt=receipt: match_receipt(receipt, debts[n], f"staff:{n}", NOW))
        assert sorted(type(one).__name__ for one in found) == ["Matched", "Refused"]
        assert next(one for one in found if isinstance(one, Refused)).why is Refusal.NOTHING_LEFT
    assert Event.objects.count() == 5
    assert store.standing_differs() == []


@pytest.mark.django_db(transaction=True)
def test_the_same_file_taken_by_two_at_once_is_taken_once():
    party = create_party(NewParty(), actor="test", now=NOW)
    one = book_debt_of(party, "RACE-9")
    content = csv_bytes([{"amount": "1", "bank_reference": f"R{n}", "reference": f"D-{one.pk}"} for n in range(120)])
    together(lambda _n: take_content(content, "bank.csv", "test", NOW))
    assert Event.objects.filter(debt=one).count() == Receipt.objects.count() == 120
    assert store.received_totals(DAY) == {"CNY": {"received": 12_000, "matched": 12_000, "returned": 0}}


def together(act):
    """What `act(0)` and `act(1)` give, run at once, each with a connection of its own."""
    start, found, problems = threading.Barrier(2), [], []

    def run(n):
        start.wait()
        try:
            found.append(act(n))
        except Exception as problem:  # noqa: BLE001 - told below
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    return found
