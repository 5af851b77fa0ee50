"""Two at once: whoever comes first, an erased party has nothing that lives, and one party has one key."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connections

from kaopu.party import store
from kaopu.party.actions import add_point, create_party, erase_party, grant_consent, open_point, withdraw_consent
from kaopu.party.actions.publish_consent_text import publish_consent_text
from kaopu.party.core.party import NewParty
from kaopu.party.core.points import SEND
from kaopu.party.models import PartyKey

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
BY = {"actor": "staff:1", "now": NOW}
ROUNDS = 25


def at_once(*acts):
    """Each act in a thread and a connection of its own, all let go together; what each returned or raised."""
    gate, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        gate.wait()
        try:
            outcomes[place] = act()
        except Exception as problem:  # noqa: BLE001 - the test looks at it
            outcomes[place] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_whatever_comes_in_while_a_party_is_erased_is_erased_or_refused():
    publish_consent_text("contact-1", "emergency-contact", "zh-hans", "您同意…", **BY)
    for _ in range(ROUNDS):
        party_id = create_party.create_party(NewParty(name="王小明"), **BY)
        added, agreed, erased = at_once(
            lambda party_id=party_id: add_point.add_point(party_id, "phone", "13800138000", "given_by_self", **BY),
            lambda party_id=party_id: grant_consent.grant_consent(
                party_id, "emergency-contact", "voice", "contact-1", "code:1", **BY
            ),
            lambda party_id=party_id: erase_party.erase_party(party_id, **BY),
        )
        assert isinstance(erased, erase_party.Erased)
        assert added is add_point.Refusal.PARTY_IS_ERASED or isinstance(added, int)
        assert agreed is grant_consent.Refusal.PARTY_IS_ERASED or isinstance(agreed, int)
        assert all(view.ended_at and not view.masked_value for view in store.points(party_id))
        assert all(consent.withdrawn_at for consent in store.consents(party_id))
    assert store.points_with("phone", "13800138000", live_only=False) == []
    assert not PartyKey.objects.filter(key_sealed__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_a_point_is_opened_before_the_erasure_or_not_at_all():
    for _ in range(ROUNDS):
        party_id = create_party.create_party(NewParty(), **BY)
        point_id = add_point.add_point(party_id, "phone", "13800138000", "given_by_self", **BY)
        opened, erased = at_once(
            lambda point_id=point_id: open_point.open_point(point_id, reason=SEND, **BY),
            lambda party_id=party_id: erase_party.erase_party(party_id, **BY),
        )
        assert isinstance(erased, erase_party.Erased)
        assert opened == "13800138000" or opened is open_point.Refusal.ERASED
        assert open_point.open_point(point_id, reason=SEND, **BY) is open_point.Refusal.ERASED


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_the_first_thing_at_once_both_get_in_under_one_key():
    for n in range(ROUNDS):
        party_id = create_party.create_party(NewParty(), **BY)
        outcomes = at_once(
            *(
                lambda party_id=party_id, value=value: add_point.add_point(
                    party_id, "phone", value, "given_by_self", **BY
                )
                for value in (f"138{n:08}", f"139{n:08}", f"138{n:08}")
            )
        )
        refused = [each for each in outcomes if each is add_point.Refusal.ALREADY_THERE]
        assert (len(refused), len(store.points(party_id))) == (1, 2)
        assert PartyKey.objects.filter(party_id=party_id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_consent_is_taken_back_once():
    publish_consent_text("contact-1", "emergency-contact", "zh-hans", "您同意…", **BY)
    party_id = create_party.create_party(NewParty(), **BY)
    for _ in range(ROUNDS):
        consent = grant_consent.grant_consent(party_id, "emergency-contact", "voice", "contact-1", "code:1", **BY)
        outcomes = at_once(*[lambda consent=consent: withdraw_consent.withdraw_consent(consent, **BY)] * 3)
        assert sorted(map(str, outcomes)) == ["None", "already_withdrawn", "already_withdrawn"]
