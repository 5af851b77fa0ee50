"""From a nomination to an erasure, in a real database: what is held, and from when on nothing is."""

from __future__ import annotations

import re
from datetime import timedelta

import contact_life as town
import pytest
from contact_life import DAY, MINUTE, NOW, NUMBER
from django.db import IntegrityError, connection, transaction

from kaopu.conduct.actions.suppress import suppressed
from kaopu.contacts import links, store
from kaopu.contacts.actions.accept import Accepted, Refusal, accept
from kaopu.contacts.actions.change_choices import change_choices
from kaopu.contacts.actions.close_contacts import close_contacts
from kaopu.contacts.actions.erase_ended import erase_ended
from kaopu.contacts.actions.expire_invitations import expire_invitations
from kaopu.contacts.actions.judge_code import TypedCode
from kaopu.contacts.actions.nominate import invite, invite_by_lender, nominate
from kaopu.contacts.actions.refuse import never_again, refuse
from kaopu.contacts.actions.remove import remove
from kaopu.contacts.actions.send_code import Limited, send_code
from kaopu.contacts.actions.send_code import Refusal as NotSent
from kaopu.contacts.actions.undo import undo
from kaopu.contacts.actions.verify import Refusal as VerifyRefusal
from kaopu.contacts.actions.verify import enter, recheck, verify
from kaopu.contacts.actions.withdraw import Withdrawn, withdraw
from kaopu.contacts.core import nomination
from kaopu.contacts.core.contact_state import TABLE, UNDONE_TO, Act, State, WhyNot
from kaopu.contacts.core.held_data import Choices, Hours
from kaopu.contacts.core.one_time_code import CodePurpose, Verdict
from kaopu.contacts.core.relation import Relation
from kaopu.contacts.models import Choice, Contact, ContactEvent, OneTimeCode
from kaopu.kernel import vault
from kaopu.kernel.models import AuditRow, OutboxEvent
from kaopu.party import store as party
from kaopu.party.core.points import PointKind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_outbox():
    town.clear_outbox()
    yield
    town.clear_outbox()


def state(contact_id, at=NOW):
    return store.contact(contact_id, at).state


def dump():
    """Every value of every table, as one text."""
    parts = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - names from the catalogue
            parts += [row for (row,) in cursor.fetchall()]
    return "\n".join(parts)


def test_before_the_person_agrees_no_row_holds_a_number_a_name_or_a_hash_of_them():
    who = town.borrower()
    before = Contact.objects.count(), len(party.points(who))
    _, link = town.invited(who)
    code = town.coded(link)
    assert accept(link, TypedCode(code.code_id, code.ticket, "000000"), DAY, now=NOW) == Verdict.WRONG
    text = dump()
    hashes = {vault.ring().blind_index(kind, NUMBER).hex() for kind in ("phone", "sms", "voice", "number", "contact")}
    assert NUMBER not in text
    assert not any(found in text for found in hashes)
    assert (Contact.objects.get().party_id, before) == (None, (0, 1))
    assert isinstance(accept(link, code, DAY, now=NOW), Accepted)
    after = dump()
    assert vault.ring().blind_index("phone", NUMBER).hex() in after  # and this is how it would have been found
    assert NUMBER not in after
    assert "王小明" not in after


