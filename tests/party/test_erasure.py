"""Erasure: keys destroyed, indexes cleared; what law orders to keep is restricted, and goes when its day has passed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidTag
from django.db import DatabaseError, connection, transaction

from kaopu.kernel import vault
from kaopu.kernel.actions import rotate_keys
from kaopu.kernel.models import OutboxEvent
from kaopu.party import keeping, store
from kaopu.party.actions import (
    add_address,
    add_document,
    add_employment,
    add_point,
    create_party,
    erase_party,
    expire_parties,
    grant_consent,
    keep_party,
    open_point,
    open_record,
    record_fact,
    see_device,
    show_party,
)
from kaopu.party.actions.publish_consent_text import publish_consent_text
from kaopu.party.core.party import NewParty, RevealReason
from kaopu.party.core.records import Scope
from kaopu.party.models import ConsentRow, ContactPoint, IdentityDocument, PartyKey, PersonFact
from kaopu.party.store import keys

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
BY = {"actor": "staff:1", "now": NOW}
ID_NUMBER = "11010519491231002X"


@pytest.fixture
def someone(db):
    """A person of whom everything is held."""
    publish_consent_text("contact-1", "emergency-contact", "zh-hans", "您同意…", **BY)
    party_id = create_party.create_party(NewParty(name="王小明", phone="13800138000"), **BY)
    add_point.add_point(party_id, "phone", "13800138000", "given_by_self", **BY)
    add_document.add_document(party_id, "cn-id", ID_NUMBER, **BY)
    add_address.add_address(party_id, "home", "440305", "科技园南路1号", **BY)
    add_employment.add_employment(party_id, name="小卖部", **BY)
    see_device.see_device(party_id, "fp-1", now=NOW)
    grant_consent.grant_consent(party_id, "emergency-contact", "voice", "contact-1", "code:1", **BY)
    record_fact.record_fact(party_id, "dead", "yes", since=date(2026, 11, 1), proof="certificate 1", **BY)
    return party_id


def found(party_id):
    return (
        party_id in [each.id for each in store.find(phone="13800138000") + store.find(name="王小明")],
        bool(store.points_with("phone", "13800138000", live_only=False)),
        bool(store.documents_with("cn-id", ID_NUMBER)),
        bool(store.parties_on_device("fp-1")),
    )


def test_after_erasure_nothing_is_found_and_nothing_opens(someone):
    assert found(someone) == (True, True, True, True)
    point = store.points(someone)[0].id
    paper = store.documents(someone)[0].id
    consent = ConsentRow.objects.get(party_id=someone)
    outcome = erase_party.erase_party(someone, **BY)
    assert outcome == erase_party.Erased(someone, None, 1)
    assert found(someone) == (False, False, False, False)
    assert open_point.open_point(point, reason="dispute", **BY) is open_point.Refusal.ERASED
    assert open_record.open_record("document", paper, reason="legal-duty", **BY) is open_record.Refusal.ERASED
    # The rows stay for ever, the proofs are gone.
    for record, row in (("consent", consent), ("fact", PersonFact.objects.get(party_id=someone))):
        assert open_record.open_record(record, row.pk, reason="legal-duty", **BY) is open_record.Refusal.ERASED
    shown = show_party.reveal(someone, reason=RevealReason.LEGAL_DUTY, **BY)
    assert (shown.name, shown.phone) == (None, None)
    assert [each.withdrawn_at for each in store.consents(someone)] == [NOW]
    masked = [store.points(someone)[0].masked_value, store.documents(someone)[0].masked_number]
    masked += [store.addresses(someone)[0].region_code, store.employments(someone)[0].masked_name]
    assert masked == [""] * 4
    assert OutboxEvent.objects.get(name="party.erased").payload == {"party": someone, "restricted": False}


def test_a_row_kept_from_before_does_not_open_with_any_key_there_is(someone):
    """A copy of the ciphertext taken before the erasure, and every key that is left."""
    before = ContactPoint.objects.get(party_id=someone)
    erase_party.erase_party(someone, **BY)
    assert not PartyKey.objects.filter(party_id=someone, key_sealed__isnull=False).exists()
    for key in vault.ring().keys.values():
        blob = bytes(before.value_sealed)
        with pytest.raises(InvalidTag):
            key.decrypt(blob[1:13], blob[13:], vault.place("party_point", "value_sealed", before.pk))


def test_an_erased_party_takes_nothing_new(someone):
    erase_party.erase_party(someone, **BY)
    assert erase_party.erase_party(someone, **BY) is erase_party.Refusal.ALREADY_ERASED
    assert erase_party.erase_party(10**12, **BY) is erase_party.Refusal.NO_SUCH_PARTY
    point = add_point.add_point(someone, "phone", "13800138000", "given_by_self", **BY)
    assert point is add_point.Refusal.PARTY_IS_ERASED
    consent = grant_consent.grant_consent(someone, "emergency-contact", "voice", "contact-1", "code:1", **BY)
    assert consent is grant_consent.Refusal.PARTY_IS_ERASED
    with pytest.raises(keys.KeyDestroyed), transaction.atomic():
        keys.for_sealing(someone, Scope.ORDINARY, NOW)
    with pytest.raises(DatabaseError, match="sealed anew or destroyed"), transaction.atomic():
        PartyKey.objects.filter(party_id=someone).update(key_sealed=b"x", destroyed_at=None)


def test_what_law_orders_to_keep_is_restricted_and_goes_when_its_day_has_passed(someone):
    keep_party.keep_party(someone, "cn-aml-34", date(2036, 11, 25), **BY)
    assert erase_party.erase_party(someone, **BY).restricted_until == date(2036, 11, 25)
    assert found(someone) == (False, False, False, False)
    assert show_party.show_masked(someone).name is None
    refused = show_party.reveal(someone, reason=RevealReason.COLLECTION, **BY)
    assert refused is show_party.Refusal.RESTRICTED
    assert show_party.reveal(someone, reason=RevealReason.LEGAL_DUTY, **BY).name == "王小明"
    paper = IdentityDocument.objects.get(party_id=someone).pk
    read = open_record.open_record
    assert read("document", paper, reason="collection", **BY) is open_record.Refusal.RESTRICTED
    assert read("document", paper, reason="legal-duty", **BY) == ID_NUMBER
    assert store.points(someone)[0].masked_value == ""

    last_day = datetime(2036, 11, 25, 12, tzinfo=UTC)
    assert expire_parties.expire_parties(actor="system", now=last_day).kept_no_longer == 0
    assert expire_parties.expire_parties(actor="system", now=last_day + timedelta(days=1)).kept_no_longer == 1
    assert show_party.reveal(someone, reason=RevealReason.LEGAL_DUTY, **BY).name is None
    assert read("document", paper, reason="legal-duty", **BY) is open_record.Refusal.ERASED
    assert not PartyKey.objects.filter(party_id=someone, key_sealed__isnull=False).exists()


def test_rooms_above_name_duties_of_their_own(someone, monkeypatch):
    monkeypatch.setattr(keeping, "_sources", {})
    keeping.register("book", lambda party_id, today: date(2030, 1, 1) if party_id == someone else None)
    keep_party.keep_party(someone, "old", date(2020, 1, 1), **BY)  # over: no duty any more
    assert keeping.keep_until(someone, NOW.date()) == date(2030, 1, 1)
    assert keeping.keep_until(someone, date(2030, 1, 2)) is None
    assert erase_party.erase_party(someone, **BY).restricted_until == date(2030, 1, 1)


def test_a_source_that_fails_erases_nothing(someone, monkeypatch):
    monkeypatch.setattr(keeping, "_sources", {"book": lambda party_id, today: 1 / 0})
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        erase_party.erase_party(someone, **BY)
    assert found(someone) == (True, True, True, True)


def test_points_and_persons_of_a_limited_time_expire(someone):
    stranger = create_party.create_party(NewParty(name="李四"), **BY)
    keep_party.limit_party(stranger, NOW + timedelta(days=30), **BY)
    add_point.add_point(stranger, "phone", "13900139000", "reserved_by_debtor", **BY)
    point = add_point.add_point(
        someone, "phone", "13700137000", "reserved_by_debtor", expires_at=NOW + timedelta(days=10), **BY
    )
    run = expire_parties.expire_parties
    assert run(actor="system", now=NOW) == expire_parties.Expired(0, 0, 0, 0)
    assert run(actor="system", now=NOW + timedelta(days=10)) == expire_parties.Expired(1, 0, 0, 0)
    assert open_point.open_point(point, reason="dispute", **BY) is open_point.Refusal.ERASED
    assert run(actor="system", now=NOW + timedelta(days=30)) == expire_parties.Expired(0, 1, 0, 0)
    assert store.find(name="李四") == store.points_with("phone", "13900139000", live_only=False) == []
    assert run(actor="system", now=NOW + timedelta(days=30)) == expire_parties.Expired(0, 0, 0, 0)
    assert found(someone) == (True, True, True, True)


def test_who_became_a_customer_does_not_expire(someone):
    keep_party.limit_party(someone, NOW, **BY)
    keep_party.limit_party(someone, None, **BY)
    assert expire_parties.expire_parties(actor="system", now=NOW + timedelta(days=900)).parties == 0


@pytest.mark.django_db(transaction=True)
def test_a_rotation_seals_the_keys_of_parties_anew_and_everything_still_opens():
    party_id = create_party.create_party(NewParty(name="王小明"), **BY)
    point = add_point.add_point(party_id, "phone", "13800138000", "given_by_self", **BY)
    gone = create_party.create_party(NewParty(), **BY)
    add_point.add_point(gone, "phone", "13900139000", "given_by_self", **BY)
    erase_party.erase_party(gone, **BY)
    sealed = ContactPoint.objects.get(pk=point).value_sealed
    old = bytes(PartyKey.objects.get(party_id=party_id).key_sealed)
    assert rotate_keys.rotate(NOW, "staff:1") == 2  # the name and the party's key; what that key seals is left alone
    assert bytes(ContactPoint.objects.get(pk=point).value_sealed) == bytes(sealed)
    new = bytes(PartyKey.objects.get(party_id=party_id).key_sealed)
    assert (vault.key_number(new), vault.key_number(new) > vault.key_number(old)) == (vault.ring().current, True)
    assert open_point.open_point(point, reason="dispute", **BY) == "13800138000"


@pytest.mark.django_db(transaction=True)
def test_the_commands_show_what_is_held_and_erase_it():
    from test_party import _url, kaopu

    party_id = create_party.create_party(NewParty(name="王小明"), **BY)
    add_point.add_point(party_id, "phone", "13800138000", "given_by_self", **BY)
    held = json.loads(kaopu("party", "record", str(party_id), "--json", url=_url()).stdout)
    assert (held["party"]["name"], held["points"][0]["masked_value"]) == ("王**", "138****8000")
    assert "138****8000" in kaopu("party", "record", str(party_id), url=_url()).stdout
    for wrong in (("--basis", "法律", "--until", "2099-01-01"), ("--basis", "law", "--until", "soon")):
        assert kaopu("party", "keep", str(party_id), *wrong, url=_url()).returncode == 2
    assert kaopu("party", "limit", str(party_id), "--until", "2099-01-01", url=_url()).returncode == 0
    assert kaopu("party", "keep", str(party_id), "--basis", "law", "--until", "2099-01-01", url=_url()).returncode == 0
    erased = kaopu("party", "erase", str(party_id), "--json", url=_url())
    assert json.loads(erased.stdout)["restricted_until"] == "2099-01-01"
    assert kaopu("party", "erase", str(party_id), url=_url()).returncode == 2
    expired = json.loads(kaopu("party", "expire", "--json", url=_url()).stdout)
    assert expired == {"points": 0, "parties": 0, "restricted": 0, "kept_no_longer": 0}


def test_no_column_is_left_readable(someone):
    erase_party.erase_party(someone, **BY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM party_point WHERE value_sealed IS NOT NULL OR value_index IS NOT NULL")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM party_address WHERE text_sealed IS NOT NULL OR region_code <> ''")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM party_device WHERE fingerprint_index IS NOT NULL")
        assert cursor.fetchone() == (0,)
