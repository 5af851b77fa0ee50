"""Papers, addresses, devices, employers and what independent channels say of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kaopu.kernel.models import AuditRow
from kaopu.party import store
from kaopu.party.actions import (
    add_address,
    add_document,
    add_employment,
    create_party,
    end_point,
    end_record,
    open_record,
    record_verification,
    see_device,
    verify_party,
    withdraw_consent,
)
from kaopu.party.actions.add_point import add_point
from kaopu.party.actions.grant_consent import grant_consent
from kaopu.party.actions.publish_consent_text import publish_consent_text
from kaopu.party.core.party import Kind, NewParty
from kaopu.party.core.records import VerificationResult
from kaopu.party.core.verification import standing
from kaopu.party.verification import channels
from kaopu.party.verification.channels import Answer

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
BY = {"actor": "staff:1", "now": NOW}
ID_NUMBER = "11010519491231002X"


@pytest.fixture
def someone(db):
    return create_party.create_party(NewParty(name="王小明"), **BY)


def test_a_paper_is_checked_kept_in_one_spelling_masked_and_found_whole(someone):
    paper = add_document.add_document(someone, "cn-id", "11010519491231002x", valid_until=date(2030, 1, 1), **BY)
    (view,) = store.documents(someone)
    assert (view.id, view.masked_number, view.valid_until) == (paper, "110*************2X", date(2030, 1, 1))
    assert [each.party_id for each in store.documents_with("cn-id", ID_NUMBER)] == [someone]
    assert store.documents_with("passport", ID_NUMBER) == store.documents_with("cn-id", ID_NUMBER[:17]) == []
    assert add_document.add_document(someone, "cn-id", ID_NUMBER, **BY) is add_document.Refusal.ALREADY_THERE
    assert open_record.open_record("document", paper, reason="dispute", **BY) == ID_NUMBER
    assert AuditRow.objects.get(act="party.document_opened").details == {"party": someone, "reason": "dispute"}


def test_fifteen_digits_are_kept_as_eighteen(someone):
    add_document.add_document(someone, "cn-id", "340524800101001", **BY)
    assert store.documents_with("cn-id", "34052419800101001X")[0].party_id == someone


@pytest.mark.parametrize(
    ("kind", "number"),
    [("cn-id", "110105194912310021"), ("uscc", "91350100M000100Y4Z"), ("passport", "no!"), ("cn-id", "")],
)
def test_a_number_that_can_be_none_is_refused(someone, kind, number):
    assert add_document.add_document(someone, kind, number, **BY) is add_document.Refusal.NUMBER_NOT_VALID


def test_an_ended_paper_stays_and_another_may_follow(someone):
    paper = add_document.add_document(someone, "passport", "E1234 5678", **BY)
    assert end_record.end_record("document", paper, **BY) is None
    assert end_record.end_record("document", paper, **BY) is end_record.Refusal.ALREADY_ENDED
    assert end_record.end_record("address", paper + 10**9, **BY) is end_record.Refusal.NO_SUCH_RECORD
    add_document.add_document(someone, "passport", "E12345678", **BY)
    assert [view.ended_at is None for view in store.documents(someone)] == [False, True]


def test_an_address_has_a_known_region_and_a_masked_street(someone):
    home = add_address.add_address(someone, "home", "440305", "科技园南路1号", **BY)
    (view,) = store.addresses(someone)
    assert (view.region_code, view.masked_text) == ("440305", "科技园***")
    assert open_record.open_record("address", home, reason="correction", **BY) == "科技园南路1号"
    assert add_address.add_address(someone, "home", "350405", "新区1号", **BY) > home  # newer than the list
    for wrong in ("999999", "44030", "4403o5"):
        assert add_address.add_address(someone, "home", wrong, "x", **BY) is add_address.Refusal.NO_SUCH_REGION
    assert add_address.add_address(someone, "home", "440305", " ", **BY) is add_address.Refusal.NO_TEXT


def test_an_employer_is_a_party_or_a_name(someone):
    firm = create_party.create_party(NewParty(kind=Kind.ORGANISATION, name="某某公司"), **BY)
    add_employment.add_employment(someone, employer_id=firm, started_on=date(2020, 1, 1), **BY)
    add_employment.add_employment(someone, name="小卖部", **BY)
    assert [(each.employer_id, each.masked_name) for each in store.employments(someone)] == [(firm, ""), (None, "小**")]
    for wrong in ({}, {"name": " "}, {"name": "x", "employer_id": firm}):
        refused = add_employment.add_employment(someone, **wrong, **BY)
        assert refused is add_employment.Refusal.EITHER_A_PARTY_OR_A_NAME
    refused = add_employment.add_employment(someone, employer_id=someone, **BY)
    assert refused is add_employment.Refusal.EMPLOYER_IS_NO_ORGANISATION


def test_a_device_tells_who_else_was_seen_on_it(someone):
    other = create_party.create_party(NewParty(), **BY)
    for party_id in (someone, other, someone):
        assert see_device.see_device(party_id, "fp-1", now=NOW) is None
    assert store.parties_on_device("fp-1") == [someone, other]
    assert store.parties_on_device("fp-2") == []
    assert see_device.see_device(someone, "", now=NOW) is see_device.Refusal.NO_FINGERPRINT


# Verification


class Registry:
    """A provider that knows one person; what it was asked is kept."""

    name, provider, kinds = "id-registry", "registry", frozenset({"cn-id"})

    def __init__(self, answer=None, meanwhile=None):
        self.asked, self.answer, self.meanwhile = [], answer, meanwhile

    def ask(self, question):
        self.asked.append(question)
        if self.meanwhile:
            self.meanwhile()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or Answer(VerificationResult.MATCH, "same")


@pytest.fixture
def offer():
    def register(channel):
        channels.register(channel)
        return channel

    yield register
    channels.unregister("id-registry")


@pytest.fixture
def paper(someone):
    publish_consent_text("verify-1", "verification", "zh-hans", "您同意核验…", **BY)
    return add_document.add_document(someone, "cn-id", ID_NUMBER, **BY)


def agree(party_id, channel="id-registry"):
    return grant_consent(party_id, "verification", channel, "verify-1", "code:1", **BY)


def test_a_channel_is_asked_only_with_consent_for_exactly_this_channel(someone, paper, offer):
    registry = offer(Registry())
    for channel in ("any", "carrier"):
        agree(someone, channel)
    refused = verify_party.verify_party(someone, "id-registry", document_id=paper, **BY)
    assert (refused, registry.asked) == (record_verification.Refusal.NOT_AUTHORISED, [])
    consent_id = agree(someone)
    verify_party.verify_party(someone, "id-registry", document_id=paper, **BY)
    assert [(each.kind, each.value, each.name) for each in registry.asked] == [("cn-id", ID_NUMBER, "王小明")]
    (view,) = store.verifications(someone)
    assert (view.result, view.why, view.document_id, view.consent_id) == ("match", "same", paper, consent_id)


def test_consent_taken_back_while_the_channel_thinks_drops_its_answer(someone, paper, offer):
    consent_id = agree(someone)
    offer(Registry(meanwhile=lambda: withdraw_consent.withdraw_consent(consent_id, **BY)))
    refused = verify_party.verify_party(someone, "id-registry", document_id=paper, **BY)
    assert (refused, store.verifications(someone)) == (record_verification.Refusal.NOT_AUTHORISED, [])


@pytest.mark.parametrize("answer", [RuntimeError("王小明 is unknown"), Answer(VerificationResult.MATCH, "王小明")])
def test_a_channel_that_fails_or_gossips_has_answered_unknown(someone, paper, offer, answer):
    agree(someone)
    offer(Registry(answer))
    verify_party.verify_party(someone, "id-registry", document_id=paper, **BY)
    (view,) = store.verifications(someone)
    assert (view.result, view.why) == (
        "unknown",
        type(answer).__name__ if isinstance(answer, Exception) else "ValueError",
    )


def test_what_cannot_be_asked(someone, paper, offer):
    refusal = record_verification.Refusal
    ask = verify_party.verify_party
    assert ask(someone, "nobody", document_id=paper, **BY) is refusal.NO_SUCH_CHANNEL
    offer(Registry())
    agree(someone)
    assert ask(someone, "id-registry", **BY) is refusal.ONE_POINT_OR_ONE_DOCUMENT
    phone = add_point(someone, "phone", "13800138000", "given_by_self", **BY)
    assert ask(someone, "id-registry", point_id=phone, **BY) is refusal.CHANNEL_IS_FOR_OTHER_KINDS
    other = create_party.create_party(NewParty(), **BY)
    assert ask(other, "id-registry", document_id=paper, **BY) is refusal.NOT_OF_THIS_PARTY
    end_point.end_point(phone, **BY)
    assert ask(someone, "id-registry", point_id=phone, **BY) is refusal.HAS_ENDED


# fmt: off
@pytest.mark.parametrize(("answers", "verified", "why"), [
    ([],                                                                        False, "0 of 2 independent witnesses"),
    ([("code", "self", "match")],                                               False, "1 of 2 independent witnesses"),
    ([("code", "self", "match"), ("carrier", "operator", "match")],             True,  "2 of 2 independent witnesses"),
    ([("code", "self", "match"), ("call", "self", "match")],                    False, "1 of 2 independent witnesses"),
    ([("code", "self", "match"), ("carrier", "operator", "unknown")],           False, "1 of 2 independent witnesses"),
    ([("a", "p", "match"), ("b", "q", "match"), ("c", "r", "mismatch")],        False, "says otherwise: c"),
    ([("c", "r", "mismatch"), ("a", "p", "match"), ("c", "r", "match")],        True,  "2 of 2 independent witnesses"),
])
def test_several_independent_channels_verify(someone, answers, verified, why):
    publish_consent_text("verify-1", "verification", "zh-hans", "您同意核验…", **BY)
    phone = add_point(someone, "phone", "13800138000", "given_by_self", **BY)
    for channel, provider, result in answers:
        agree(someone, channel)
        record_verification.record_verification(someone, channel, provider, result, point_id=phone, **BY)
    found = standing(store.verifications(someone), since=NOW)
    assert (found.verified, found.why) == (verified, why)
    assert not standing(store.verifications(someone), since=NOW + timedelta(days=1)).verified
# fmt: on