def test_a_contact_agrees_on_their_own_device():
    who = town.borrower()
    invitation, link = town.invited(who)
    outcome = accept(link, town.coded(link), DAY, now=NOW, same_device=True)
    view = store.contact(invitation.contact_id, NOW)
    assert (view.state, view.party_id, view.provenance) == (State.ACCEPTED, outcome.party_id, "reserved_by_debtor")
    assert [point.masked_value for point in party.points(view.party_id)] == ["139****5678"]
    consents = party.consents(view.party_id)
    assert sorted((each.channel, each.purpose) for each in consents) == [
        ("sms", "emergency-contact"), ("voice", "emergency-contact")]  # fmt: skip
    assert consents[0].text_version.startswith("contact-en-")
    facts = party.person_facts(view.party_id)
    assert (facts.timezone, facts.language) == ("Asia/Shanghai", "en")
    events = list(
        OutboxEvent.objects.filter(name__startswith="contact.")
        .order_by("occurred_at", "pk")
        .values_list("name", flat=True)
    )
    assert sorted(events) == ["contact.accepted", "contact.invited", "contact.nominated", "contact.opened"]
    assert ContactEvent.objects.get(act="accepted").details["same_device"] is True
    assert AuditRow.objects.filter(act="contact.accepted", subject=f"contact:{view.id}").count() == 1


def test_the_link_is_used_once_and_signed():
    who = town.borrower()
    invitation, link = town.invited(who)
    accept(link, town.coded(link), DAY, now=NOW)
    link = links.find(invitation.token)
    assert links.state(link, NOW) == "used"
    assert accept(link, TypedCode(OneTimeCode.objects.get().pk, "", "1"), DAY, now=NOW) == Refusal.LINK_DOES_NOT_OPEN
    forged = invitation.token[:-1] + ("A" if invitation.token[-1] != "A" else "B")
    assert links.find(forged) is None
    assert links.find("") is None
    assert links.find("名") is None
    assert links.find(invitation.token).pk == link.pk


def test_codes_wrong_five_times_late_or_of_another_link():
    who = town.borrower()
    _, link = town.invited(who)
    code = town.coded(link)
    wrong = TypedCode(code.code_id, code.ticket, "000000" if code.typed != "000000" else "000001")
    assert [accept(link, wrong, DAY, now=NOW) for _ in range(6)] == [Verdict.WRONG] * 5 + [Verdict.TOO_MANY_TRIES]
    assert accept(link, code, DAY, now=NOW) == Verdict.TOO_MANY_TRIES
    later = NOW + 2 * MINUTE
    fresh = town.coded(link, now=later)
    assert accept(link, fresh, DAY, now=later + 10 * MINUTE) == Verdict.TOO_LATE
    _, other = town.invited(who)
    assert accept(other, fresh, DAY, now=later) == Verdict.NO_SUCH_CODE
    swapped = TypedCode(fresh.code_id, code.ticket, fresh.typed)  # the ticket of another code, so another number
    assert accept(link, swapped, DAY, now=later) == Verdict.NO_SUCH_CODE


def test_codes_are_few_and_never_to_the_borrower_nor_to_a_fixed_line():
    who = town.borrower()
    invitation, link = town.invited(who)
    asked = {"language": "en", "now": NOW}
    assert (
        send_code(link, CodePurpose.ACCEPT, PointKind.PHONE, town.BORROWERS_NUMBER, **asked)
        == NotSent.NUMBER_OF_THE_BORROWER
    )
    assert send_code(link, CodePurpose.ACCEPT, PointKind.PHONE, "010 6655 4433", **asked) == NotSent.NOT_A_MOBILE
    town.coded(link)
    assert isinstance(send_code(link, CodePurpose.ACCEPT, PointKind.PHONE, NUMBER, **asked), Limited)
    again = invite(invitation.contact_id, actor=town.ACTOR, now=NOW)  # a new link buys no more messages
    assert isinstance(send_code(links.find(again.token), CodePurpose.ACCEPT, PointKind.PHONE, NUMBER, **asked), Limited)
    assert len(town.outbox()) == 1
    assert OneTimeCode.objects.count() == 1


def test_messages_say_nothing_of_who_or_why():
    who = town.borrower()
    _, link = town.invited(who)
    town.coded(link)
    ((address, words),) = town.outbox()
    assert address == NUMBER
    said = re.sub(r"\d{6}", "000000", words)
    assert said.startswith("Your code is 000000. It works for 10 minutes. Nobody has a reason to ask you for it.")
    assert "王" not in said


