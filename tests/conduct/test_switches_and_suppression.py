"""Outreach is off until two people turn it on; what is suppressed stays so; nothing that happened is changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kaopu.conduct import store
from kaopu.conduct.actions.record_outcome import record_attempt_elsewhere, record_inbound
from kaopu.conduct.actions.suppress import suppress, suppressed
from kaopu.conduct.actions.switch_outreach import propose_switch_on, switch_off, switch_on
from kaopu.conduct.models import Entry, OutreachSwitch, Suppression
from kaopu.kernel import approval
from kaopu.kernel.core.errors import BadInput

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_contacts_may_be_reached_where_two_people_said_so():
    assert store.switched_on(NOW) == []
    proposal = approval.read(propose_switch_on("CN", reason="pilot", actor="staff:1", now=NOW))
    assert store.switched_on(NOW) == []  # proposed is not on
    with pytest.raises(BadInput, match="expected two"):
        switch_on(proposal.value, proposer="staff:1", approver="staff:1", now=NOW)
    switch_on(proposal.value, proposer="staff:1", approver="staff:2", now=NOW)
    assert store.switched_on(NOW) == ["CN"]
    assert store.switched_on(NOW - HOUR) == []
    assert OutreachSwitch.objects.get().approver == "staff:2"
    switch_off("CN", reason="complaints", actor="staff:3", now=NOW + HOUR)
    assert store.switched_on(NOW + HOUR) == []


def test_a_jurisdiction_without_rules_has_no_switch():
    with pytest.raises(BadInput, match="expected one of CN, US, IN"):
        propose_switch_on("FR", reason="x", actor="staff:1", now=NOW)


def test_the_database_refuses_one_pair_of_eyes():
    with pytest.raises(IntegrityError, match="conduct_switch_two_people"), transaction.atomic():
        OutreachSwitch.objects.create(jurisdiction="CN", on=True, at=NOW, by="staff:1", approver="staff:1", reason="")


def test_a_suppressed_number_stays_so_however_it_is_written():
    since = suppress("phone", "13900001111", reason="withdrawn", actor="staff:1", now=NOW)
    assert suppress("phone", "+86 139 0000 1111", reason="again", actor="staff:2", now=NOW + HOUR) == since
    assert suppressed("phone", "0086-139-0000-1111") == NOW
    assert suppressed("phone", "13900001112") is None
    assert suppressed("sms", "13900001111") is None
    assert b"13900001111" not in bytes(Suppression.objects.get().value_index)


@pytest.mark.parametrize("sql", [
    "DELETE FROM conduct_suppression", "UPDATE conduct_suppression SET kind = 'email'", "TRUNCATE conduct_suppression",
    "UPDATE conduct_entry SET outcome = 'bounced'", "DELETE FROM conduct_entry",
])  # fmt: skip
def test_nothing_is_taken_back(sql):
    suppress("phone", "13900001111", reason="withdrawn", actor="staff:1", now=NOW)
    record_inbound("party:1", "voice", "point:1", now=NOW)
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_attempts_of_another_system_count_and_lie_in_the_past():
    with pytest.raises(ValueError, match="in the past"):
        record_attempt_elsewhere("party:1", "voice", "point:1", "no-answer", now=NOW, at=NOW + HOUR)
    with pytest.raises(ValueError, match="expected one of"):
        record_attempt_elsewhere("party:1", "voice", "point:1", "pending", now=NOW, at=NOW - HOUR)
    record_attempt_elsewhere("party:1", "voice", "point:1", "no-answer", now=NOW, at=NOW - HOUR)
    assert Entry.objects.get().outcome == "no-answer"
