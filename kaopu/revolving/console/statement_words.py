"""The words of a statement: plain, whole sentences, every figure with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaopu.book.core.rounding import round_minor
from kaopu.kernel.console import figures
from kaopu.revolving.console import words
from kaopu.revolving.console.account_words import rate_words
from kaopu.revolving.core.terms import InterestOn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kaopu.revolving.core.account import Span
    from kaopu.revolving.core.cycle import Cycle
    from kaopu.revolving.core.minimum_only import MinimumOnly
    from kaopu.revolving.core.terms import Terms


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sum; `sign` is what it does to the balance."""

    words: str
    sign: str
    amount: str


@dataclass(frozen=True, slots=True)
class InterestRow:
    """So much, for so many days, at such a rate."""

    words: str
    amount: str
    first: date
    last: date
    days: int
    rate: str
    interest: str


def asked(cycle: Cycle, currency: str) -> tuple[str, ...]:
    """What to pay and by when: the first sentence is the answer of the page."""
    values = {
        "full": figures.money(cycle.full_amount_due, currency),
        "minimum": figures.money(cycle.minimum_due, currency),
        "day": figures.weekday_day(cycle.due_on),
        "credit": figures.money(-cycle.buckets["credit"], currency),
        "late": figures.money(cycle.past_due, currency),
        "days": figures.days(cycle.days_past_due),
    }
    if cycle.buckets["credit"]:
        found = [_("Nothing to pay. You have %(credit)s to your credit.") % values]
    elif not cycle.full_amount_due:
        found = [_("Nothing to pay.")]
    else:
        found = [
            _("Please pay %(full)s by %(day)s.") % values,
            _("At the least pay %(minimum)s by that day. Then nothing is late, but interest is charged.") % values,
        ]
    if later := cycle.closing - cycle.buckets["credit"] - cycle.full_amount_due:
        values["later"] = figures.money(later, currency)
        found.append(_("%(later)s of the balance are instalments that are not due yet.") % values)
    if cycle.past_due:
        found.append(_("%(late)s of it was due before and is late by %(days)s.") % values)
    return tuple(found)


def lines(cycle: Cycle, corrections: int, currency: str) -> tuple[Line, ...]:
    """From the balance of the last statement to the new one. Lines of nothing are left out, but the first."""
    rows = (
        (_("Balance of the last statement"), 1, cycle.opening - corrections),
        (_("Corrections to earlier statements"), 1, corrections),
        (_("Purchases"), 1, cycle.purchases - cycle.cash_advances),
        (_("Cash drawn"), 1, cycle.cash_advances),
        (_("Fees"), 1, cycle.fees),
        (_("Interest"), 1, cycle.interest),
        (_("Payments"), -1, cycle.payments - cycle.refunds),
        (_("Refunds"), -1, cycle.refunds),
    )
    found = []
    for nr, (text, way, minor) in enumerate(rows):
        if minor or nr == 0:
            signed = way * minor
            sign = "" if nr == 0 else "+" if signed >= 0 else figures.MINUS
            found.append(Line(text, sign, figures.money(minor if nr == 0 else abs(minor), currency)))
    return tuple(found)


def minimum(terms: Terms, cycle: Cycle, currency: str) -> tuple[str, ...]:
    """How the minimum came about, in words."""
    if not cycle.minimum_due:
        return ()
    shares: dict[str, list[str]] = {}
    for name, bucket in terms.buckets.items():
        if cycle.buckets[str(name)] and str(name) != "instalment":
            share = figures.percent(float(bucket.minimum_rate), 0)
            shares.setdefault(share, []).append(str(words.BUCKETS[str(name)]))
    parts = [
        _("%(share)s of %(what)s") % {"share": share, "what": _(" and ").join(what)} for share, what in shares.items()
    ]
    if cycle.buckets["instalment"]:
        parts.append(_("the instalment of this month"))
    parts.append(_("new fees and interest") if terms.minimum_includes_interest else _("new fees"))
    if cycle.past_due:
        parts.append(_("%(late)s past due") % {"late": figures.money(cycle.past_due, currency)})
    found = [_("The minimum is %(parts)s.") % {"parts": _(" + ").join(parts)}]
    if terms.minimum_floor:
        floor = figures.money(terms.minimum_floor, currency)
        found.append(_("It is never below %(floor)s and never more than what is owed.") % {"floor": floor})
    return tuple(found)


def interest_rows(terms: Terms, spans: Sequence[Span], currency: str) -> tuple[InterestRow, ...]:
    """What the interest of the cycle is made of; equal amounts of equal days stand together."""
    sums: dict[tuple[str, date, date], int] = {}
    for span in spans:
        key = (span.component, span.start, span.end)
        sums[key] = sums.get(key, 0) + span.minor
    rows = []
    for (component, start, end), minor in sorted(sums.items(), key=lambda item: (item[0][0], item[0][1], item[0][2])):
        part = next(name for name in terms.buckets if name == component)
        exact = terms.interest(part, minor, start, end)
        rows.append(
            InterestRow(
                words=str(words.BUCKETS[component]),
                amount=figures.money(minor, currency),
                first=start,
                last=end - timedelta(days=1),
                days=(end - start).days,
                rate=rate_words(terms, part),
                interest=figures.money(round_minor(exact, terms.rounding), currency),
            )
        )
    return tuple(rows)


def interest_words(terms: Terms, cycle: Cycle, currency: str) -> tuple[str, ...]:
    """The rule of the product, and that the parts are rounded once, together."""
    found = []
    if any(bucket.interest_free for bucket in terms.buckets.values()):
        found.append(_("Purchases bear no interest when the bill is paid in full by its due day."))
        found.append(
            _("Otherwise the whole bill bears interest from the day of each purchase until it is paid.")
            if terms.interest_on is InterestOn.WHOLE
            else _("Otherwise the part not paid bears interest from the day of each purchase until it is paid.")
        )
    if cycle.interest:
        total = {"interest": figures.money(cycle.interest, currency)}
        found.append(_("The exact parts are added up and rounded once for each kind: %(interest)s in all.") % total)
    else:
        found.append(_("No interest this month."))
    return tuple(found)


def minimum_only_words(found: MinimumOnly | None, cycle: Cycle, currency: str) -> tuple[str, ...]:
    """What it costs to pay the minimum alone."""
    if not cycle.full_amount_due and not cycle.buckets["instalment"]:
        return ()
    if found is None:
        return (_("If you pay only the minimum each month, the balance would not be paid off within fifty years."),)
    values = {
        "n": found.payments,
        "day": figures.day(found.paid_off_on),
        "paid": figures.money(found.paid, currency),
        "interest": figures.money(found.interest + found.fees, currency),
    }
    return (
        ngettext(
            "If you pay only the minimum and buy nothing more, it takes %(n)d payment, on %(day)s.",
            "If you pay only the minimum each month and buy nothing more, it takes %(n)d payments, until %(day)s.",
            found.payments,
        )
        % values,
        _("You would pay %(paid)s in all, %(interest)s of it further interest and fees.") % values,
    )