def test_a_no_is_final_and_undone_only_for_ten_minutes():
    who = town.borrower()
    invitation, _ = town.invited(who)
    refuse(invitation.contact_id, now=NOW)
    assert state(invitation.contact_id) == State.REFUSED
    assert invite(invitation.contact_id, actor=town.ACTOR, now=NOW) == nomination.Refusal.ENDED
    assert undo(invitation.contact_id, now=NOW + 9 * MINUTE).state == State.INVITED
    refuse(invitation.contact_id, knows_borrower=False, now=NOW + 10 * MINUTE)
    assert erase_ended(NOW + 19 * MINUTE) == 0
    assert undo(invitation.contact_id, now=NOW + 20 * MINUTE) == WhyNot.UNDO_TIME_IS_OVER
    assert (erase_ended(NOW + 20 * MINUTE), erase_ended(NOW + 20 * MINUTE)) == (1, 0)
    assert undo(invitation.contact_id, now=NOW + 20 * MINUTE) == WhyNot.ERASED_ALREADY
    assert state(invitation.contact_id, NOW + 21 * MINUTE) == State.DOES_NOT_KNOW


def test_withdrawing_ends_everything_at_once_for_every_borrower():
    one, other = town.borrower(), town.borrower("13800000002", "李雷")
    first = town.agreed(one)
    second = town.agreed(other, now=NOW + MINUTE)
    assert first.party_id == second.party_id  # one number is one person, and one count of attempts
    outcome = withdraw(first.contact_id, actor="contact:1", now=NOW + 2 * MINUTE)
    assert outcome == Withdrawn((first.contact_id, second.contact_id), NOW + 12 * MINUTE)
    assert {state(each, NOW + 2 * MINUTE) for each in outcome.contacts} == {State.WITHDRAWN}
    assert all(each.withdrawn_at == NOW + 2 * MINUTE for each in party.consents(first.party_id))
    assert all(point.ended_at == NOW + 2 * MINUTE for point in party.points(first.party_id))
    assert withdraw(first.contact_id, actor="contact:1", now=NOW + 3 * MINUTE) == WhyNot.NOT_FROM_HERE


def test_an_undone_withdrawal_restores_all_of_it():
    one, other = town.borrower(), town.borrower("13800000002", "李雷")
    first, second = town.agreed(one), town.agreed(other, now=NOW + MINUTE)
    withdraw(first.contact_id, actor="contact:1", now=NOW + 2 * MINUTE)
    later = NOW + 11 * MINUTE
    assert undo(second.contact_id, now=later).state == State.ACCEPTED
    assert {state(each.contact_id, later) for each in (first, second)} == {State.ACCEPTED}
    live = [point for point in party.points(first.party_id) if point.ended_at is None]
    assert [point.masked_value for point in live] == ["139****5678"]
    in_force = {each.channel for each in party.consents(first.party_id) if each.withdrawn_at is None}
    assert in_force == {"sms", "voice"}
    assert erase_ended(NOW + 60 * MINUTE) == 0


def test_ten_minutes_later_nothing_is_left_but_a_fingerprint():
    who = town.borrower()
    contact = town.agreed(who)
    withdraw(contact.contact_id, actor="contact:1", now=NOW)
    assert suppressed("phone", NUMBER) is None
    assert erase_ended(NOW + 10 * MINUTE) == 1
    assert suppressed("phone", NUMBER) == NOW + 10 * MINUTE
    assert suppressed("person", f"party:{contact.party_id}") is not None
    assert [point.masked_value for point in party.points(contact.party_id)] == [""]
    assert not Choice.objects.filter(contact=contact.contact_id).exists()
    assert links.state(links.find(contact.own_token), NOW + 10 * MINUTE) == "ended"
    index = vault.ring().blind_index("phone", NUMBER).hex()
    rows = [line for line in dump().splitlines() if index in line]
    assert all(
        "asked-never-again" in line or "contact-said-no" in line or "conduct.suppressed" in line for line in rows
    )
    assert len(rows) == 2  # the suppression and its audit row


