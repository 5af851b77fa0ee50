"""No price ever passes the cap: not the contract's own, and never 24 % a year."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from tests.decision.policy.shipped import changed, live

NAME = "pricing-within-cap"
CAP = 0.24
LIMIT = 20_000_000
MANY = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))


@MANY
@given(row=changed(NAME))
def test_the_whole_cost_never_passes_the_cap(row: dict) -> None:  # type: ignore[type-arg]
    answer = live(NAME).decide(row)
    if "annual_rate" not in answer.output:
        assert answer.outcome == "decline"
        return
    rate, whole = answer.output["annual_rate"], answer.output["whole_annual_rate"]
    assert 0 <= rate <= whole <= row["cap"]["annual_rate"] <= CAP
    assert abs(whole - rate - row["fees"]["annual_rate"]) < 1e-12


@MANY
@given(row=changed(NAME))
def test_no_loan_is_approved_at_a_loss(row: dict) -> None:  # type: ignore[type-arg]
    answer = live(NAME).decide(row)
    if answer.outcome == "approve":
        cost = row["cost"]["funding_rate"] + row["cost"]["servicing_rate"] + row["risk"]["loss_rate"]
        assert answer.output["whole_annual_rate"] >= cost - 1e-12


@MANY
@given(row=changed("limit-assignment"))
def test_no_limit_passes_what_was_asked_or_what_one_person_may_owe(row: dict) -> None:  # type: ignore[type-arg]
    answer = live("limit-assignment").decide(row)
    if answer.outcome == "approve":
        limit = answer.output["limit_fen"]
        asked = row.get("request", {}).get("amount_fen") or LIMIT
        assert limit <= min(asked, LIMIT - row["ours"]["outstanding_fen"])
        assert limit % 10_000 == 0


@MANY
@given(row=changed("limit-review"))
def test_a_limit_never_grows_without_agreement_and_never_falls_below_500_yuan(row: dict) -> None:  # type: ignore[type-arg]
    answer = live("limit-review").decide(row)
    limit = answer.output.get("limit_fen")
    if answer.outcome == "raise":
        assert row["consent"]["higher_limit"]
        assert row["account"]["limit_fen"] < limit <= LIMIT
    if answer.outcome == "lower":
        assert 50_000 <= limit <= row["account"]["limit_fen"]


@MANY
@given(row=changed("application-review"))
def test_an_application_is_never_granted_more_or_dearer_than_it_may(row: dict) -> None:  # type: ignore[type-arg]
    answer = live("application-review").decide(row)
    if answer.outcome == "approve":
        assert answer.output["limit_fen"] <= row["request"]["amount_fen"]
        assert answer.output["annual_rate"] <= CAP
        assert not row["identity"]["listed"]
        assert row["applicant"]["age_years"] >= 18
