"""What always holds between facts and counters (the end of *Facts and counters* in docs/snapshot.md)."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings

from kaopu.book.core.event_kind import EventKind as K
from kaopu.book.core.position import position
from kaopu.book.core.position_columns import COUNTERS, NO_DAY
from tests.book.position.position_cases import LAST_DAY, START, days, histories

COMPONENTS = ("principal", "interest", "fee", "penalty")
CAUSES = ("received", "refunded", "waived", "charged_off", "transferred")
END = START + timedelta(days=LAST_DAY + 220)  # twelve extensions of 19 days at most: everything is due


def gone(seen, component):
    """What is no longer owed of a component."""
    return sum(seen[f"{cause}_{component}"] for cause in CAUSES) + seen.get(f"dropped_{component}", 0)


@settings(max_examples=300)
@given(history=histories(), day=days)
def test_principal_penalty_and_money_add_up(history, day):
    seen = position(history, day).extended_columns()
    asked = seen["asked_principal"] + seen["chargeback"] + seen["reported_principal"]
    assert asked == seen["outstanding_principal"] + gone(seen, "principal")
    assert seen["asked_principal"] == sum(row.principal for row in history.instalments)
    assert seen["charged_penalty"] == seen["outstanding_penalty"] + gone(seen, "penalty")
    came = seen["paid"] + seen["set_off"] + seen["merchant_refund"] + seen["reported_credit"]
    settled = sum(seen[f"{cause}_{each}"] for cause in ("received", "refunded") for each in COMPONENTS)
    assert came == settled + seen["recovered"] + seen["passed_on"] + seen["credit_balance"] + seen["paid_out"]


@settings(max_examples=300)
@given(history=histories())
def test_interest_and_fee_add_up_once_every_row_is_billed(history):
    seen = position(history, END).extended_columns()
    for name in ("interest", "fee"):
        assert seen[f"billed_{name}"] - gone(seen, name) == seen[f"outstanding_{name}"]
    assert seen["running_interest"] == 0


@settings(max_examples=300)
@given(history=histories(), day=days)
def test_interest_and_fee_billed_are_owed_or_accounted_for_on_every_day(history, day):
    """Billed and not accounted for is what rows billed still ask, less what rows not yet billed took ahead."""
    seen = position(history, day).extended_columns()
    for name in ("interest", "fee"):
        unpaid = seen[f"billed_{name}"] - gone(seen, name)
        taken = seen[f"received_{name}"] + seen[f"refunded_{name}"]
        assert seen[f"overdue_{name}"] - taken <= unpaid <= seen[f"outstanding_{name}"]


@settings(max_examples=300)
@given(history=histories(), day=days)
def test_facts_agree_with_each_other(history, day):
    now = position(history, day)
    seen = now.extended_columns()
    signed = {"reported_principal", "reported_credit"}
    assert min(seen[name] for name in COUNTERS if name not in signed) >= 0
    assert seen["suspended_interest"] >= seen["dropped_interest"]
    assert seen["subsidy_clawed"] + seen["subsidy_earned"] <= seen["subsidy_due"] == history.rules.subsidy
    stops = (K.REVERSAL, K.PAUSE, K.DISPUTE, K.RE_AGE, K.REPORTED_STATUS)
    if not any(event.kind in stops for event in history.events):
        # Without what stops the days, both counts differ by the grace alone.
        assert now.days_past_due in (0, now.contractual_days_past_due)
    if seen["worst_days_past_due"] <= 90:
        assert seen["non_performing_on"] == NO_DAY
    if now.days_past_due == 0:
        assert not now.is_non_accrual
    if now.days_past_due > history.rules.non_accrual_days:
        assert now.is_non_accrual


@settings(max_examples=200)
@given(history=histories(), day=days)
def test_non_accrual_and_clearing_follow_from_the_days_before(history, day):
    """Told again from the days past due at the end of every day, by what is known on the last."""
    known = tuple(event for event in history.events if event.on <= day)
    if any(event.kind is K.REVERSAL for event in known):
        return
    accrues, before, cleared, performed = True, 0, None, None
    for n in range((day - START).days + 1):
        on = START + timedelta(days=n)
        late = position(history, on).days_past_due
        accrues = late <= history.rules.non_accrual_days and (accrues or late == 0)
        if late == 0 and before > 0:
            cleared = on
        performed = on if late > 90 else performed
        before = late
    now = position(history, day)
    assert (now.is_non_accrual, now.cleared_on, now.non_performing_on) == (not accrues, cleared, performed)