def test_nobody_else_may_name_a_number_that_said_never():
    who = town.borrower()
    invitation, link = town.invited(who)
    refuse(invitation.contact_id, now=NOW)
    assert never_again(link, town.coded(link, CodePurpose.NEVER_AGAIN), now=NOW).address == NUMBER
    town.clear_outbox()
    other = town.borrower("13800000002", "李雷")
    _, another = town.invited(other)
    sent = send_code(another, CodePurpose.ACCEPT, PointKind.PHONE, NUMBER, language="en", now=NOW)
    assert sent.ticket  # the page says the same as ever
    assert town.outbox() == []  # and nothing is sent


def test_never_again_ends_what_the_number_had_agreed_to():
    contact = town.agreed(town.borrower())
    other = town.borrower("13800000002", "李雷")
    _, link = town.invited(other)
    later = NOW + 2 * MINUTE
    never_again(link, town.coded(link, CodePurpose.NEVER_AGAIN, now=later), now=later)
    assert state(contact.contact_id, later) == State.WITHDRAWN


def test_an_unanswered_invitation_ends_after_a_week_and_may_be_sent_again():
    who = town.borrower()
    invitation, link = town.invited(who)
    accepted = town.agreed(who, now=NOW + MINUTE)
    week = NOW + timedelta(days=7)
    assert expire_invitations(week - MINUTE) == 0
    assert expire_invitations(week + timedelta(days=1)) == 1
    assert state(accepted.contact_id, week + timedelta(days=2)) == State.ACCEPTED
    assert state(invitation.contact_id, week + timedelta(days=2)) == State.EXPIRED
    assert links.state(link, week) == "expired"
    assert expire_invitations(week + timedelta(days=3)) == 0
    again = invite(invitation.contact_id, actor=town.ACTOR, now=week + timedelta(days=3))
    assert links.state(links.find(again.token), week + timedelta(days=3)) == "open"


def test_a_second_independent_way_verifies():
    who = town.borrower()
    contact = town.agreed(who)
    own, later = links.find(contact.own_token), NOW + 2 * MINUTE
    code = town.coded(own, CodePurpose.SECOND, "lin@example.com", PointKind.EMAIL, now=later)
    assert verify(own, PointKind.EMAIL, code, now=later).state == State.VERIFIED
    later += 2 * MINUTE
    same = town.coded(own, CodePurpose.SECOND, "lin@example.com", PointKind.EMAIL, now=later)
    assert verify(own, PointKind.EMAIL, same, now=later) == VerifyRefusal.SAME_WAY_AS_BEFORE
    due = later + timedelta(days=181)
    assert state(contact.contact_id, due) == State.RECHECK_DUE
    assert recheck(own, town.coded(own, CodePurpose.RECHECK, now=due), now=due).state == State.VERIFIED
    assert state(contact.contact_id, due) == State.VERIFIED


def test_a_text_and_a_call_to_one_number_are_one_way():
    contact = town.agreed(town.borrower())
    own, later = links.find(contact.own_token), NOW + 2 * MINUTE
    code = town.coded(own, CodePurpose.SECOND, NUMBER, now=later)
    assert verify(own, PointKind.PHONE, code, now=later) == VerifyRefusal.SAME_WAY_AS_BEFORE
    assert state(contact.contact_id, later) == State.ACCEPTED


def test_back_to_ones_own_page_with_the_same_number_alone():
    who = town.borrower()
    invitation, link = town.invited(who)
    accepted = accept(link, town.coded(link), DAY, now=NOW)
    link, later = links.find(invitation.token), NOW + 2 * MINUTE
    stranger = town.coded(link, CodePurpose.ENTER, "13911112222", now=later)
    assert enter(link, stranger, now=later) == VerifyRefusal.NOT_THIS_PERSON
    later += 2 * MINUTE
    token = enter(link, town.coded(link, CodePurpose.ENTER, now=later), now=later)
    assert links.find(token).contact_id == accepted.contact_id
    assert links.state(links.find(accepted.own_token), later) == "ended"


