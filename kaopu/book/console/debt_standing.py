"""What stands beside the balance: days by contract, accrual, disputes, acceleration, sale, who pays for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.parties_of_debt import owner_on
from kaopu.book.core.position import position
from kaopu.kernel.console import figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.book.console.debt_history import DebtRows
    from kaopu.book.core.history import PreparedHistory
    from kaopu.book.core.position import Position
    from kaopu.book.models import Event

WHOLE = 0  # the seq of a dispute of the whole debt


@dataclass(frozen=True, slots=True)
class Standing:
    """A word, what it says of this debt, and why or what it means."""

    words: str
    value: str
    note: str = ""


def build(found: DebtRows, prepared: PreparedHistory, now: Position) -> tuple[Standing, ...]:
    """What holds on the day and is not plain from the balance; empty for a debt that is simply paid as agreed."""
    seen = _Seen(found, prepared, now, tuple(event for event in found.happened() if event.on <= now.as_of))
    parts = (_contract, _accrual, _dispute, _acceleration, _sale, _subsidy)
    return tuple(standing for part in parts if (standing := part(seen)))


@dataclass(frozen=True, slots=True)
class _Seen:
    found: DebtRows
    prepared: PreparedHistory
    now: Position
    events: tuple[Event, ...]

    def money(self, amount: int) -> str:
        return figures.money(amount, self.found.debt.currency)

    def of(self, *kinds: EventKind) -> list[Event]:
        return [event for event in self.events if event.kind in kinds]

    def first_day(self, after: date, holds: Callable[[Position], bool]) -> date:
        """The first day after `after` on which something holds that holds ever since."""
        low, high = after, self.now.as_of
        while high - low > timedelta(days=1):
            middle = low + (high - low) // 2
            low, high = (low, middle) if holds(position(self.prepared, middle)) else (middle, high)
        return high


def _contract(seen: _Seen) -> Standing | None:
    by_contract, counted = seen.now.contractual_days_past_due, seen.now.days_past_due
    if by_contract == counted:
        return None
    causes = "; ".join(_why_counted_otherwise(seen))
    days = {"days": figures.days(counted)}
    note = _("%(days)s count, because: %(causes)s.") % {**days, "causes": causes} if causes else ""
    return Standing(_("Days past due by contract"), figures.days(by_contract), note)


def _why_counted_otherwise(seen: _Seen) -> list[str]:
    debt, now = seen.found.debt, seen.now
    causes = []
    if 0 < now.contractual_days_past_due <= debt.grace_days and not now.days_past_due:
        causes.append(_("%(days)s of grace") % {"days": figures.days(debt.grace_days)})
    causes += [
        _("a pause of %(days)s from %(day)s") % {"days": figures.days(pause.amount), "day": figures.day(pause.on)}
        for pause in seen.of(EventKind.PAUSE)[-3:]
    ]
    causes += [
        text % {"day": figures.day(event.on)}
        for kind, text in ((EventKind.DISPUTE, _("a dispute since %(day)s")),
                           (EventKind.RE_AGE, _("days counted anew from %(day)s")))
        for event in seen.of(kind)[-2:]
    ]  # fmt: skip
    if now.is_reported:
        causes.append(_("months in arrears as reported"))
    return causes


def _accrual(seen: _Seen) -> Standing | None:
    if not seen.now.is_non_accrual:
        return None
    # It begins once after the last day on which nothing was past due, and only such a day ends it.
    cleared = seen.now.cleared_on or seen.found.debt.disbursed_on - timedelta(days=1)
    since = seen.first_day(cleared, lambda one: one.is_non_accrual)
    sums = seen.now.counters()
    told = {
        "days": figures.days(seen.found.debt.non_accrual_days),
        "interest": seen.money(sums["suspended_interest"]),
        "penalty": seen.money(sums["suspended_penalty"]),
    }
    note = _(
        "Over %(days)s past due interest is no longer income; it is again once nothing is past due."
        " Kept apart until then: interest %(interest)s, penalty %(penalty)s."
    )
    return Standing(_("Interest"), _("no longer income since %(day)s") % {"day": figures.day(since)}, note % told)


def _dispute(seen: _Seen) -> Standing | None:
    since: dict[int, date] = {}
    for event in seen.of(EventKind.DISPUTE, EventKind.DISPUTE_END):
        if event.kind == EventKind.DISPUTE:
            since.setdefault(event.amount, event.on)
        elif event.amount == WHOLE:
            since.clear()
        else:
            since.pop(event.amount, None)
    if not since:
        return None
    value = "; ".join(
        (_("instalment %(n)d since %(day)s") if seq else _("the whole debt since %(day)s"))
        % {"n": seq, "day": figures.day(day)}
        for seq, day in sorted(since.items())
    )
    resets = seen.found.debt.dispute_resets
    note = (
        _("It counts 0 days and starts anew; no penalty meanwhile.")
        if resets
        else _("It stays at its days and goes on from there; no penalty meanwhile.")
    )
    return Standing(_("In dispute"), value, note)


def _acceleration(seen: _Seen) -> Standing | None:
    if not seen.now.is_accelerated:
        return None
    told = seen.of(EventKind.ACCELERATION, EventKind.REINSTATEMENT)
    if told and told[-1].kind == EventKind.ACCELERATION:
        return Standing(_("Called due early"), _("by notice on %(day)s") % {"day": figures.day(told[-1].on)})
    if told:  # taken back in part: what had fallen due by then stays due
        note = _("Taken back on %(day)s; what had fallen due by then stays due.") % {"day": figures.day(told[-1].on)}
        return Standing(_("Called due early"), _("in part"), note)
    since = seen.first_day(seen.found.debt.disbursed_on - timedelta(days=1), lambda one: one.is_accelerated)
    days = {"days": figures.days(seen.found.debt.accelerate_after_days)}
    note = _("By the product’s rule: over %(days)s past due the whole balance falls due.") % days
    return Standing(_("Called due early"), figures.day(since), note)


def _sale(seen: _Seen) -> Standing | None:
    sales = seen.of(EventKind.TRANSFER)
    if not sales:
        return None
    told = {
        "day": figures.day(sales[0].on),
        "owner": owner_on(seen.found.debt.owner, seen.events, seen.now.as_of),
        "price": seen.money(sales[0].amount),
    }
    left, passed = _owed_before(seen, sales[0]), seen.money(seen.now.counters()["passed_on"])
    note = (
        _("%(left)s left the book; %(passed)s that came since was passed on.")
        if left
        else _("Nothing was on the book any more; %(passed)s that came since was passed on.")
    )
    after = {"left": seen.money(left), "passed": passed}
    return Standing(_("Sold"), _("to %(owner)s on %(day)s for %(price)s") % told, note % after)


def _owed_before(seen: _Seen, sale: Event) -> int:
    """What was owed when the claim was sold, interest to come included."""
    before = tuple(event for event in seen.events if (event.on, event.event_id) < (sale.on, sale.event_id))
    return position(replace(seen.found, events=before).history(), sale.on).outstanding.total


def _subsidy(seen: _Seen) -> Standing | None:
    sums, debt = seen.now.counters(), seen.found.debt
    if not sums["subsidy_due"]:
        return None
    payer = debt.subsidy_payer or _("unknown, the import did not tell")
    names = {name: seen.money(sums[f"subsidy_{name}"]) for name in ("due", "earned", "clawed", "received")}
    waiting = sums["subsidy_due"] - sums["subsidy_clawed"] - sums["subsidy_received"]
    note = _("Earned %(earned)s, clawed back %(clawed)s, received %(received)s, still to come %(waiting)s.")
    return Standing(
        _("Subsidy"),
        _("%(amount)s, paid by %(payer)s") % {"amount": names["due"], "payer": payer},
        note % {**names, "waiting": seen.money(max(waiting, 0))},
    )
