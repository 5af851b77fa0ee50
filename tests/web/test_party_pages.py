"""Pages of parties: found by whole values that stand in no address, masked, one thing opened for a written reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kaopu.kernel.clock import system_clock
from kaopu.kernel.models import AuditRow
from kaopu.kernel.roles import Role
from kaopu.party.actions import (
    add_address,
    add_document,
    add_employment,
    add_point,
    create_party,
    end_point,
    erase_party,
    keep_party,
    record_fact,
)
from kaopu.party.actions.grant_consent import grant_consent
from kaopu.party.actions.publish_consent_text import publish_consent_text
from kaopu.party.actions.record_verification import record_verification
from kaopu.party.core.party import NewParty

NOW = system_clock().now() - timedelta(days=2)
BY = {"actor": "staff:1", "now": NOW}
ID_NUMBER = "11010519491231002X"


@pytest.fixture
def someone(db):
    return know_someone()


def know_someone():
    """A person of whom much is known."""
    publish_consent_text("verify-1", "verification", "zh-hans", "您同意核验…", **BY)
    party_id = create_party.create_party(NewParty(name="王小明", phone="13800138000"), **BY)
    point = add_point.add_point(party_id, "phone", "17012345678", "reserved_by_debtor", **BY)
    gone = add_point.add_point(party_id, "email", "wang@example.com", "contract", **BY)
    end_point.end_point(gone, **BY)
    add_document.add_document(party_id, "cn-id", ID_NUMBER, valid_until=date(2030, 1, 1), **BY)
    add_address.add_address(party_id, "home", "440305", "科技园南路1号", **BY)
    add_employment.add_employment(party_id, name="小卖部", **BY)
    record_fact.record_fact(party_id, "timezone", "Asia/Shanghai", **BY)
    for channel, provider in (("carrier", "operator"), ("code", "self")):
        grant_consent(party_id, "verification", channel, "verify-1", "code:1", **BY)
        record_verification(party_id, channel, provider, "match", point_id=point, **BY)
    return party_id


SECRETS = ("王小明", "13800138000", "17012345678", "wang@example.com", ID_NUMBER, "科技园南路1号", "小卖部")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_page_shows_what_is_known_masked(sign_in, someone, language):
    page = sign_in(Role.AGENT, language).get(f"/parties/{someone}/").content.decode()
    assert not any(secret in page for secret in SECRETS)
    for shown in ("王**", "170****5678", "110*************2X", "科技园***", "440305", "verify-1"):
        assert shown in page
    words = ("2 independent witnesses", "resale segment", "1 way to be reached, 2 consents in force.")
    if language == "zh-hans":
        words = ("2 个独立渠道一致", "虚拟运营商号段", "联系方式 1 个，有效同意 2 项。")
    for word in words:
        assert word in page


@pytest.mark.parametrize("typed", ["王小明", "+86 138 0013 8000", "17012345678", ID_NUMBER.lower()])
def test_a_whole_value_finds_and_is_not_repeated(sign_in, someone, typed):
    client = sign_in(Role.COMPLIANCE)
    page = client.post("/parties/", {"value": typed}).content.decode()
    assert f"/parties/{someone}/" in page
    assert "1 party has it." in page
    assert typed not in page
    assert "Nobody here has this value." in client.post("/parties/", {"value": typed[:-1]}).content.decode()


def test_one_thing_opens_once_for_a_reason(sign_in, someone):
    client = sign_in(Role.AGENT)
    thing = "point:" + str(AuditRow.objects.filter(act="party.point_added").first().subject.split(":")[1])
    address = f"/parties/{someone}/reveal"
    refused = client.post(address, {"thing": thing, "reason": "curiosity"})
    assert (refused.status_code, "17012345678" in refused.content.decode()) == (422, False)
    shown = client.post(address, {"thing": thing, "reason": "collection"})
    assert (shown.status_code, shown["Cache-Control"]) == (200, "no-store")
    page = shown.content.decode()
    assert "17012345678" in page
    assert ID_NUMBER not in page
    row = AuditRow.objects.get(act="party.point_opened")
    assert (row.subject, row.details) == (thing, {"party": someone, "reason": "collection"})
    assert "17012345678" not in client.get(f"/parties/{someone}/").content.decode()


@pytest.mark.parametrize("record", ["document", "address", "employment", "consent"])
def test_papers_addresses_and_employers_open_alike(sign_in, someone, record):
    from kaopu.party import store

    held = {"document": store.documents, "address": store.addresses, "employment": store.employments}
    held["consent"] = store.consents
    full = {"document": ID_NUMBER, "address": "科技园南路1号", "employment": "小卖部", "consent": "code:1"}
    thing = f"{record}:{held[record](someone)[0].id}"
    page = sign_in(Role.AGENT).post(f"/parties/{someone}/reveal", {"thing": thing, "reason": "dispute"})
    assert full[record] in page.content.decode()


def test_what_belongs_to_another_does_not_open(sign_in, someone):
    other = create_party.create_party(NewParty(name="李四"), **BY)
    point = add_point.add_point(other, "phone", "13900139000", "given_by_self", **BY)
    client = sign_in(Role.AGENT)
    for thing in (f"point:{point}", "point:999999", "point:x", "party:1", ""):
        response = client.post(f"/parties/{someone}/reveal", {"thing": thing, "reason": "dispute"})
        assert (response.status_code, "13900139000" in response.content.decode()) == (422, False)


def test_an_auditor_reads_masked_and_opens_nothing(sign_in, someone):
    client = sign_in(Role.AUDITOR)
    assert "See one thing in full" not in client.get(f"/parties/{someone}/").content.decode()
    assert client.post(f"/parties/{someone}/reveal", {"thing": "point:1", "reason": "dispute"}).status_code == 403
    assert sign_in(Role.TREASURER).get(f"/parties/{someone}/").status_code == 403
    assert client.get("/parties/999999/").status_code == 404


def test_an_erased_person_shows_nothing_and_a_duty_by_law_opens_what_is_kept(sign_in, someone):
    from kaopu.party import store

    keep_party.keep_party(someone, "cn-aml-34", date(2099, 1, 1), **BY)
    erase_party.erase_party(someone, **BY)
    client = sign_in(Role.COMPLIANCE)
    page = client.get(f"/parties/{someone}/").content.decode()
    assert "Erased: nothing can be opened but what a law orders to keep." in page
    assert not any(word in page for word in ("王**", "170****5678", "科技园***", "440305"))
    thing = f"document:{store.documents(someone)[0].id}"
    refused = client.post(f"/parties/{someone}/reveal", {"thing": thing, "reason": "collection"})
    assert (refused.status_code, "choose a duty by law" in refused.content.decode()) == (409, True)
    shown = client.post(f"/parties/{someone}/reveal", {"thing": thing, "reason": "legal-duty"})
    assert ID_NUMBER in shown.content.decode()


def test_more_points_ask_the_database_no_more_often(sign_in, someone):
    client = sign_in(Role.AGENT)
    client.get(f"/parties/{someone}/")

    def count():
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/parties/{someone}/")
        return len(seen)

    few = count()
    for n in range(20):
        add_point.add_point(someone, "phone", f"139{n:08}", "contract", **BY)
        add_document.add_document(someone, "passport", f"E{n:08}", **BY)
    assert count() == few <= 20
