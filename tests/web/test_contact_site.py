"""The contact's pages without a browser: what they say, what they keep, and what they never show."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "contacts"))

import contact_life as town

from kaopu.conduct.actions.record_outcome import record_attempt_elsewhere
from kaopu.contacts import links, store
from kaopu.contacts.actions.people_link import make_people_link
from kaopu.contacts.core.contact_state import State
from kaopu.contacts.core.invitation import LinkKind
from kaopu.contacts.models import Complaint, Contact, HelpPayment, Offer, OneTimeCode
from kaopu.kernel.clock import FixedClock, system_clock
from kaopu.web.security import POLICY

pytestmark = pytest.mark.django_db

DOCUMENT = {"HTTP_SEC_FETCH_DEST": "document"}
DEBT_WORDS = re.compile(
    r"\b(debts?|loans?|owes|overdue|arrears|repay|borrow|borrower|instalments?|credit|collection|DPD)\b|欠款|借款|贷款|逾期|还款|催收|债|借据|分期"
)


@pytest.fixture(autouse=True)
def _empty_outbox():
    town.clear_outbox()
    yield
    town.clear_outbox()


def now():
    return system_clock().now()


def phone(language="en"):
    client = Client()
    client.cookies["django_language"] = language
    return client


def agree_on(client, token, number=town.NUMBER):
    """From the invitation to the person's own page, as somebody with a phone does it."""
    assert client.post(f"/c/{token}/answer", {"answer": "yes"})["Location"] == f"/c/{token}/choices"
    chosen = {"channels": ["sms", "voice"], "hours": "afternoon", "language": "en"}
    assert client.post(f"/c/{token}/choices", chosen)["Location"] == f"/c/{token}/number"
    assert client.post(f"/c/{token}/number", {"number": number})["Location"] == f"/c/{token}/code"
    done = client.post(f"/c/{token}/code", {"code": town.last_code(number)})
    assert done.status_code == 302, done.content.decode()
    return done["Location"]


def state(contact_id):
    return store.contact(contact_id, now()).state


@pytest.mark.parametrize(("language", "says"), [
    ("en", ("王** would like you to be their emergency contact", "ends in 4471", "Yes, I agree", "you owe nothing")),
    ("zh-hans", ("王**想请您做紧急联系人", "尾号是 4471", "同意", "您不欠钱")),
])  # fmt: skip
def test_the_invitation_says_who_what_for_and_what_never(language, says):
    invitation, _ = town.invited(town.borrower(), now=now(), shows_last_four=True)
    response = phone(language).get(f"/c/{invitation.token}/")
    text = response.content.decode()
    assert response.status_code == 200
    assert all(words in text for words in says)
    assert invitation.check_code in text
    assert response["Content-Security-Policy"] == POLICY
    assert (response["Referrer-Policy"], response["Cache-Control"]) == ("same-origin", "no-store")
    assert "<script" not in text
    assert len(set(re.findall(r"<button[^>]*name=\"answer\"( class=[^>]*)?", text))) == 1  # no answer is dressed up


def test_four_digits_are_shown_only_where_the_borrower_agreed():
    invitation, _ = town.invited(town.borrower(), now=now())
    assert "4471" not in phone().get(f"/c/{invitation.token}/").content.decode()


def test_a_preview_is_no_opening_and_a_browser_is():
    invitation, _ = town.invited(town.borrower(), now=now())
    phone().get(f"/c/{invitation.token}/")
    assert state(invitation.contact_id) == State.INVITED
    phone().get(f"/c/{invitation.token}/", **DOCUMENT)
    assert state(invitation.contact_id) == State.OPENED


def test_from_yes_to_ones_own_page_and_out_again():
    invitation, _ = town.invited(town.borrower(), now=now())
    client = phone()
    own = agree_on(client, invitation.token)
    page = client.get(own).content.decode()
    assert "139****5678" in page
    assert town.NUMBER not in page
    assert "Nobody. Whoever does is listed here" in page
    assert state(invitation.contact_id) == State.ACCEPTED
    client.post(f"{own}stop")
    assert state(invitation.contact_id) == State.WITHDRAWN
    ended = client.get(own).content.decode()
    assert "We will not contact you again" in ended
    assert "Undo" in ended
    assert "Undo" not in phone().get(own).content.decode()  # another device, the same link
    phone().post(f"{own}undo")
    assert state(invitation.contact_id) == State.WITHDRAWN
    client.post(f"{own}undo")
    assert state(invitation.contact_id) == State.ACCEPTED


