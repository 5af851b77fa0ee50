"""A new person found among those known, merges that two agree to, and what an erased person leaves behind."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from kaopu.kernel import approval
from kaopu.kernel.actions.decide_proposal import approve
from kaopu.party import store
from kaopu.party.actions import create_party, erase_party
from kaopu.party.actions.find_similar import find_similar, remember
from kaopu.party.actions.merge_parties import KIND, Refusal, merge_parties, propose_merge, undo_merge
from kaopu.party.core.party import NewParty
from kaopu.party.core.person_record import person_record
from kaopu.party.models import LinkageKey, LinkageRecord, Merge

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
BY = {"actor": "staff:1", "now": NOW}
WANG = {
    "given_name": "小明", "surname": "王", "birth_date": "1990-03-07", "id_number": "110101199003070011",
    "phone": "13800138000", "suburb": "东城区", "street": "和平里七区3号楼",
}  # fmt: skip


def a_party(raw=None):
    party_id = create_party.create_party(NewParty(), **BY)
    if raw is not None:
        assert remember(party_id, person_record(raw), now=NOW)
    return party_id


@pytest.mark.django_db
def test_a_slip_in_the_number_and_a_new_phone_still_find_the_person():
    known = a_party(WANG)
    for number in range(30):
        a_party(
            {**WANG, "given_name": f"某{number}", "birth_date": f"19{60 + number}-01-02", "id_number": f"x{number}"}
        )
    slipped = {**WANG, "id_number": "110101199003070010", "phone": "+86 139 0013 9000"}
    (similar,) = find_similar(person_record(slipped))
    assert similar.party_id == known
    assert similar.probability > 0.99
    words = {reason.field: reason.word for reason in similar.reasons}
    assert words["id_number"] == "one sign off"
    assert words["phone"] == "different"


@pytest.mark.django_db
def test_a_brother_at_the_same_address_with_the_same_phone_is_somebody_else():
    a_party(WANG)
    brother = {**WANG, "given_name": "小强", "birth_date": "1994-11-20", "id_number": "110101199411200037"}
    assert find_similar(person_record(brother)) == []


@pytest.mark.django_db
def test_a_crowded_key_opens_nobody(django_assert_max_num_queries):
    for number in range(60):
        a_party({"phone": "13800138000", "given_name": f"n{number}"})
    with django_assert_max_num_queries(4):
        assert find_similar(person_record({"phone": "13800138000"})) == []


@pytest.mark.django_db
def test_nothing_of_a_record_stands_in_plain_and_erasure_leaves_none():
    known = a_party(WANG)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(t)::text FROM party_linkage t UNION ALL SELECT row_to_json(k)::text FROM party_linkage_key k"
        )
        text = "\n".join(row for (row,) in cursor.fetchall())
    assert not [value for value in WANG.values() if value in text or value.encode().hex() in text]
    erase_party.erase_party(known, **BY)
    assert not LinkageRecord.objects.exists()
    assert not LinkageKey.objects.exists()
    assert find_similar(person_record(WANG)) == []


def agreed(kept, absorbed):
    proposal = propose_merge(kept, absorbed, probability=0.99, reasons=(), actor="staff:1", now=NOW)
    value = approval.read(proposal).value
    assert approve(proposal, fingerprint=approval.read(proposal).fingerprint, approver="staff:2", now=NOW) is None
    return merge_parties(proposal, value, proposer="staff:1", agreed_by="staff:2", now=NOW)


@pytest.mark.django_db
def test_a_merge_needs_two_stands_for_both_and_can_be_undone():
    one, two, three = a_party(), a_party(), a_party()
    merge = agreed(one, two)
    assert store.surviving(two) == one
    assert agreed(three, one).pk
    assert store.surviving(two) == three
    assert store.standing_for(three) == [one, two, three]
    undo_merge(merge.pk, why="two brothers", actor="staff:3", now=NOW)
    assert store.surviving(two) == two
    assert store.standing_for(three) == [one, three]
    assert undo_merge(merge.pk, why="again", actor="staff:3", now=NOW) == Refusal.UNDONE_ALREADY


@pytest.mark.django_db
def test_nobody_agrees_to_their_own_proposal():
    one, two = a_party(), a_party()
    proposal = propose_merge(one, two, probability=0.9, reasons=(), actor="staff:1", now=NOW)
    seen = approval.read(proposal)
    refused = approve(proposal, fingerprint=seen.fingerprint, approver="staff:1", now=NOW)
    assert refused == approval.Refusal.PROPOSER_CANNOT_DECIDE
    told = merge_parties(proposal, seen.value, proposer="staff:1", agreed_by="staff:2", now=NOW)
    assert told == approval.Refusal.NOT_APPROVED
    with pytest.raises(DatabaseError), transaction.atomic():
        Merge.objects.create(
            kept_id=one, absorbed_id=two, probability=1, reasons=[], merged_at=NOW, proposed_by="a", agreed_by="a"
        )


@pytest.mark.django_db
def test_what_cannot_be_merged_is_refused():
    one, two, three = a_party(), a_party(), a_party()
    firm = create_party.create_party(NewParty(kind="organisation"), **BY)
    ask = {"probability": 0.9, "reasons": (), "actor": "staff:1", "now": NOW}
    assert propose_merge(one, one, **ask) == Refusal.SAME_PARTY
    assert propose_merge(one, 10**9, **ask) == Refusal.NO_SUCH_PARTY
    assert propose_merge(one, firm, **ask) == Refusal.OF_DIFFERENT_KINDS
    agreed(one, two)
    assert propose_merge(three, two, **ask) == Refusal.MERGED_ALREADY
    assert propose_merge(two, one, **ask) == Refusal.MERGED_ALREADY
    erase_party.erase_party(three, **BY)
    assert propose_merge(one, three, **ask) == Refusal.PARTY_IS_ERASED
    assert KIND == "party.merge"


@pytest.mark.django_db
def test_made_up_persons_are_found_again_after_a_slip():
    draw = random.Random(7)
    people = [made_up(draw) for _ in range(150)]
    ids = [a_party(raw) for raw in people]
    for raw, party_id in zip(people, ids, strict=True):
        slipped = {**raw, "phone": f"139{draw.randint(0, 99999999):08d}"}
        place = draw.randrange(len(raw["id_number"]))
        slipped["id_number"] = raw["id_number"][:place] + "0" + raw["id_number"][place + 1 :]
        assert [similar.party_id for similar in find_similar(person_record(slipped))] == [party_id]


def made_up(draw):
    born = f"{draw.randint(1950, 2005)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
    return {
        "surname": draw.choice("王李张刘陈杨赵黄周吴"), "given_name": draw.choice("伟芳娜敏静丽强磊军洋") + draw.choice("明华文平"),
        "birth_date": born, "id_number": f"{draw.randint(110101, 659999)}{born.replace('-', '')}{draw.randint(0, 9999):04d}",
        "phone": f"138{draw.randint(0, 99999999):08d}", "suburb": f"区{draw.randint(1, 40)}",
    }  # fmt: skip