def test_a_borrower_takes_a_name_back_and_what_was_held_goes():
    who = town.borrower()
    contact = town.agreed(who)
    stranger = town.borrower("13800000002", "李雷")
    assert remove(contact.contact_id, stranger, actor=town.ACTOR, now=NOW) == WhyNot.NOT_FROM_HERE
    assert remove(contact.contact_id, who, actor=town.ACTOR, now=NOW).state == State.REMOVED
    assert erase_ended(NOW) == 1
    assert [point.masked_value for point in party.points(contact.party_id)] == [""]
    assert suppressed("phone", NUMBER) is None  # the person never said no
    later = NOW + 2 * MINUTE
    assert isinstance(town.agreed(who, now=later), Accepted)


def test_one_borrower_removing_leaves_the_person_a_contact_of_another():
    one, other = town.borrower(), town.borrower("13800000002", "李雷")
    first, second = town.agreed(one), town.agreed(other, now=NOW + MINUTE)
    remove(first.contact_id, one, actor=town.ACTOR, now=NOW + 2 * MINUTE)
    erase_ended(NOW + 3 * MINUTE)
    assert state(second.contact_id, NOW + 3 * MINUTE) == State.ACCEPTED
    assert [point.masked_value for point in party.points(first.party_id)] == ["139****5678"]
    assert any(each.withdrawn_at is None for each in party.consents(first.party_id))


def test_a_contact_is_let_go_ninety_days_after_the_last_debt():
    never, owing, cleared = (
        town.borrower(),
        town.borrower("13800000002", "李雷"),
        town.borrower("13800000003", "韩梅梅"),
    )
    people = [town.agreed(who, f"1391234000{n}", now=NOW) for n, who in enumerate((never, owing, cleared))]
    asleep, _ = town.invited(never)
    late, gone = (town.owing(who) for who in (owing, cleared))
    town.pay(late, 1_000, "p0")
    town.settle(gone)
    day_90 = NOW + timedelta(days=90)
    assert close_contacts(day_90 - timedelta(days=1)) == 0
    assert close_contacts(day_90 + timedelta(days=1)) == 3  # of who never borrowed, the one who never answered too
    assert erase_ended(day_90 + timedelta(days=1)) == 3
    states = [state(each.contact_id, day_90 + timedelta(days=2)) for each in people]
    assert states == [State.CLOSED, State.ACCEPTED, State.CLOSED]
    assert [party.points(each.party_id)[0].masked_value for each in people] == ["", "139****0001", ""]
    assert suppressed("phone", "13912340000") is None  # they never said no
    assert invite(asleep.contact_id, actor=town.ACTOR, now=day_90 + timedelta(days=2)) == nomination.Refusal.ENDED
    assert close_contacts(day_90 + timedelta(days=3)) == 0


def test_the_same_person_is_named_once_by_one_borrower():
    who = town.borrower()
    town.agreed(who)
    later = NOW + 2 * MINUTE
    _, link = town.invited(who, now=later)
    assert accept(link, town.coded(link, now=later), DAY, now=later) == Refusal.AGREED_ALREADY


def test_other_choices_are_other_consents():
    contact = town.agreed(town.borrower())
    later = NOW + MINUTE
    change_choices(contact.contact_id, Choices(("sms",), Hours.EVENING, "zh-hans"), proof="link:1", now=later)
    in_force = [each.channel for each in party.consents(contact.party_id) if each.withdrawn_at is None]
    assert in_force == ["sms"]
    assert store.choices(contact.contact_id)[0].hours == Hours.EVENING


