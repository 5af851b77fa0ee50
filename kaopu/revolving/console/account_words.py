"""Sentences and facts of the account page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kaopu.kernel.console import figures
from kaopu.revolving.console import words

if TYPE_CHECKING:
    from kaopu.revolving.core.standing import Standing
    from kaopu.revolving.core.terms import Component, Terms
    from kaopu.revolving.store import History


def answer(now: Standing, currency: str) -> str:
    """What is owed, what must be paid by when and what is late, in one sentence or two."""
    if not now.total:
        if now.credit_balance:
            return _("Nothing is owed. The lender owes %(amount)s.") % {
                "amount": figures.money(now.credit_balance, currency)
            }
        return _("Nothing is owed.")
    values = {
        "owed": figures.money(now.total, currency),
        "minimum": figures.money(now.minimum_due, currency),
        "late": figures.money(now.past_due, currency),
        "day": figures.day(now.due_on),
    }
    if now.past_due:
        return _("Owed %(owed)s. Past due: %(late)s of the minimum.") % values
    if now.minimum_due:
        return _("Owed %(owed)s. At least %(minimum)s by %(day)s.") % values
    return _("Owed %(owed)s. No minimum is open.") % values


def facts(now: Standing, currency: str) -> tuple[tuple[str, str], ...]:
    """The figures beside what is owed."""
    return (
        (_("Minimum still to pay"), figures.money(now.minimum_due, currency)),
        (_("Past due"), figures.money(now.past_due, currency)),
        (_("Bill to pay in full"), figures.money(now.full_amount_due, currency)),
        (_("Credit balance"), figures.money(now.credit_balance, currency)),
        (_("Interest since the last statement"), figures.money(now.accrued_interest, currency)),
        (_("Last statement"), figures.day(now.statement_on)),
        (_("Due"), figures.day(now.due_on)),
    )


def terms(known: History) -> tuple[tuple[str, str], ...]:
    """What was agreed, as the contract states it."""
    agreed, row = known.terms, known.account
    due = (
        _("on day %(n)d of the month") % {"n": agreed.due_day}
        if agreed.due_day
        else _("%(days)s after the statement") % {"days": figures.days(agreed.due_days)}
    )
    rates = [(str(words.BUCKETS[str(name)]).capitalize(), rate_words(agreed, name)) for name in agreed.buckets]
    return (
        (_("Product"), f"{row.terms.name} · {_('version %(n)d') % {'n': row.terms.version}}"),
        (_("Account opened"), figures.day(row.opened_on)),
        (_("Statement"), _("on day %(n)d of the month") % {"n": agreed.statement_day}),
        (_("Payment due"), due),
        (_("Interest base"), interest_base(agreed)),
        *rates,
        (_("Outside number"), row.external_id),
    )


def interest_base(terms: Terms) -> str:
    """What bears interest after a bill that was not paid in full."""
    return _("the whole bill") if terms.interest_on == "whole" else _("the part not paid")


def rate_words(terms: Terms, name: Component) -> str:
    """The rate as the contract states it."""
    bucket = terms.buckets[name]
    if not bucket.a_year():
        return _("no interest")
    if bucket.rate_daily is not None:
        return _("%(rate)s a day") % {"rate": figures.percent(float(bucket.rate_daily), 4)}
    return _("%(rate)s a year") % {"rate": figures.percent(float(bucket.rate_annual))}
