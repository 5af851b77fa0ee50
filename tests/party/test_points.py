"""Ways to reach a person: one spelling, who gave it, found by whole values, ended for good, opened with a trace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from kaopu.kernel.models import AuditRow
from kaopu.party import store
from kaopu.party.actions import add_point, adopt_phones, create_party, end_point, open_point
from kaopu.party.core.party import NewParty
from kaopu.party.core.points import SEND, EndReason, PointKind, Source

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture
def someone(db):
    return create_party.create_party(NewParty(name="王小明"), actor="staff:1", now=NOW)


def add(party_id, value="138 0013 8000", kind=PointKind.PHONE, **more):
    return add_point.add_point(party_id, kind, value, Source.GIVEN_BY_SELF, actor="staff:1", now=NOW, **more)


def test_a_phone_is_kept_in_one_spelling_masked_and_found_whole(someone):
    point_id = add(someone, "＋86 １３８-0013-8000")
    (view,) = store.points(someone)
    assert (view.id, view.masked_value, view.carrier_type, view.segment) == (point_id, "138****8000", "mobile", "138")
    assert [each.id for each in store.points_with("phone", "0086 13800138000")] == [point_id]
    assert store.points_with("phone", "1380013800") == store.points_with("email", "13800138000") == []


def test_a_resale_segment_is_told(someone):
    add(someone, "17012345678")
    assert store.points(someone)[0].carrier_type == "virtual"


def test_mail_addresses_and_inboxes_are_points_too(someone):
    add(someone, "Xiaoming.Wang@example.com", PointKind.EMAIL)
    add(someone, "inbox-77", PointKind.APP)
    assert [view.masked_value for view in store.points(someone)] == ["X***@example.com", "in******"]
    assert store.points_with("email", "xiaoming.wang@EXAMPLE.com")[0].party_id == someone


@pytest.mark.parametrize(("kind", "value"), [("phone", "12345"), ("email", "nobody"), ("app", "  ")])
def test_what_is_no_value_of_its_kind_is_refused(someone, kind, value):
    assert add(someone, value, kind) is add_point.Refusal.VALUE_NOT_VALID
    assert store.points(someone) == []


def test_the_same_value_is_there_once_and_may_come_back_after_it_ended(someone):
    first = add(someone)
    assert add(someone) is add_point.Refusal.ALREADY_THERE
    assert add(10**12) is add_point.Refusal.NO_SUCH_PARTY
    end_point.end_point(first, actor="staff:1", now=NOW, reason=EndReason.WRONG_NUMBER)
    again = add(someone)
    assert [view.ended_at is None for view in store.points(someone)] == [False, True]
    assert [view.id for view in store.points_with("phone", "13800138000")] == [again]


def test_to_open_leaves_a_trace_and_outreach_opens_no_ended_point(someone):
    point_id = add(someone)
    assert open_point.open_point(point_id, reason=SEND, actor="system", now=NOW) == "13800138000"
    row = AuditRow.objects.get(act="party.point_opened")
    assert (row.subject, row.details) == (f"point:{point_id}", {"party": someone, "reason": "send"})
    end_point.end_point(point_id, actor="staff:1", now=NOW)
    assert open_point.open_point(point_id, reason=SEND, actor="system", now=NOW) is open_point.Refusal.ENDED
    assert open_point.open_point(point_id, reason="dispute", actor="staff:1", now=NOW) == "13800138000"
    assert end_point.end_point(point_id, actor="staff:1", now=NOW) is end_point.Refusal.ALREADY_ENDED
    end_point.end_point(point_id, actor="staff:1", now=NOW, erase=True)
    assert open_point.open_point(point_id, reason="dispute", actor="staff:1", now=NOW) is open_point.Refusal.ERASED
    assert store.points(someone)[0].masked_value == ""


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE party_point SET ended_at = NULL, end_reason = ''",
        "UPDATE party_point SET value_sealed = '\\x00'",
        "UPDATE party_point SET source = 'contract'",
        "DELETE FROM party_point",
        "DELETE FROM party_key",
        "UPDATE party_key SET id = 'other'",
    ],
)
def test_the_database_itself_lets_no_point_become_another(someone, change):
    end_point.end_point(add(someone), actor="staff:1", now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_many_parties_are_listed_in_two_queries(someone, django_assert_num_queries):
    others = [create_party.create_party(NewParty(), actor="staff:1", now=NOW) for _ in range(5)]
    for number, party_id in enumerate(others):
        add(party_id, f"1390000000{number}", expires_at=NOW + timedelta(days=30))
    with django_assert_num_queries(2):
        found = store.points_of([someone, *others])
    assert [len(found[party_id]) for party_id in (someone, *others)] == [0, 1, 1, 1, 1, 1]


def test_the_phones_of_a_book_become_points_once(db):
    book = [NewParty(phone=f"139{n:08}", source="s", external_id=str(n)) for n in range(2_500)]
    book += [NewParty(phone="12345", source="s", external_id="bad"), NewParty(source="s", external_id="none")]
    ids = create_party.create_parties(book, actor="staff:1", now=NOW, batch="b")
    add(ids[7], "13700137000")  # has one already
    done = adopt_phones.adopt_phones(actor="staff:1", now=NOW)
    assert (done.added, done.rejected) == (2_499, (ids[2_500],))
    (view,) = store.points(ids[42])
    assert (view.masked_value, view.source, view.carrier_type) == ("139****0042", "contract", "mobile")
    assert store.points_with("phone", "13900000042") == [view]
    assert open_point.open_point(view.id, reason=SEND, actor="system", now=NOW) == "13900000042"
    assert [each.masked_value for each in store.points(ids[7])] == ["137****7000"]
    assert adopt_phones.adopt_phones(actor="staff:1", now=NOW).added == 0
