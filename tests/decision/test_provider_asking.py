"""Asking a provider: consent first, cost and latency kept, records instead of questions, rests, declared fall-backs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction

from kaopu.decision.actions.ask_provider import Given, NotGiven, ask_provider
from kaopu.decision.core.providers.answer import Trouble
from kaopu.decision.core.providers.contract import Fallback, contract_from
from kaopu.decision.models import ProviderCall
from kaopu.decision.provider_store import totals
from kaopu.decision.providers import consents
from kaopu.decision.providers.stub_server import running
from kaopu.kernel.actions.rotate_keys import rotate
from kaopu.kernel.clock import FixedClock

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
FIELDS = {"score": 640}
PERSON = {"id_number": "made-up-1", "phone": "not to leave"}
ANSWER = {
    "type": "object",
    "properties": {"score": {"type": "integer", "minimum": 300, "maximum": 850}},
    "required": ["score"],
}


def contract(address: str, **change):
    table = {
        "kind": "bureau",
        "purpose": "credit-report",
        "address": address,
        "timeout_seconds": 1,
        "cost_minor": 50,
        "sends": ["id_number"],
        "answer": ANSWER,
        "failures_before_rest": 2,
        "rest_seconds": 30,
        "attempts": 1,
    }
    return contract_from("bureau", {**table, **change}, "test")


@pytest.fixture
def agreed():
    def source(party, purpose, at):
        fits = party == "party:1" and purpose == "credit-report" and at >= NOW
        return consents.Consent("consent:7") if fits else None

    consents.register(source)
    yield
    consents.withdraw(source)


def ask(terms, party="party:1", after_seconds=0, known=PERSON):
    return ask_provider(terms, known, party, FixedClock(NOW + timedelta(seconds=after_seconds)))


def results():
    return list(ProviderCall.objects.order_by("pk").values_list("result", "attempts", "cost_minor", "consent"))


def test_without_a_source_of_consents_nobody_is_asked():
    with running(FIELDS, ["ok"]) as stub:
        answer = ask(contract(stub.address))
        assert stub.asked == []
    assert isinstance(answer, NotGiven)
    assert answer.reason == "provider_failed:bureau:no_consent"
    assert results() == [("no_consent", 0, 0, "")]


def test_consent_is_for_this_person_and_this_purpose(agreed):
    with running(FIELDS, ["ok"]) as stub:
        assert ask(contract(stub.address), party="party:2").trouble is Trouble.NO_CONSENT
        assert ask(contract(stub.address, purpose="marketing")).trouble is Trouble.NO_CONSENT
        assert ask(contract(stub.address), after_seconds=-1).trouble is Trouble.NO_CONSENT
        assert stub.asked == []


def test_an_answer_is_sealed_paid_for_and_only_the_agreed_fields_left(agreed):
    with running(FIELDS, ["ok"]) as stub:
        answer = ask(contract(stub.address))
        assert stub.asked == [{"id_number": "made-up-1"}]
    assert answer == Given(FIELDS, "asked", NOW, answer.call_id)
    assert results() == [("answered", 1, 50, "consent:7")]
    row = ProviderCall.objects.get()
    assert b"640" not in bytes(row.answer_sealed)
    assert b"made-up" not in bytes(row.question)
    assert totals(NOW, NOW + timedelta(days=1)) == {("bureau", "answered", "CNY"): (1, 50)}


def test_a_field_that_is_not_known_stops_the_question(agreed):
    with running(FIELDS, ["ok"]) as stub:
        assert ask(contract(stub.address), known={"phone": "1"}).trouble is Trouble.FIELD_MISSING
        assert stub.asked == []


def test_the_records_answer_within_the_agreed_days_and_cost_nothing(agreed):
    with running(FIELDS, ["ok"]) as stub:
        terms = contract(stub.address, cache_days=1)
        ask(terms)
        assert ask(terms, after_seconds=86_400).source == "cached"
        assert ask(terms, after_seconds=86_401).source == "asked"
        assert ask(terms, known={"id_number": "another"}).source == "asked"
        assert len(stub.asked) == 3
    assert [row[2] for row in results()] == [50, 0, 50, 50]


def test_the_records_do_not_answer_for_somebody_who_took_consent_back(agreed):
    with running(FIELDS, ["ok"]) as stub:
        terms = contract(stub.address, cache_days=1)
        ask(terms)
        assert ask(terms, party="party:2").trouble is Trouble.NO_CONSENT


def test_a_passing_fault_is_asked_again_and_nonsense_is_not(agreed):
    with running(FIELDS, ["error", "cut", "ok"]) as stub:
        assert ask(contract(stub.address, attempts=3)).source == "asked"
        assert len(stub.asked) == 3
    with running(FIELDS, ["html", "ok"]) as stub:
        assert ask(contract(stub.address, attempts=3)).trouble is Trouble.MALFORMED
        assert len(stub.asked) == 1
    assert results()[0][:3] == ("answered", 3, 50)


def test_a_provider_that_keeps_failing_rests_and_is_tried_by_one_question(agreed):
    with running(FIELDS, ["error", "error", "error", "ok"]) as stub:
        terms = contract(stub.address)
        assert [ask(terms).trouble for _ in range(3)] == [Trouble.SERVER_ERROR, Trouble.SERVER_ERROR, Trouble.RESTING]
        assert ask(terms, after_seconds=30).trouble is Trouble.SERVER_ERROR
        assert ask(terms, after_seconds=31).trouble is Trouble.RESTING
        assert ask(terms, after_seconds=60).source == "asked"
        assert ask(terms, after_seconds=60).source == "asked"
        assert len(stub.asked) == 5


def test_the_stale_fall_back_gives_an_old_answer_and_says_so(agreed):
    with running(FIELDS, ["ok", "error"]) as stub:
        terms = replace(contract(stub.address), fallback=Fallback.STALE, stale_days=30)
        ask(terms)
        stale = ask(terms, after_seconds=86_400)
        assert (stale.source, stale.observed_at) == ("stale", NOW)
        assert isinstance(ask(terms, after_seconds=31 * 86_400), NotGiven)


def test_many_at_once_send_one_trial(agreed):
    with running(FIELDS, ["error", "error", "silent"]) as stub:
        terms = contract(stub.address)
        ask(terms)
        ask(terms)
        start, troubles = Barrier(6), []

        def worker():
            start.wait()
            troubles.append(ask(terms, after_seconds=30).trouble)
            connection.close()

        threads = [Thread(target=worker) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(stub.asked) == 3
    assert sorted(troubles) == [*[Trouble.RESTING] * 5, Trouble.TIMED_OUT]


def test_a_record_cannot_be_changed_and_still_opens_after_new_keys(agreed):
    with running(FIELDS, ["ok"]) as stub:
        terms = contract(stub.address, cache_days=1)
        ask(terms)
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            ProviderCall.objects.update(cost_minor=0)
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            ProviderCall.objects.all().delete()
        assert rotate(NOW, "staff:1") >= 1
        assert ask(terms).fields == FIELDS
