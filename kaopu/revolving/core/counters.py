"""What an account has seen since it was opened, as counters that only grow: what a ledger books the differences of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.book.core.rounding import round_minor
from kaopu.revolving.core.account import Cause
from kaopu.revolving.core.terms import DRAWN, Component

if TYPE_CHECKING:
    from datetime import date

    from kaopu.revolving.core.walk import Walk


@dataclass(frozen=True, slots=True)
class Counters:
    """Minor units since the account was opened, by component unless said otherwise.

    For each component: balance = charged + converted - received - refunded - paid_by_credit, where `converted` is below
    0 for purchases and above for instalments. credit balance = opening credit + overpaid + over_refunded - all that
    was paid_by_credit. `interest_accrued` is billed interest and that of the running cycle.
    """

    charged: dict[str, int]
    received: dict[str, int]
    refunded: dict[str, int]
    paid_by_credit: dict[str, int]
    converted: dict[str, int]
    balance: dict[str, int]
    interest_billed: dict[str, int]
    interest_accrued: dict[str, int]
    opening: int
    overpaid: int
    over_refunded: int
    credit_balance: int

    def holds(self) -> bool:
        """Whether every balance is the sum of what moved it."""
        moved = (
            self.charged[name]
            + self.converted[name]
            - self.received[name]
            - self.refunded[name]
            - self.paid_by_credit[name]
            == self.balance[name]
            for name in self.balance
        )
        credit = max(0, -self.opening) + self.overpaid + self.over_refunded - sum(self.paid_by_credit.values())
        return all(moved) and credit == self.credit_balance

    def as_json(self) -> dict[str, Any]:
        """By field name, minor units."""
        return {name: getattr(self, name) for name in self.__slots__}

    def __add__(self, other: Counters) -> Counters:
        def added(name: str) -> Any:
            mine, theirs = getattr(self, name), getattr(other, name)
            return {key: mine[key] + theirs[key] for key in mine} if isinstance(mine, dict) else mine + theirs

        return Counters(**{name: added(name) for name in self.__slots__})


def nothing() -> Counters:
    """Where every account begins."""
    zero = dict.fromkeys(map(str, Component), 0)
    drawn = dict.fromkeys(map(str, DRAWN), 0)
    return Counters(
        charged=zero,
        received=zero,
        refunded=zero,
        paid_by_credit=zero,
        converted=zero,
        balance=zero,
        interest_billed=drawn,
        interest_accrued=drawn,
        opening=0,
        overpaid=0,
        over_refunded=0,
        credit_balance=0,
    )


def counters(walk: Walk, as_of: date) -> Counters:
    """The counters of an account that was walked to `as_of`."""
    account = walk.account
    settled = {cause: {str(component): account.settled[cause, component] for component in Component} for cause in Cause}
    balance = dict.fromkeys(map(str, Component), 0)
    for lot in account.lots:
        balance[str(lot.component)] += lot.minor
    converted = {name: -minor for name, minor in settled[Cause.CONVERSION].items()}
    converted[str(Component.INSTALMENT)] += sum(settled[Cause.CONVERSION].values())
    billed = {str(part): sum(cycle.interest_by_bucket[part] for cycle in walk.cycles) for part in DRAWN}
    running = account.interest_so_far(as_of)
    return Counters(
        charged={str(component): account.charged[component] for component in Component},
        received=settled[Cause.PAYMENT],
        refunded=settled[Cause.REFUND],
        paid_by_credit=settled[Cause.CREDIT],
        converted=converted,
        balance=balance,
        interest_billed=billed,
        interest_accrued={
            str(part): billed[str(part)] + round_minor(running[part], walk.terms.rounding) for part in DRAWN
        },
        opening=walk.cycles[0].opening if walk.cycles else walk.opening,
        overpaid=account.overpaid[Cause.PAYMENT],
        over_refunded=account.overpaid[Cause.REFUND],
        credit_balance=account.credit,
    )
