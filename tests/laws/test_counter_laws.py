"""What must hold between the counters of any history, and between those of two days."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kaopu.book.core.history import prepare, prepare_all
from kaopu.book.core.position import positions
from kaopu.book.core.position_columns import COUNTERS
from tests.book.histories import START, random_history

COMPONENTS = ("principal", "interest", "fee", "penalty")
CAUSES = ("received", "refunded", "waived", "charged_off", "transferred")
MAY_FALL_BELOW_ZERO = {"reported_principal", "reported_credit"}

seeds = st.integers(0, 10**9)
days = st.integers(-3, 260).map(lambda n: START + timedelta(days=n))


def counters(prepared, day):
    return [each.extended_columns() for each in positions(prepared, day)]


def taken(seen, component):
    """All that is no longer owed of a component, by whatever cause."""
    return sum(seen[f"{cause}_{component}"] for cause in CAUSES) + seen.get(f"dropped_{component}", 0)


@given(seed=seeds, day=days)
def test_principal_and_penalty_are_all_accounted_for(seed, day):
    seen = counters(prepare(random_history(seed)), day)[0]
    asked = seen["asked_principal"] + seen["chargeback"] + seen["reported_principal"]
    assert asked == seen["outstanding_principal"] + taken(seen, "principal") or not seen["flags"]
    assert seen["charged_penalty"] == seen["outstanding_penalty"] + taken(seen, "penalty")


@given(seed=seeds, day=days)
def test_interest_and_fees_billed_are_owed_or_accounted_for(seed, day):
    """What is billed and not accounted for is overdue, or due on the day, less what came ahead."""
    seen = counters(prepare(random_history(seed)), day)[0]
    for name in ("interest", "fee"):
        unpaid = seen[f"billed_{name}"] - taken(seen, name)
        assert unpaid <= seen[f"outstanding_{name}"]
        ahead = max(0, seen[f"overdue_{name}"] - unpaid)
        assert ahead <= seen[f"received_{name}"] + seen[f"refunded_{name}"]


@given(seed=seeds, day=days)
def test_money_is_all_accounted_for(seed, day):
    seen = counters(prepare(random_history(seed)), day)[0]
    came = seen["paid"] + seen["set_off"] + seen["merchant_refund"] + seen["reported_credit"]
    settled = sum(seen[f"{cause}_{name}"] for cause in ("received", "refunded") for name in COMPONENTS)
    assert came == settled + seen["recovered"] + seen["passed_on"] + seen["credit_balance"] + seen["paid_out"]
    assert (seen["paid"], seen["merchant_refund"]) == (seen["paid_to_date"], seen["refunded"])


@given(seed=seeds, day=days)
def test_no_counter_is_below_zero_and_suspended_holds_dropped(seed, day):
    seen = counters(prepare(random_history(seed)), day)[0]
    assert min(seen[name] for name in COUNTERS if name not in MAY_FALL_BELOW_ZERO) >= 0
    for name in ("interest", "penalty"):
        more = seen[f"suspended_{name}"] - seen[f"dropped_{name}"]
        assert more == 0 if not seen["non_accrual"] else more >= 0
    assert seen["subsidy_clawed"] + seen["subsidy_earned"] <= seen["subsidy_due"]


@given(seed=seeds, other=seeds, day=days, steps=st.lists(st.integers(1, 40), max_size=6))
def test_the_difference_of_two_days_does_not_depend_on_the_days_between(seed, other, day, steps):
    """Asked day by day, among other debts and late, or once at both ends: the sums are the same."""
    history = random_history(seed)
    together = prepare_all((history, random_history(other, debt_id=2)))
    stops = [day]
    for step in steps:
        stops.append(stops[-1] + timedelta(days=step))
    asked = {stop: counters(together, stop)[0] for stop in reversed(stops)}
    summed = dict.fromkeys(COUNTERS, 0)
    for before, after in pairwise(stops):
        for name in COUNTERS:
            summed[name] += asked[after][name] - asked[before][name]
    first, last = (counters(prepare(history), stop)[0] for stop in (stops[0], stops[-1]))
    assert summed == {name: last[name] - first[name] for name in COUNTERS}
