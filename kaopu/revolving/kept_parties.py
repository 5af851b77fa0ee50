"""Until when accounts make us keep who a borrower was: ten years (Anti-Money-Laundering Law of 2024, article 34).

They run from the last posting of an account on which nothing stands, else from today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from kaopu.revolving.models import RevolvingAccount

if TYPE_CHECKING:
    from datetime import date

YEARS = 10


def keep_until(party_id: int, today: date) -> date | None:
    """The last day to keep the party; None for one that never had an account."""
    accounts = RevolvingAccount.objects.filter(party_id=party_id).select_related("cached")
    return max((_end(row, today) for row in accounts.annotate(last_on=Max("postings__on"))), default=None)


def _end(row: RevolvingAccount, today: date) -> date:
    cached = getattr(row, "cached", None)
    settled = cached is not None and cached.total == 0 and cached.credit_balance == 0
    last = (row.last_on or row.opened_on) if settled else today
    try:
        return last.replace(year=last.year + YEARS)
    except ValueError:  # 29 February
        return last.replace(year=last.year + YEARS, month=3, day=1)
