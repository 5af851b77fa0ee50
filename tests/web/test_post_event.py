"""Events posted from the page: the preview is the act, a refusal is a sentence at its field, twice is once."""

from __future__ import annotations

from datetime import date

import pytest

from kaopu.book import store
from kaopu.book.core.position import position
from kaopu.book.models import Event
from kaopu.kernel.models import AuditRow, OutboxEvent
from kaopu.kernel.roles import Role

DAY = date(2026, 11, 22)


@pytest.fixture
def client(sign_in, book):
    return sign_in(Role.TREASURER)


def send(client, debt_id, **typed):
    return client.post(f"/debts/{debt_id}/events", {"key": "k1", "on": DAY.isoformat(), "act": "record", **typed})


def owed(debt_id):
    return position(store.history(store.debt(debt_id)), DAY).outstanding.total


def test_a_preview_changes_nothing_and_equals_what_is_then_recorded(client, book):
    debt_id, before = book["late"], owed(book["late"])
    counts = (Event.objects.count(), AuditRow.objects.count(), OutboxEvent.objects.count())
    preview = send(client, debt_id, kind="payment", amount="533.09", act="preview")
    changes = {change.words: change.after for change in preview.context["page"].form.changes}
    assert changes["Outstanding"] == "¥4,264.72"
    assert changes["Days past due"] == "43"
    assert (Event.objects.count(), AuditRow.objects.count(), OutboxEvent.objects.count()) == counts
    assert owed(debt_id) == before

    recorded = send(client, debt_id, kind="payment", amount="533.09")
    assert (recorded.status_code, recorded["Location"]) == (302, f"/debts/{debt_id}/?as_of=2026-11-22")
    assert owed(debt_id) == before - 53_309 == 426_472
    listed = client.get("/debts/", {"q": f"D-{debt_id}"}).context["page"].rows[0]
    assert (listed.outstanding, listed.days.words) == (426_472, "DPD 43")


