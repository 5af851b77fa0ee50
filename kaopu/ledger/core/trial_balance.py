"""Trial balance and result out of sums by cause: every account's balance on its side, income and cash by cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.ledger.core.cause import BY_CODE, BY_NAME
from kaopu.ledger.core.chart import RESULT_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.ledger.core.chart import Account, Chart

    Sums = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """An account's balance, on one of the two sides, in minor units."""

    account: Account
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The accounts that moved, by code."""

    lines: tuple[Line, ...]

    @property
    def debit(self) -> int:
        """Sum of the debit side."""
        return sum(line.debit for line in self.lines)

    @property
    def credit(self) -> int:
        """Sum of the credit side."""
        return sum(line.credit for line in self.lines)

    @property
    def balanced(self) -> bool:
        """Whether both sides are the same, memo accounts for themselves too."""
        memo = sum(line.debit - line.credit for line in self.lines if line.account.kind == "memo")
        return self.debit == self.credit and memo == 0


def trial_balance(chart: Chart, sums: Sums) -> TrialBalance:
    """Balances from sums by code of the cause. An account that moved and stands at 0 is in it."""
    balances: dict[str, int] = {}
    for code, amount in sums.items():
        debit, credit = chart.posting(BY_CODE[code])
        balances[debit] = balances.get(debit, 0) + amount
        balances[credit] = balances.get(credit, 0) - amount
    lines = [Line(chart.account(code), max(amount, 0), max(-amount, 0)) for code, amount in sorted(balances.items())]
    return TrialBalance(tuple(lines))


@dataclass(frozen=True, slots=True)
class PeriodResult:
    """Income less expense and cash of a period, by cause, in minor units: income and money in above 0."""

    income: dict[str, int]
    cash: dict[str, int]


def period_result(chart: Chart, sums: Sums) -> PeriodResult:
    """From the sums of a period by code of the cause; expenses are income below 0."""
    income, cash = {}, {}
    for name, cause in BY_NAME.items():
        amount = sums.get(cause.code, 0)
        debit, credit = (chart.account(code) for code in chart.posting(cause))
        earned = amount * ((credit.kind in RESULT_KINDS) - (debit.kind in RESULT_KINDS))
        came = amount * (debit.cash - credit.cash)
        if earned:
            income[name] = earned
        if came:
            cash[name] = came
    return PeriodResult(income, cash)


def account_causes(chart: Chart, code: str) -> dict[int, int]:
    """The causes that move an account, by code: 1 debits it, -1 credits it."""
    found = {}
    for cause in BY_NAME.values():
        debit, credit = chart.posting(cause)
        if debit != credit and code in {debit, credit}:
            found[cause.code] = 1 if code == debit else -1
    return found
