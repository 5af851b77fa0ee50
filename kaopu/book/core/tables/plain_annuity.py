"""Loans told without dates: an amount, a rate and either a count of instalments or a fixed instalment.

Cases of a second system (their `inputs` carry `instalment_rule` or `fixed_instalment` instead of product settings):
the instalment is the annuity rounded up to a whole unit, interest is balance x rate x share of the year, and the last
instalment takes the rest. Figures are exact until they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from kaopu.book.core.tables.settings import SpacingUnit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kaopu.book.core.tables.fields import Fields

_A_YEAR = {SpacingUnit.MONTHS: 12, SpacingUnit.WEEKS: 52, SpacingUnit.DAYS: 365}
_MOST_INSTALMENTS = 1200
_WHOLE, _CENT = Decimal(1), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    """One instalment in major units, not rounded for show."""

    principal: Decimal
    interest: Decimal
    balance: Decimal


def is_plain(case: Fields) -> bool:
    """Is a case told in this form?"""
    inputs = case.inner("inputs")
    return not inputs.has("product_settings") and (inputs.has("instalment_rule") or inputs.has("fixed_instalment"))


def plain_table(case: Fields, asked: Fields) -> dict[str, Any]:
    """The table of a case. Where the reading asks for whole units, they are shown so.

    Raises:
        BadInput: a field is missing or cannot be used; the message names it.
    """
    inputs = case.inner("inputs")
    factor = _factor(inputs)
    instalment = _instalment(inputs, factor)
    lines = _lines(inputs, factor, instalment)
    unit = _WHOLE if asked.flag("rounded_to_whole") else _CENT
    interest = sum((line.interest for line in lines), Decimal(0))
    principal = sum((line.principal for line in lines), Decimal(0))
    summary = {
        "instalment": _shown(instalment, _CENT),
        "count": len(lines),
        "total_interest": _shown(interest, unit),
        "total_payment": _shown(principal + interest, unit),
    }
    events = case.items("events")
    return {
        "after_event": len(events),
        "as_of": None,
        "rows": [_row(nr, line, unit) for nr, line in enumerate(lines, 1)],
        "totals": {
            "principal": _shown(principal, unit),
            "interest": _shown(interest, unit),
            "due": _shown(principal + interest, unit),
        },
        **summary,
        **(_paid(case, inputs, lines) if events else {}),
    }


def _factor(inputs: Fields) -> Decimal:
    unit = inputs.choice("every_unit", SpacingUnit)
    return inputs.number("annual_rate_percent") / 100 * inputs.count("every", least=1) / _A_YEAR[unit]


def _instalment(inputs: Fields, factor: Decimal) -> Decimal:
    principal = inputs.number("principal")
    if inputs.has("fixed_instalment"):
        fixed = inputs.number("fixed_instalment")
        if fixed <= principal * factor:
            raise inputs.refuse("fixed_instalment", "more than the interest of the first period")
        return fixed
    count = inputs.count("instalments", least=1)
    growth = (1 + factor) ** count
    exact = principal * factor * growth / (growth - 1) if factor else principal / count
    rounds_up = "rounded up" in str(inputs.values.get("instalment_rule", ""))
    return exact.quantize(_WHOLE, rounding=ROUND_CEILING) if rounds_up else exact.quantize(_CENT, ROUND_HALF_EVEN)


def _lines(inputs: Fields, factor: Decimal, instalment: Decimal) -> list[Line]:
    rule = str(inputs.values.get("interest_rule", ""))
    whole = "whole unit" in rule and "not rounded" not in rule
    most = inputs.count("instalments", _MOST_INSTALMENTS, least=1)
    balance = inputs.number("principal")
    lines: list[Line] = []
    while balance > 0 and len(lines) < most:
        interest = balance * factor
        if whole:
            interest = interest.quantize(_WHOLE, ROUND_HALF_EVEN)
        last = len(lines) == most - 1
        principal = balance if last else min(balance, instalment - interest)
        balance -= principal
        lines.append(Line(principal, interest, balance))
    if balance > 0:
        raise inputs.refuse("fixed_instalment", f"one that repays the loan within {_MOST_INSTALMENTS} periods")
    return lines


def _row(nr: int, line: Line, unit: Decimal) -> dict[str, Any]:
    principal, interest = _shown(line.principal, unit), _shown(line.interest, unit)
    due = _shown(line.principal + line.interest, unit)
    return {"nr": nr, "principal": principal, "interest": interest, "due": due, "balance": _shown(line.balance, unit)}


def _shown(exact: Decimal, unit: Decimal) -> float:
    rounded = exact.quantize(unit, rounding=ROUND_HALF_EVEN)
    return int(rounded) if rounded == int(rounded) else float(rounded)


def _paid(case: Fields, inputs: Fields, lines: Sequence[Line]) -> dict[str, Any]:
    """What repayments cover, one instalment each: a penalty after the grace days, then interest, then principal."""
    paid = {"penalty": Decimal(0), "interest": Decimal(0), "principal": Decimal(0)}
    grace = inputs.count("grace_days", 0)
    for event, line in zip(_repayments(case), lines, strict=False):
        left = event.number("amount")
        days = event.count("days_after_due", 0)
        late = days if days > grace else 0
        rate = inputs.number("penalty_rate_percent", Decimal(0)) / 100
        due = {
            "penalty": ((line.principal + line.interest) * rate * late / 365).quantize(_CENT, ROUND_HALF_EVEN),
            "interest": line.interest,
            "principal": line.principal,
        }
        for component, amount in due.items():
            part = min(left, amount)
            paid[component] += part
            left -= part
    return {f"paid_{component}": _shown(amount, _CENT) for component, amount in paid.items()}


def _repayments(case: Fields) -> list[Fields]:
    found = []
    for nr, entry in enumerate(case.items("events"), 1):
        event = type(case)(entry, case.case_id, f"events[{nr}]")
        if event.values.get("type") != "repayment":
            raise event.refuse("type", "repayment, the only one known for a loan told without dates")
        found.append(event)
    return found
