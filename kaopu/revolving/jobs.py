"""Background work of revolving accounts. Arguments are days and codes; what is slow to import is imported inside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from procrastinate.contrib.django import app


@app.task(name="revolving.issue", lock="revolving.issue", queueing_lock="revolving.issue")
def issue(as_of: str) -> None:
    """Issue every statement up to a day (YYYY-MM-DD) and bring the lists to the day after. Safe to run again."""
    from kaopu.kernel.clock import system_clock
    from kaopu.revolving import store
    from kaopu.revolving.actions.issue import issue_all

    day = date.fromisoformat(as_of)
    issue_all(day, "worker", system_clock().now())
    while store.refresh_stale(day + timedelta(days=1)):
        pass


@app.periodic(cron="20 0 * * *")
@app.task(name="revolving.issue_yesterday", queueing_lock="revolving.issue_yesterday", pass_context=False)
def issue_yesterday(timestamp: int) -> None:
    """Issue the statements of the day that has just ended. The queue passes the minute it meant."""
    meant = datetime.fromtimestamp(timestamp, UTC).date()
    issue(as_of=(meant - timedelta(days=1)).isoformat())