@pytest.mark.parametrize(("answer", "stands"), [("no", State.REFUSED), ("unknown", State.DOES_NOT_KNOW)])
def test_no_is_one_press(answer, stands):
    invitation, _ = town.invited(town.borrower(), now=now())
    client = phone()
    client.post(f"/c/{invitation.token}/answer", {"answer": answer})
    assert state(invitation.contact_id) == stands
    text = client.get(f"/c/{invitation.token}/").content.decode()
    assert "We do not have your number" in text
    client.post(f"/c/{invitation.token}/undo")
    assert state(invitation.contact_id) == State.OPENED


def test_a_borrower_with_the_link_cannot_undo_the_no_of_another_device():
    invitation, _ = town.invited(town.borrower(), now=now())
    phone().post(f"/c/{invitation.token}/answer", {"answer": "no"})
    phone().post(f"/c/{invitation.token}/undo")
    assert state(invitation.contact_id) == State.REFUSED
    phone().post(f"/c/{invitation.token}/answer", {"answer": "yes"})
    assert state(invitation.contact_id) == State.REFUSED


def test_a_mistake_keeps_what_was_typed_and_names_the_field():
    invitation, _ = town.invited(town.borrower(), now=now())
    client, here = phone(), f"/c/{invitation.token}/"
    response = client.post(f"{here}answer", {})
    assert (response.status_code, "Choose one of the three answers." in response.content.decode()) == (422, True)
    response = client.post(f"{here}choices", {"channels": ["sms"], "language": "en"})
    text = response.content.decode()
    assert response.status_code == 422
    assert 'value="sms" checked' in text
    assert text.count("Choose the time of day.") == 2  # in the summary and at the field
    assert text.index("Please look again:") < text.index("<title>") + 200  # and first in the title
    client.post(f"{here}choices", {"channels": ["sms"], "hours": "day", "language": "en"})
    response = client.post(f"{here}number", {"number": "12345"})
    assert 'value="12345"' in response.content.decode()
    client.post(f"{here}number", {"number": town.NUMBER})
    response = client.post(f"{here}code", {"code": "1"})
    assert "This is not the code that we sent." in response.content.decode()
    assert town.NUMBER not in response.content.decode()


def test_nothing_is_ticked_before_the_person_does():
    invitation, _ = town.invited(town.borrower(), now=now())
    text = phone().get(f"/c/{invitation.token}/choices").content.decode()
    checked = re.findall(r'name="(\w+)" value="[^"]+" checked', text)
    assert checked == ["language"]  # the one the page is read in; no consent


def test_an_ended_or_mistyped_link_shows_no_data():
    who = town.borrower()
    invitation, link = town.invited(who, now=now())
    link.expires_at = link.made_at + town.MINUTE / 60_000
    link.save()
    for token in (invitation.token, "x" * 32, "a" * 5):
        response = phone().get(f"/c/{token}/")
        assert response.status_code == 410
        assert "王" not in response.content.decode()
        assert "No data of yours is on this page." in response.content.decode()
    people = make_people_link(who, actor=town.ACTOR, now=now())
    assert phone().get(f"/c/{people}/").status_code == 410  # a link of another kind opens nothing here


def test_an_answered_invitation_leads_back_to_ones_own_page_with_the_number():
    invitation, _ = town.invited(town.borrower(), now=now())
    agree_on(phone(), invitation.token)
    OneTimeCode.objects.update(made_at=now() - 5 * town.MINUTE)
    client, here = phone(), f"/c/{invitation.token}/"
    assert "This invitation was answered" in client.get(here).content.decode()
    assert "139****5678" not in client.get(here).content.decode()  # the borrower has this link too
    client.post(f"{here}enter", {"number": town.NUMBER})
    own = client.post(f"{here}enter-code", {"code": town.last_code(town.NUMBER)})["Location"]
    assert "139****5678" in client.get(own).content.decode()


