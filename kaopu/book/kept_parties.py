"""Until when the book must keep who a borrower was: Anti-Money-Laundering Law of 2024, article 34.

Identity and transactions are kept for ten years after the relation ended. A debt has ended when the current close shows
nothing outstanding, on the day of its last event; one of which the close says nothing has not ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from datetime import date

YEARS = 10
# Whoever was lent to, took a debt over or joined it. The last day of each debt, null while it goes on.
_LAST_DAYS = """
WITH owed AS (
  SELECT debt_id FROM book_debt WHERE party_id = %(party)s
  UNION SELECT debt_id FROM book_event
    WHERE kind IN ('assumption', 'joining') AND payload->'party_id' = to_jsonb(%(party)s::bigint)
)
SELECT CASE WHEN p.outstanding = 0
       THEN (SELECT max(greatest(e.on, d.disbursed_on)) FROM book_event e WHERE e.debt_id = d.debt_id) END
FROM owed JOIN book_debt d USING (debt_id)
LEFT JOIN book_positionrow p ON p.debt_id = d.debt_id
  AND p.close_run_id = (SELECT id FROM book_closerun WHERE is_current LIMIT 1)
"""


def keep_until(party_id: int, today: date) -> date | None:
    """The last day to keep the party; None for one that never owed."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_DAYS, {"party": party_id})
        days = [day or today for (day,) in cursor.fetchall()]
    return max((_years_after(day) for day in days), default=None)


def _years_after(day: date) -> date:
    try:
        return day.replace(year=day.year + YEARS)
    except ValueError:  # 29 February
        return day.replace(year=day.year + YEARS, month=3, day=1)