def test_at_most_three_and_the_lender_sends_none():
    who = town.borrower()
    for _ in range(3):
        town.invited(who)
    more = {"actor": town.ACTOR, "now": NOW}
    assert nominate(who, Relation.FRIEND, **more) == nomination.Refusal.ENOUGH_CONTACTS
    assert nominate(10**9, Relation.FRIEND, **more) == nomination.Refusal.NO_SUCH_BORROWER
    other = town.borrower("13800000002", "李雷")
    off = nomination.Refusal.LENDER_INVITATIONS_ARE_OFF
    assert nominate(other, Relation.FRIEND, mode=nomination.Mode.LENDER_SENT, **more) == off
    assert invite_by_lender(1, **more, switched_on=True) == off
    assert Contact.objects.filter(borrower=other).count() == 0


# What the database itself refuses -----------------------------------------------------------------------------------


def test_the_database_holds_the_same_table_of_states():
    from importlib import import_module

    migration = import_module("kaopu.contacts.migrations.0004_closed")
    written = {(before, act): after for before, acts in migration.ALLOWED.items() for act, after in acts.items()}
    assert written == {(str(before or ""), str(act)): str(after) for (before, act), after in TABLE.items()}
    assert set(UNDONE_TO) == {State.REFUSED, State.DOES_NOT_KNOW, State.WITHDRAWN}


def refuses(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_the_database_refuses_what_the_table_does_not_know():
    invitation, _ = town.invited(town.borrower())
    row = Contact.objects.get(pk=invitation.contact_id)

    def write(number, act, before, after, at=NOW):
        return lambda: ContactEvent.objects.create(
            contact=row, number=number, act=act, state_before=before, state_after=after, at=at, by="x"
        )

    refuses(write(3, "accepted", "invited", "accepted"))  # agreed without having opened
    refuses(write(4, "opened", "invited", "opened"))  # a number left out
    refuses(write(3, "opened", "nominated", "opened"))  # not where the last one ended
    refuse(row.pk, now=NOW)
    refuses(write(4, "undone", "refused", "opened"))  # not where it was before
    refuses(write(4, "undone", "refused", "invited", NOW + 10 * MINUTE))  # too late
    refuses(write(4, "invited", "refused", "invited"))  # asked again
    write(4, "erased", "refused", "refused")()
    refuses(write(5, "undone", "refused", "invited"))
    refuses(lambda: ContactEvent.objects.filter(contact=row).update(at=NOW + MINUTE))
    refuses(lambda: ContactEvent.objects.filter(contact=row).delete())


def test_a_contact_stays_who_it_is():
    who = town.borrower()
    contact = town.agreed(who)
    refuses(lambda: Contact.objects.filter(pk=contact.contact_id).update(relation="parent"))
    refuses(lambda: Contact.objects.filter(pk=contact.contact_id).update(party_id=None))
    refuses(lambda: Contact.objects.filter(pk=contact.contact_id).delete())
    invitation, _ = town.invited(who)
    refuses(
        lambda: Contact.objects.filter(pk=invitation.contact_id).update(party_id=who)
    )  # nobody is their own contact


def test_every_act_of_a_life_is_audited_and_told():
    contact = town.agreed(town.borrower())
    withdraw(contact.contact_id, actor="contact:1", now=NOW)
    erase_ended(NOW + 10 * MINUTE)
    acts = list(
        ContactEvent.objects.filter(contact=contact.contact_id).order_by("number").values_list("act", flat=True)
    )
    assert acts == [Act.NOMINATED, Act.INVITED, Act.OPENED, Act.ACCEPTED, Act.WITHDREW, Act.ERASED]
    audited = AuditRow.objects.filter(subject=f"contact:{contact.contact_id}", act__startswith="contact.")
    assert {f"contact.{act}" for act in acts} <= set(audited.values_list("act", flat=True))
    told = set(OutboxEvent.objects.filter(name__startswith="contact.").values_list("name", flat=True))
    assert {"contact.accepted", "contact.withdrawn", "contact.erased"} <= told
