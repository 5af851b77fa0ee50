"""A loan as the table that the other system prints: rows with figures in major units, and their totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.tables.instalment import Component

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kaopu.book.core.tables.instalment import Instalment
    from kaopu.book.core.tables.loan_state import Disbursement, LoanState

Row = dict[str, Any]
SUMMED = ("principal", "interest", "fees", "penalties", "due", "paid", "in_advance", "late", "outstanding")


def major(minor: int) -> float:
    """Minor units as the number with two decimals that JSON shows."""
    return minor / 100


def rows_of(loan: LoanState) -> list[Row]:
    """Disbursement lines and instalments in the order of the table."""
    loan.sort()
    waiting = sorted(loan.disbursements, key=lambda d: d.on)
    rows: list[Row] = []
    balance = 0
    for nr, instalment in enumerate(loan.instalments, 1):
        last = nr == len(loan.instalments)
        while waiting and (last or waiting[0].on < instalment.due_on or waiting[0].on == instalment.start):
            paid_out = waiting.pop(0)
            balance += paid_out.amount
            rows.append(_disbursement_row(paid_out))
        balance -= instalment.charged[Component.PRINCIPAL] - instalment.credited_principal
        rows.append(_row(nr, instalment, balance))
    return rows


def _disbursement_row(paid_out: Disbursement) -> Row:
    return {"nr": None, "days": None, "date": paid_out.on.isoformat(), "disbursed": major(paid_out.amount)}


def _row(nr: int, instalment: Instalment, balance: int) -> Row:
    row: Row = {"nr": nr, "days": (instalment.due_on - instalment.start).days, "date": instalment.due_on.isoformat()}
    if instalment.settled_on is not None:
        row["paid_date"] = instalment.settled_on.isoformat()
    charged = instalment.charged
    figures = {
        "balance": max(0, balance),
        "principal": charged[Component.PRINCIPAL],
        "interest": charged[Component.INTEREST],
        "fees": charged[Component.FEE],
        "penalties": charged[Component.PENALTY],
        "due": instalment.total_charged,
        "paid": instalment.total_paid,
        "in_advance": instalment.in_advance,
        "late": instalment.late,
        "outstanding": instalment.total_charged - instalment.total_paid,
    }
    return row | {name: major(amount) for name, amount in figures.items()}


def totals_of(rows: Sequence[Mapping[str, Any]]) -> Row:
    """The total row: what the instalments add up to."""
    return {name: round(sum(row[name] for row in rows if row["nr"] is not None), 2) for name in SUMMED}
