"""Quotes, debts, events and positions through the API: what is previewed is booked, what is recorded is replayed."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
import typer
from api_callers import NOW, TERMS, expect_problem
from typer.testing import CliRunner

from kaopu.book.actions.classify_debt import position_json
from kaopu.book.actions.refresh_position import refresh_positions
from kaopu.book.models import RULE_COLUMNS, CloseRun, Debt, Event, PositionRow
from kaopu.book.quote_command import quote as quote_command
from kaopu.kernel.core.money import to_minor
from kaopu.party.models import Party


def close(as_of):
    run = CloseRun.objects.create(
        as_of=as_of, status="complete", is_current=True, finished_at=NOW, started_at=NOW, totals={}, analyses={}
    )
    refresh_positions(run, list(Debt.objects.all()))


def pages(caller, path, limit=2, **query):
    found, cursor = [], None
    while True:
        page = caller.get(path, limit=limit, **query, **({"cursor": cursor} if cursor else {})).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_a_quote_equals_the_command(caller):
    app = typer.Typer()
    app.command()(quote_command)
    words = "--plan equal-instalment --principal 10000.00 --currency CNY --periods 12 --rate 0.12 --start 2026-01-15"
    printed = CliRunner().invoke(app, [*words.split(), "--json"])
    assert caller.post("/quotes", {"terms": TERMS}, key=None).json() == json.loads(printed.stdout)


def test_a_preview_equals_the_booking(caller, debt_id):
    quoted = caller.post("/quotes", {"terms": TERMS}, key=None).json()["rows"]
    versions = caller.get(f"/debts/{debt_id}/schedules").json()["items"]
    assert [(one["version"], one["from_on"], one["cause_event"]) for one in versions] == [(1, None, None)]
    names = ("principal", "interest", "fee")
    assert versions[0]["rows"] == [
        {"seq": row["seq"], "due_on": row["due_on"], **{name: to_minor(Decimal(row[name]), "CNY") for name in names}}
        for row in quoted
    ]


def test_a_debt_is_read_back_as_it_was_booked(caller, party_id):
    more = {"portfolio": "north", "merchant_id": "M-1", "category": "phones", "opened_at": "2026-01-15T04:05:06Z"}
    debt_id = caller.book(party_id, external_id="AB-1", time_zone="Asia/Shanghai", **more)
    debt = caller.get(f"/debts/{debt_id}").json()
    assert debt["terms"] == TERMS
    assert {name: debt[name] for name in more} == more
    assert (debt["party_id"], debt["external_id"], debt["principal"]) == (party_id, "AB-1", 1_000_000)
    assert (debt["owner"], debt["participation_ppm"], debt["product"]) == ("self", 1_000_000, None)
    assert debt["rules"].keys() == set(RULE_COLUMNS)
    assert debt["rules"].items() >= {"non_accrual_days": 90, "retail": True, "subsidy": 0}.items()
    assert debt["subsidy_payer"] is None


def test_a_payment_moves_the_position_from_its_day_on(caller, debt_id):
    late = caller.get(f"/debts/{debt_id}/position", as_of="2026-02-20").json()
    assert (late["days_past_due"], late["class"]) == (5, "special_mention")
    caller.pay(debt_id)
    paid = caller.get(f"/debts/{debt_id}/position", as_of="2026-02-20").json()
    assert (paid["days_past_due"], paid["class"], paid["paid_to_date"]) == (0, "normal", 88_849)
    assert caller.get(f"/debts/{debt_id}/position", as_of="2026-02-14").json()["paid_to_date"] == 0
    assert caller.get(f"/debts/{debt_id}/position", as_of="2026-01-14").json()["outstanding"]["principal"] == 0


def test_a_position_has_the_keys_of_the_command(caller, debt_id):
    row = Debt.objects.get(pk=debt_id)
    wanted = position_json(row, date(2026, 5, 1))
    assert wanted.items() >= {"contractual_days_past_due": 75, "non_accrual": False, "days_past_due": 75}.items()
    assert caller.get(f"/debts/{debt_id}/position", as_of="2026-05-01").json() == wanted


def test_a_reversal_restores(caller, debt_id):
    before = caller.get(f"/debts/{debt_id}/position", as_of="2026-03-01").json()
    paid = caller.pay(debt_id).json()["event_id"]
    undone = caller.post(f"/debts/{debt_id}/events", {"kind": "reversal", "on": "2026-02-20", "reverses": paid})
    assert undone.status_code == 201
    assert caller.get(f"/debts/{debt_id}/position", as_of="2026-03-01").json() == before
    events = caller.get(f"/debts/{debt_id}/events").json()["items"]
    assert [(one["kind"], one["reverses"]) for one in events] == [("payment", None), ("reversal", paid)]


def test_a_prepayment_in_part_brings_a_schedule_version(caller, debt_id):
    body = {"kind": "early_settlement", "on": "2026-01-25", "amount": 300_000, "payload": {"effect": "lower"}}
    assert caller.post(f"/debts/{debt_id}/events", body).json()["schedule_version"] == 2
    versions = caller.get(f"/debts/{debt_id}/schedules").json()["items"]
    assert [sum(row["principal"] for row in one["rows"]) for one in versions] == [1_000_000, 1_000_000]


def test_what_comes_after_default_goes_in_and_comes_out_with_what_it_carries(caller, party_id, debt_id):
    other = Party.objects.create(kind="person", external_id="A-other", created_at=NOW).pk
    told = [
        {"kind": "set_off", "on": "2026-02-15", "amount": 88_849},
        {"kind": "dispute", "on": "2026-03-16", "amount": 2},
        {"kind": "dispute_end", "on": "2026-03-20", "amount": 0},
        {"kind": "re_age", "on": "2026-03-25"},
        {"kind": "acceleration", "on": "2026-04-20"},
        {"kind": "reinstatement", "on": "2026-04-21"},
        {"kind": "joining", "on": "2026-04-22", "payload": {"party_id": other}},
        {"kind": "transfer", "on": "2026-05-01", "amount": 300_000, "payload": {"owner": "fund-1"}},
    ]
    for body in told:
        answer = caller.post(f"/debts/{debt_id}/events", body)
        assert answer.status_code == 201, answer.content
    listed = caller.get(f"/debts/{debt_id}/events").json()["items"]
    assert [{name: one[name] for name in body} for one, body in zip(listed, told, strict=True)] == told
    position_then = caller.get(f"/debts/{debt_id}/position", as_of="2026-04-30").json()
    assert (position_then["days_past_due"], position_then["contractual_days_past_due"]) == (36, 46)
    sold = caller.get(f"/debts/{debt_id}/position", as_of="2026-05-01").json()
    assert sum(sold["outstanding"].values()) == 0


@pytest.mark.parametrize(("body", "reason"), [
    ({"kind": "dispute", "amount": 99}, "instalment_unknown"),
    ({"kind": "dispute_end"}, "dispute_not_open"),
    ({"kind": "reinstatement"}, "not_accelerated"),
    ({"kind": "joining", "payload": {"party_id": 2**53}}, "debtor_unknown"),
    ({"kind": "transfer", "payload": {"owner": "self"}}, "owner_not_new"),
    ({"kind": "subsidy", "amount": 5}, "no_subsidy_agreed"),
    ({"kind": "payment", "on": "2026-02-15", "amount": 0}, "amount_must_be_positive"),
    ({"kind": "waiver", "on": "2026-02-15", "amount": 1, "component": "penalty"}, "waiver_above_what_is_owed"),
    ({"kind": "reversal", "on": "2026-02-15", "reverses": 2**62}, "reversed_event_unknown"),
])  # fmt: skip
def test_a_refusal_says_which(caller, debt_id, body, reason):
    problem = expect_problem(caller.post(f"/debts/{debt_id}/events", {"on": "2026-02-15"} | body), 409, "refused")
    assert problem["reason"] == reason
    assert not Event.objects.filter(debt=debt_id).exists()


@pytest.mark.parametrize(("more", "reason"), [
    ({"party_id": 2**62}, "party_unknown"),
    ({"product": "moon"}, "product_not_offered_on_the_day"),
    ({"external_id": "taken"}, "external_id_taken"),
])  # fmt: skip
def test_a_debt_that_does_not_fit_is_refused(caller, party_id, more, reason):
    caller.book(party_id, external_id="taken")
    body = {"terms": TERMS, "party_id": party_id, "external_id": "free", **more}
    assert expect_problem(caller.post("/debts", body), 409, "refused")["reason"] == reason
    assert Debt.objects.count() == 1


def test_pages_are_stable_while_rows_are_added(caller, party_id):
    debts = [caller.book(party_id) for _ in range(3)]
    first = caller.get("/debts", limit=2).json()
    added = caller.book(party_id)
    second = caller.get("/debts", limit=2, cursor=first["next_cursor"]).json()
    assert [row["debt_id"] for row in (*first["items"], *second["items"])] == [*debts, added]
    assert second["next_cursor"] is None
    again = caller.get("/debts", limit=2).json()
    assert again == first


def test_debts_of_one_party(caller, party_id, debt_id):
    assert [row["debt_id"] for row in pages(caller, "/debts", party_id=party_id)] == [debt_id]
    assert pages(caller, "/debts", party_id=party_id + 1) == []


def test_events_page_by_page(caller, debt_id):
    made = [caller.pay(debt_id, amount=amount).json()["event_id"] for amount in range(1, 6)]
    assert [row["event_id"] for row in pages(caller, f"/debts/{debt_id}/events")] == made


def test_positions_of_the_last_close(caller, party_id):
    assert caller.get("/positions").json() == {"as_of": None, "items": [], "next_cursor": None}
    debts = [caller.book(party_id) for _ in range(3)]
    close(date(2026, 4, 1))
    assert caller.get("/positions").json()["as_of"] == "2026-04-01"
    listed = pages(caller, "/positions")
    assert [row["debt_id"] for row in listed] == debts
    for row in listed:
        one = caller.get(f"/debts/{row['debt_id']}/position", as_of="2026-04-01").json()
        for name in ("contractual_days_past_due", "non_accrual", "class_rules", "class_notes"):
            del one[name]  # a list tells less than the page of one debt
        assert {name: row[name] for name in one} == one
        assert (row["bucket"], row["party_id"], row["currency"]) == ("31-60", party_id, "CNY")
    caller.pay(debts[1])
    assert [row["paid_to_date"] for row in pages(caller, "/positions")] == [0, 88_849, 0]
    assert PositionRow.objects.count() == 3


def test_a_debt_is_booked_with_its_penalty_and_who_pays_for_it(caller, party_id):
    more = {"penalty": {"multiple": "1.5", "cap_share": "0.1"}, "subsidy": {"minor": 1_500, "payer": "shop-7"}}
    debt = Debt.objects.get(pk=caller.book(party_id, **more))
    assert (debt.penalty_rate_ppm, debt.penalty_cap) == (180_000, 100_000)
    assert (debt.subsidy, debt.subsidy_payer) == (1_500, "shop-7")


def test_compound_interest_of_a_person_is_refused(caller, party_id):
    body = {"terms": TERMS, "party_id": party_id, "external_id": "compound", "penalty": {"compound_multiple": "1.5"}}
    problem = expect_problem(caller.post("/debts", body), 409, "refused")
    assert problem["reason"] == "compound_interest_is_for_organisations"
    body["penalty"] = {"multiple": "1.5", "rate_daily": "0.0005"}
    assert "at most one" in expect_problem(caller.post("/debts", body), 422, "bad-input")["detail"]