def test_a_form_sent_twice_records_once(client, book):
    before = owed(book["late"])
    for _ in range(2):
        assert send(client, book["late"], kind="payment", amount="100").status_code == 302
    assert owed(book["late"]) == before - 10_000


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"kind": "payment", "amount": "ten"}, "amount", "Enter an amount, as 306.20."),
        ({"kind": "payment", "amount": "1.005"}, "amount", "Enter an amount, as 306.20."),
        ({"kind": "payment", "amount": "-5"}, "amount", "Enter an amount above 0."),
        ({"kind": "payment", "amount": "5", "on": "2026-02-30"}, "on", "Enter a real date."),
        ({"kind": "payment", "amount": "5", "on": "2026-05-09"}, "on", "The day is before the debt was lent."),
        ({"kind": "pause", "amount": "2.5"}, "amount", "Enter a whole number of days."),
        ({"kind": "reversal"}, "reverses", "Choose the event that this undoes."),
        ({"kind": "waiver", "amount": "999", "component": "fee"}, "amount", "More than is owed. Waive at most what is owed of it."),
        ({"kind": "restructure"}, "kind", "Choose what happened."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("act", ["preview", "record"])
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(client, book, typed, field, words, act):
    count = Event.objects.count()
    response = send(client, book["late"], **typed, act=act)
    assert response.status_code == 422
    form = response.context["page"].form
    assert [(wrong.field, wrong.words) for wrong in form.wrong] == [(field, words)]
    assert form.amount == typed.get("amount", "")
    assert Event.objects.count() == count


def test_a_reversal_undoes_a_payment_and_the_timeline_says_so(client, book):
    before = owed(book["on time"])
    paid = Event.objects.filter(debt_id=book["on time"], kind="payment").latest("event_id")
    assert send(client, book["on time"], kind="reversal", reverses=str(paid.event_id)).status_code == 302
    assert owed(book["on time"]) > before
    page = client.get(f"/debts/{book['on time']}/").context["page"]
    entries = {entry.event_id: entry for entry in page.timeline.entries}
    assert entries[paid.event_id].gone
    assert "undone by a reversal" in entries[paid.event_id].notes


def test_every_refusal_of_the_action_has_its_sentence():
    from kaopu.book.actions.event_request import Refusal
    from kaopu.book.console.post_event import REFUSALS

    assert set(Refusal) - set(REFUSALS) == {Refusal.DEBT_UNKNOWN}  # the page has read the debt


def test_a_dispute_stops_one_instalment_and_is_ended(client, book):
    debt_id = book["late"]
    assert send(client, debt_id, kind="dispute", seq="4").status_code == 302
    page = client.get(f"/debts/{debt_id}/", {"as_of": "2026-11-23"}).context["page"]
    assert "in dispute" in page.states
    assert page.timeline.entries[0].amount == "of instalment 4"
    again = send(client, debt_id, key="k2", kind="dispute", seq="4")
    assert [wrong.field for wrong in again.context["page"].form.wrong] == ["seq"]
    assert send(client, debt_id, key="k3", kind="dispute_end", seq="0").status_code == 302
    assert "in dispute" not in client.get(f"/debts/{debt_id}/", {"as_of": "2026-11-23"}).context["page"].states


def test_a_claim_is_sold_once_and_the_page_names_the_new_owner(client, book):
    debt_id = book["late"]
    nameless = send(client, debt_id, kind="transfer", amount="100")
    assert [wrong.field for wrong in nameless.context["page"].form.wrong] == ["owner"]
    assert send(client, debt_id, kind="transfer", amount="3000.00", owner="amc-1").status_code == 302
    assert Event.objects.get(debt_id=debt_id, kind="transfer").amount == 300_000
    page = client.get(f"/debts/{debt_id}/").context["page"]
    assert "sold" in page.states
    assert page.answer == "Sold: nothing is owed to us any more."
    assert ("Owner now", "amc-1") in [(fact.words, fact.value) for fact in page.terms]
    twice = send(client, debt_id, key="k2", kind="transfer", owner="amc-2")
    assert [wrong.words for wrong in twice.context["page"].form.wrong] == [
        "This claim is sold already. It can be sold once only."
    ]


def test_another_debtor_joins(client, book):
    debt_id, joins = book["late"], store.debt(book["early"]).party_id
    unknown = send(client, debt_id, kind="joining", party="999999")
    assert [wrong.field for wrong in unknown.context["page"].form.wrong] == ["party"]
    assert send(client, debt_id, kind="joining", party=str(joins)).status_code == 302
    page = client.get(f"/debts/{debt_id}/").context["page"]
    assert "another debtor" in page.states
    first = store.debt(debt_id).party_id
    assert [(debtor.party_id, debtor.words) for debtor in page.debtors] == [
        (first, "first debtor"),
        (joins, "joined on 22 Nov 2026"),
    ]
    takes = store.debt(book["fees"]).party_id
    preview = send(client, debt_id, key="k2", kind="assumption", party=f"B-{takes}", act="preview")
    changed = {change.words: (change.before, change.after) for change in preview.context["page"].form.changes}
    assert changed == {"Owed by": (f"B-{first}, B-{joins}", f"B-{takes}")}
    assert send(client, debt_id, key="k3", kind="assumption", party=str(takes)).status_code == 302
    page = client.get(f"/debts/{debt_id}/").context["page"]
    assert [(debtor.party_id, debtor.words) for debtor in page.debtors] == [
        (takes, "took the debt over on 22 Nov 2026")
    ]


@pytest.mark.parametrize("act", ["preview", "record"])
@pytest.mark.parametrize("kind", ["reinstatement", "subsidy"])
def test_what_needs_something_before_it_is_refused_in_words(client, book, kind, act):
    response = send(client, book["late"], kind=kind, amount="5", act=act)
    assert (response.status_code, [wrong.field for wrong in response.context["page"].form.wrong]) == (422, ["kind"])
