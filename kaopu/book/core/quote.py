"""What a plan costs, told before it is agreed: the schedule that would be booked, its totals and its yearly cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.refund_rule import RefundRule
from kaopu.book.core.schedule import Schedule, build
from kaopu.kernel.core.cost import cost
from kaopu.kernel.core.money import to_major

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.core.reference_rate import ReferenceRates
    from kaopu.book.core.subsidy import Subsidy
    from kaopu.book.core.terms import Terms

AMOUNTS = ("principal", "interest", "fee", "total")


def quote(
    terms: Terms,
    reference_rates: ReferenceRates | None = None,
    *,
    subsidy: Subsidy | None = None,
    on_refund: RefundRule | None = None,
) -> dict[str, Any]:
    """The quote of `terms`, ready for JSON: rows, totals and cost; who else pays; what happens when goods go back.

    The cost is the borrower's: what a merchant pays in the borrower's place is named beside it, not in it.
    Amounts are decimal strings in major units ("888.49"), dates ISO, cost fractions a year. A floating quote that
    carries a rate past its last known quote adds `assumed_from`.
    """
    schedule = build(terms, reference_rates)
    answer: dict[str, Any] = {
        "rows": [
            {
                "seq": row.seq,
                "due_on": row.due_on.isoformat(),
                **{name: to_major(getattr(row, name), schedule.currency) for name in (*AMOUNTS, "outstanding")},
            }
            for row in schedule.rows
        ],
        "totals": {
            name: to_major(sum(getattr(row, name) for row in schedule.rows), schedule.currency) for name in AMOUNTS
        },
        "cost": cost(cash_flows(schedule)),
        "paid_by_others": [subsidy.as_json(schedule.currency)] if subsidy else [],
        "on_refund": (on_refund or RefundRule()).as_json(),
    }
    if schedule.assumed_from is not None:
        answer["assumed_from"] = schedule.assumed_from.isoformat()
    return answer


def cash_flows(schedule: Schedule) -> list[tuple[date, int]]:
    """What the borrower gets (above 0) and pays (below 0), by day, in minor units; the start day is one net amount."""
    flows = {schedule.start: schedule.principal_minor}
    for row in schedule.rows:
        flows[row.due_on] = flows.get(row.due_on, 0) - row.total
    return sorted(flows.items())