def test_after_half_a_year_the_page_asks_and_a_code_answers(monkeypatch):
    invitation, _ = town.invited(town.borrower(), now=now())
    client = phone()
    own = agree_on(client, invitation.token)
    assert "still right?" not in client.get(own).content.decode()
    later = FixedClock(now() + timedelta(days=181))
    for module in ("own", "again", "door", "ended", "invitation"):
        monkeypatch.setattr(f"kaopu.contacts.portal.{module}.system_clock", lambda: later)
    assert "Is all of this still right?" in client.get(own).content.decode()
    client.post(f"{own}recheck", {"number": "13911112222"})
    refused = client.post(f"{own}recheck-code", {"code": town.last_code("13911112222")})
    assert "This is not the number that was used" in refused.content.decode()
    OneTimeCode.objects.update(made_at=now())
    client.post(f"{own}recheck", {"number": town.NUMBER})
    done = client.post(f"{own}recheck-code", {"code": town.last_code(town.NUMBER)})
    assert done["Location"] == f"{own}?saved=1"
    assert "Is all of this still right?" not in client.get(own).content.decode()


def test_a_refused_invitation_sends_no_code_to_anybody():
    """Whoever holds the link, the borrower too, could else ring the person who said no."""
    invitation, _ = town.invited(town.borrower(), now=now())
    here, client = f"/c/{invitation.token}/", phone()
    client.post(f"{here}choices", {"channels": ["sms"], "hours": "day", "language": "en"})
    phone().post(f"{here}answer", {"answer": "no"})
    response = client.post(f"{here}number", {"number": town.NUMBER})
    assert (response.status_code, town.outbox()) == (422, [])
    assert "We cannot send a code right now." in response.content.decode()


def test_who_reached_them_is_listed_with_the_day_and_the_reason():
    invitation, _ = town.invited(town.borrower(), now=now())
    client = phone()
    own = agree_on(client, invitation.token)
    person = f"party:{store.contact(invitation.contact_id, now()).party_id}"
    monday = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
    record_attempt_elsewhere(
        person, "voice", "point:1", "no-answer", now=now(), at=monday, role="contact", purpose="relay"
    )
    text = visible(client.get(own).content.decode())
    assert "23 Nov 2026 10:05" in text  # as it was on their clock
    assert "Phone call: asked you to pass on a message" in text
    assert "Nobody. Whoever does" not in text


def test_what_was_narrowed_with_one_borrower_is_shown_with_all():
    first, _ = town.invited(town.borrower(), now=now())
    client = phone()
    own = agree_on(client, first.token)
    assert (
        "Phone call, Text message" in client.get(own).content.decode()
        or "Text message, Phone call" in client.get(own).content.decode()
    )
    second, _ = town.invited(town.borrower("13800000002", "李雷"), now=now())
    OneTimeCode.objects.update(made_at=now() - 5 * town.MINUTE)
    client.post(f"/c/{second.token}/choices", {"channels": ["sms"], "hours": "day", "language": "en"})
    client.post(f"/c/{second.token}/number", {"number": town.NUMBER})
    client.post(f"/c/{second.token}/code", {"code": town.last_code(town.NUMBER)})
    assert "Phone call" not in client.get(own).content.decode()


def test_a_complaint_has_a_number_and_a_day():
    invitation, _ = town.invited(town.borrower(), now=now())
    client = phone()
    assert client.post(f"/c/{invitation.token}/complain", {"words": "x"}).status_code == 422
    text = client.post(
        f"/c/{invitation.token}/complain", {"about": "asked_to_pay", "words": "He rang and said 王小明 owes."}
    ).content.decode()
    row = Complaint.objects.get()
    assert row.reference in text
    assert "A person answers by" in text
    assert "王小明".encode() not in bytes(row.words_sealed)


def test_help_is_an_offer_of_ones_own_and_shows_only_what_is_needed_to_pay():
    invitation, _ = town.invited(town.borrower(), now=now())
    client = phone()
    own = agree_on(client, invitation.token)
    assert "amount" not in client.get(f"{own}help").content.decode().lower()
    assert client.post(f"{own}help", {"amount": "200"}).status_code == 422  # no payment without an offer
    assert HelpPayment.objects.count() == 0
    client.post(f"{own}help", {"act": "offer"})
    assert Offer.objects.get().contact_id == invitation.contact_id
    assert client.post(f"{own}help", {"amount": "-1"}).status_code == 422
    text = client.post(f"{own}help", {"amount": "200.50"}).content.decode()
    payment = HelpPayment.objects.get()
    assert (payment.amount, payment.currency) == (20_050, "CNY")
    assert payment.reference in text
    assert not DEBT_WORDS.search(visible(text))


