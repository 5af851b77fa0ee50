"""A decision fetches what its manifest names: features from the book, fields from an outside provider; else it refers."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from life_policies import GOOD, NOW, approved, text

FOLDER = str(Path(__file__).resolve().parents[1] / "api")
if FOLDER not in sys.path:
    sys.path.insert(0, FOLDER)

from api_callers import Caller, new_key  # noqa: E402 - needs the lines above

from kaopu.book.models import Debt  # noqa: E402 - same
from kaopu.book.sample.load import load_sample  # noqa: E402 - same
from kaopu.decision.actions.place_policy import schedule, stop_policy  # noqa: E402 - same
from kaopu.decision.actions.replay_decisions import replay  # noqa: E402 - same
from kaopu.decision.actions.take_decision import take_decision  # noqa: E402 - same
from kaopu.decision.core.policy.fill import fill  # noqa: E402 - same
from kaopu.decision.features.party import features_of_party  # noqa: E402 - same
from kaopu.decision.features.party_named import party_named  # noqa: E402 - same
from kaopu.decision.models import Decision, ProviderCall  # noqa: E402 - same
from kaopu.decision.providers import consents  # noqa: E402 - same
from kaopu.decision.providers.stub_server import running  # noqa: E402 - same
from kaopu.decision.reason_words import TROUBLES, words_of  # noqa: E402 - same
from kaopu.decision.store import open_record  # noqa: E402 - same
from kaopu.kernel.api.scope import Scope  # noqa: E402 - same
from kaopu.kernel.clock import FixedClock, system_clock  # noqa: E402 - same
from kaopu.kernel.database import home  # noqa: E402 - same
from kaopu.party.models import Party  # noqa: E402 - same

pytestmark = pytest.mark.django_db(transaction=True)
CLOCK = FixedClock(NOW)
DAY = {"field": "as_of", "type": "date", "label": {"en": "Day", "zh": "日"}}
SCORE = {"field": "score", "type": "number", "minimum": 300, "maximum": 850, "label": {"en": "Score", "zh": "评分"}}
BUREAU = {
    "field": "bureau.score", "type": "integer", "minimum": 300, "maximum": 850, "provider": "credit-bureau",
    "observed_on": "bureau.as_of", "fresh_within_days": 30, "label": {"en": "Bureau score", "zh": "征信分"},
}  # fmt: skip
CONTRACT = """
[credit-bureau]
kind = "bureau"
purpose = "credit-report"
address = "{address}"
timeout_seconds = 0.5
sends = ["applicant.id_number"]
{more}
answer = {{ type = "object", properties = {{ score = {{ type = "integer", minimum = 300, maximum = 850 }} }}, required = ["score"] }}
"""
LAST: list[object] = []
ASKED = {"as_of": "2026-11-25", "applicant": {"id_number": "made-up-1", "phone": "not to leave"}}


def put_to_work(*inputs, reads="bureau.score", least=600, now=NOW):
    document = json.loads(text(least))
    document["nodes"][1]["content"]["inputs"][0]["field"] = reads
    document["manifest"]["inputs"] = [DAY, *inputs]
    document["tests"] = [{"name": "nothing", "input": {"as_of": "2026-03-31"}, "output": {"outcome": "refer"}}]
    version = approved(json.dumps(document), now)
    schedule(version, actor="staff:1", now=now)
    return version


def configured(address, more=""):
    (home() / "providers.toml").write_text(CONTRACT.format(address=address, more=more), encoding="utf-8")


@pytest.fixture(autouse=True)
def _no_contracts_left():
    yield
    (home() / "providers.toml").unlink(missing_ok=True)


@pytest.fixture
def agreed():
    def source(party, purpose, _at):
        return consents.Consent("consent:7") if (party, purpose) == ("P-1", "credit-report") else None

    consents.register(source)
    yield
    consents.withdraw(source)


def taken(given=ASKED, party="P-1", clock=CLOCK):
    found = take_decision("small", given, clock=clock, party=party)
    LAST[:] = [found.id]
    return found.outcome, found.reasons


def kept():
    """The record of the decision that was taken last; several have the same instant."""
    return open_record(Decision.objects.get(pk=LAST[0]))


def silent(trouble):
    return "refer", ("missing:bureau.score", f"provider_failed:credit-bureau:{trouble}")


def test_what_a_provider_answered_decides_and_replays_without_it(agreed):
    put_to_work(BUREAU)
    with running({"score": 700}, ["ok"]) as stub:
        configured(stub.address)
        assert taken() == ("approve", ())
        assert stub.asked == [{"applicant.id_number": "made-up-1"}]
    record, call = kept(), ProviderCall.objects.get()
    assert record["asked"] == ASKED
    assert record["input"] == ASKED | {"bureau": {"score": 700, "as_of": "2026-11-25"}}
    assert record["fetched"]["providers"] == [
        {"provider": "credit-bureau", "call_id": call.pk, "source": "asked", "observed_at": NOW.isoformat()}
    ]
    (home() / "providers.toml").unlink()
    assert (replay(NOW).replayed, replay(NOW).different) == (1, ())
    assert ProviderCall.objects.count() == 1


def test_a_low_answer_declines(agreed):
    put_to_work(BUREAU)
    with running({"score": 400}, ["ok"]) as stub:
        configured(stub.address)
        assert taken() == ("decline", ("R01",))


@pytest.mark.parametrize(
    ("mode", "trouble"),
    [("silent", "timed_out"), ("drip", "timed_out"), ("html", "malformed"), ("twice", "malformed"),
     ("out-of-range", "outside_contract"), ("error", "server_error"), ("null", "outside_contract")],
)  # fmt: skip
def test_a_provider_that_fails_is_a_referral_with_the_reason(agreed, mode, trouble):
    put_to_work(BUREAU)
    with running({"score": 850}, [mode]) as stub:
        configured(stub.address)
        assert taken() == silent(trouble)
        assert len(stub.asked) == 1
    assert Decision.objects.get().reasons == list(silent(trouble)[1])
    assert kept()["fetched"]["providers"][0]["trouble"] == trouble
    assert (replay(NOW).replayed, replay(NOW).different) == (1, ())


def test_without_consent_nobody_is_asked(agreed):
    put_to_work(BUREAU)
    with running({"score": 850}, ["ok"]) as stub:
        configured(stub.address)
        assert taken(party="P-2") == silent("no_consent")
        assert taken(party=None) == silent("no_consent")
        assert stub.asked == []
    assert replay(NOW).different == ()


def test_a_person_of_whom_too_little_is_said_is_not_asked_about(agreed):
    put_to_work(BUREAU)
    with running({"score": 850}, ["ok"]) as stub:
        configured(stub.address)
        assert taken({"as_of": "2026-11-25"}) == silent("field_missing")
        assert stub.asked == []


@pytest.mark.parametrize("content", [None, "[another]\n", "not toml ["])
def test_a_provider_that_is_not_configured_is_a_referral(agreed, content):
    put_to_work(BUREAU)
    if content is not None:
        (home() / "providers.toml").write_text(content, encoding="utf-8")
    assert taken() == silent("not_configured")
    assert replay(NOW).different == ()


def test_the_callers_value_wins_and_nobody_is_asked(agreed):
    put_to_work(BUREAU)
    given = ASKED | {"bureau": {"score": 610, "as_of": "2026-11-01"}}
    with running({"score": 400}, ["ok"]) as stub:
        configured(stub.address)
        assert taken(given) == ("approve", ())
        assert stub.asked == []
    assert kept()["input"] == given
    assert "fetched" not in kept()


def test_a_fault_of_our_own_is_no_answer():
    def broken(*_given):
        raise ZeroDivisionError

    put_to_work(BUREAU)
    consents.register(broken)
    try:
        with running({"score": 850}, ["ok"]) as stub:
            configured(stub.address)
            assert taken() == silent("fault")
            assert stub.asked == []
    finally:
        consents.withdraw(broken)
    assert replay(NOW).different == ()


def test_one_provider_is_asked_once_for_several_inputs(agreed):
    second = BUREAU | {"field": "bureau.grade", "type": "string", "minimum": None, "maximum": None}
    put_to_work(BUREAU, second)
    with running({"score": 700}, ["ok"]) as stub:
        configured(stub.address)
        assert taken() == ("refer", ("missing:bureau.grade",))
        assert len(stub.asked) == 1
        dated = {"grade": "A", "as_of": "2026-11-20"}
        assert taken(ASKED | {"bureau": dated}) == ("approve", ())
        assert kept()["input"]["bureau"] == dated | {"score": 700}
        assert taken(ASKED | {"bureau": {"grade": "A"}}) == ("refer", ("stale:bureau.score", "stale:bureau.grade"))
    assert replay(NOW).different == ()


def test_over_rest_the_reason_has_its_sentence(agreed):
    at = system_clock().now()
    version = put_to_work(BUREAU, now=at)
    assert version.number == 1
    caller = Caller(new_key(Scope.DECISIONS_READ, Scope.DECISIONS_WRITE)[1])
    with running({"score": 850}, ["silent", "ok"]) as stub:
        configured(stub.address)
        body = {"policy": "small", "party": "P-1", "input": {"applicant": {"id_number": "made-up-1"}}}
        first, second = (caller.post("/decisions", body, key=None).json() for _ in range(2))
    assert first["outcome"] == "refer"
    assert first["reasons"] == [
        {"code": "missing:bureau.score", "text": "Not given: Bureau score."},
        {
            "code": "provider_failed:credit-bureau:timed_out",
            "text": "No answer from credit-bureau (it took too long); a person decides.",
        },
    ]
    assert (second["outcome"], second["reasons"]) == ("approve", [])
    assert replay(at).different == ()


def test_an_old_answer_is_old_whatever_day_the_caller_says(agreed):
    put_to_work(BUREAU)
    with running({"score": 700}, ["ok", "error"]) as stub:
        configured(stub.address, 'fallback = "stale"\nstale_days = 60')
        assert taken() == ("approve", ())
        for days, said in ((20, ("approve", ())), (40, ("refer", ("stale:bureau.score",)))):
            later = NOW + timedelta(days=days)
            today = later.date().isoformat()
            given = ASKED | {"as_of": today, "bureau": {"as_of": today}}
            assert taken(given, clock=FixedClock(later)) == said
            assert kept()["input"]["bureau"] == {"score": 700, "as_of": "2026-11-25"}
            assert kept()["fetched"]["providers"][0]["source"] == "stale"
    assert replay(NOW).different == ()


def test_an_optional_input_stays_null_and_the_policy_goes_on(agreed):
    put_to_work(SCORE, BUREAU | {"required": False}, reads="score")
    with running({"score": 850}, ["error"]) as stub:
        configured(stub.address)
        assert taken(ASKED | {"score": 700}) == ("approve", ())
    assert kept()["fetched"]["providers"][0]["trouble"] == "server_error"
    assert kept()["input"] == ASKED | {"score": 700}


def test_a_stopped_policy_asks_nobody(agreed):
    version = put_to_work(BUREAU)
    stop_policy(version.policy, reason="fault", actor="staff:3", now=NOW)
    with running({"score": 850}, ["ok"]) as stub:
        configured(stub.address)
        assert taken() == ("refer", ("policy_stopped",))
        assert stub.asked == []


def test_a_policy_that_is_stopped_while_a_provider_is_asked_does_not_answer(agreed):
    version = put_to_work(BUREAU)
    later = NOW + timedelta(seconds=2)

    class Passing(FixedClock):
        """Two seconds go by, and somebody stops the policy, while the answer is on its way."""

        def now(self):
            if not stub.asked:
                return NOW
            if not stopped:
                stopped.append(stop_policy(version.policy, reason="fault", actor="staff:3", now=later))
            return later

    stopped: list[object] = []
    with running({"score": 850}, ["ok"]) as stub:
        configured(stub.address)
        assert taken(clock=Passing(NOW)) == ("refer", ("policy_stopped",))
    assert kept()["fetched"]["providers"][0]["source"] == "asked"
    assert replay(NOW).different == ()


@pytest.fixture
def borrower(transactional_db):
    end = date(2026, 11, 22)
    load_sample(seed=1, end=end, borrowers=40, clock=FixedClock(datetime(2026, 11, 22, 8, tzinfo=UTC)))
    return Party.objects.get(pk=Debt.objects.order_by("pk").first().party_id)


FROM_BOOK = {
    "field": "ours.debts", "type": "integer", "minimum": 0, "feature": "debts_count", "label": {"en": "Debts", "zh": "借据"},
}  # fmt: skip
NEVER = FROM_BOOK | {"field": "ours.use", "type": "number", "feature": "limit_use_share", "required": False}


def test_features_come_from_the_book_and_replay_without_it(borrower):
    put_to_work(FROM_BOOK, NEVER, reads="ours.debts", least=1)
    names = [f"party:{borrower.pk}", f"{borrower.source}:{borrower.external_id}"]
    value = next(each.value for each in features_of_party(borrower.pk, NOW.date()) if each.name == "debts_count")
    assert value >= 1
    for name in names:
        assert taken({"as_of": "2026-11-25"}, party=name) == ("approve", ())
        record = kept()
        assert record["input"] == {"as_of": "2026-11-25", "ours": {"debts": value}}
        assert record["fetched"]["features"] == {
            "party_id": borrower.pk, "known_at": NOW.isoformat(), "fields": {"ours.debts": "debts_count"}
        }  # fmt: skip
    early = {"as_of": "2001-01-01"}
    before = features_of_party(borrower.pk, date(2001, 1, 1))
    none_yet = next(each.value for each in before if each.name == "debts_count")
    said = ("refer", ("missing:ours.debts",)) if none_yet is None else ("decline", ("R01",))
    assert taken(early, party=names[0]) == said
    assert replay(NOW).different == ()


def test_the_callers_feature_wins_and_a_feature_the_book_does_not_have_stays_missing(borrower):
    put_to_work(FROM_BOOK, NEVER | {"required": True}, reads="ours.debts", least=1)
    given = {"as_of": "2026-11-25", "ours": {"debts": 0}}
    assert taken(given, party=f"party:{borrower.pk}") == ("refer", ("missing:ours.use",))
    assert kept()["input"] == given


def test_who_is_not_named_in_full_is_nobody_of_the_book(borrower):
    put_to_work(FROM_BOOK, reads="ours.debts", least=1)
    for name in (
        str(borrower.pk),
        borrower.external_id,
        "party:999999999",
        "party:",
        "party:1e3",
        f"party:{'9' * 40}",
        None,
    ):
        assert taken({"as_of": "2026-11-25"}, party=name) == ("refer", ("missing:ours.debts",)), name
    assert party_named(f"party:{borrower.pk}") == borrower.pk
    assert replay(NOW).different == ()


def test_a_policy_that_names_neither_asks_the_database_nothing_more():
    put_to_work(SCORE, reads="score")
    taken(GOOD)
    with CaptureQueriesContext(connection) as asked:
        assert taken(GOOD, party="party:1") == ("approve", ())
    said = [each["sql"].split()[0] for each in asked.captured_queries]
    assert [word for word in said if word not in {"BEGIN", "COMMIT"}] == ["SELECT", "INSERT"], asked.captured_queries
    assert "fetched" not in kept()


def test_what_is_there_is_never_replaced():
    given = {"a": {"b": 1, "c": None}, "d": "text"}
    for path, value in ((("a",), {"b": 2, "c": 3, "e": 4}), (("d", "x"), 1), (("f", "g"), 5), (("d",), 6)):
        fill(given, path, value)
    assert given == {"a": {"b": 1, "c": 3, "e": 4}, "d": "text", "f": {"g": 5}}


def test_every_trouble_has_its_words():
    from kaopu.decision.core.providers.answer import Trouble

    assert set(TROUBLES) == {each.value for each in Trouble} | {"not_configured", "fault"}
    assert words_of("provider_failed:credit-bureau:timed_out", None, "en") == (
        "No answer from credit-bureau (it took too long); a person decides."
    )
    assert words_of("provider_failed:credit-bureau:timed_out", None, "zh") == (
        "外部数据源未给出结果：credit-bureau（超时），转人工处理。"
    )