def test_is_this_real():
    invitation, _ = town.invited(town.borrower(), now=now())
    client = phone()
    assert "comes from us" in client.post("/check/", {"code": invitation.check_code.lower()}).content.decode()
    other = "00-000" if invitation.check_code != "00-000" else "00-001"
    assert "We made no invitation" in client.post("/check/", {"code": other}).content.decode()
    assert client.post("/check/", {"code": "hello"}).status_code == 422


def visible(html):
    """What a person reads, with titles and addresses, without the head's addresses of files."""
    body = re.sub(r"<(svg|style|script).*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", body))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_page_of_a_contact_carries_a_debt_word(language):
    """Titles, addresses and texts of every page a contact can see."""
    invitation, _ = town.invited(town.borrower(), now=now(), shows_last_four=True)
    client = phone(language)
    pages = ("", "choices", "number", "code", "complain", "never")
    seen = [client.get(f"/c/{invitation.token}/{page}", follow=True) for page in pages]
    own = agree_on(client, invitation.token)
    seen += [client.get(f"{own}{page}", follow=True) for page in ("", "change", "second", "complain", "help")]
    seen += [client.get(f"/c/{invitation.token}/{page}") for page in ("", "enter", "never")]
    seen += [client.post(f"{own}stop", follow=True), client.get("/check/"), client.get("/c/none/")]
    for response in seen:
        text = visible(response.content.decode())
        assert not DEBT_WORDS.search(text), (DEBT_WORDS.search(text), response.request["PATH_INFO"])
        assert len(re.findall(r"<h1[ >]", text)) == 1
    if language == "zh-hans":
        assert not any(re.search(r"[一-鿿][,.;:?!]", visible(response.content.decode())) for response in seen)


# The borrower's page of people --------------------------------------------------------------------------------------


def signed_in(who, language="en"):
    client, token = phone(language), make_people_link(who, actor=town.ACTOR, now=now())
    here = f"/people/{token}/"
    assert client.post(f"{here}send")["Location"] == f"{here}code"
    assert client.post(f"{here}code", {"code": town.last_code(town.BORROWERS_NUMBER)})["Location"] == here
    return client, here


def test_the_link_alone_shows_a_borrower_nothing():
    who = town.borrower()
    town.invited(who, now=now())
    client, token = phone(), make_people_link(who, actor=town.ACTOR, now=now())
    text = client.get(f"/people/{token}/").content.decode()
    assert "138****4471" in text
    assert "Friend" not in text
    assert client.get(f"/people/{token}/add")["Location"] == f"/people/{token}/"


def test_a_borrower_names_somebody_forwards_the_link_and_takes_the_name_back():
    who = town.borrower()
    client, here = signed_in(who)
    text = client.get(here).content.decode()
    assert "You need not name anybody" in text
    form = client.get(f"{here}add").content.decode()
    assert form.count('<button name="act"') == 2
    assert client.post(f"{here}add", {"act": "skip"})["Location"] == here
    assert Contact.objects.count() == 0
    assert client.post(f"{here}add", {"act": "add"}).status_code == 422
    forward = client.post(f"{here}add", {"act": "add", "relation": "sibling", "last_four": "yes"})["Location"]
    row = Contact.objects.get()
    assert (row.relation, row.shows_last_four, row.party_id) == ("sibling", True, None)
    text = client.get(forward).content.decode()
    address = re.search(r"http://testserver(/c/[\w=-]+/)", text)[1]
    assert '<path class="dark"' in text
    assert client.get(forward).content.decode().count(address) == 1  # the same link until a new one is made
    assert phone().get(address).status_code == 200
    client.post(forward)
    assert phone().get(address).status_code == 410
    client.post(f"{here}{row.pk}/remove")
    assert state(row.pk) == State.REMOVED
    assert links.newest(row.pk, LinkKind.INVITATION) is None


def test_a_borrower_reaches_only_their_own_people():
    one, other = town.borrower(), town.borrower("13800000002", "李雷")
    theirs, _ = town.invited(other, now=now())
    client, here = signed_in(one)
    assert client.get(f"{here}{theirs.contact_id}/link")["Location"] == here
    client.post(f"{here}{theirs.contact_id}/remove")
    assert state(theirs.contact_id) == State.INVITED


def test_agreeing_on_the_borrowers_own_device_is_remembered():
    who = town.borrower()
    client, _ = signed_in(who)
    invitation, _ = town.invited(who, now=now())
    agree_on(client, invitation.token)
    agreed = Contact.objects.get(pk=invitation.contact_id).events.get(act="accepted")
    assert agreed.details["same_device"] is True
