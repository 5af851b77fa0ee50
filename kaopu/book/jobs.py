"""Background work of the book. Arguments are days and numbers only; what is slow to import is imported in the job."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from procrastinate.contrib.django import app


@app.task(name="book.close", lock="book.close", queueing_lock="book.close")
def close(as_of: str) -> None:
    """Close the book at the end of a day (YYYY-MM-DD). Safe to run again."""
    from kaopu.book.actions.close_book import close_book

    close_book(date.fromisoformat(as_of))


@app.periodic(cron="5 0 * * *")
@app.task(name="book.close_yesterday", lock="book.close", queueing_lock="book.close_yesterday", pass_context=False)
def close_yesterday(timestamp: int) -> None:
    """Close the day that has just ended. The queue passes the minute it meant, so a late run closes the same day."""
    meant = datetime.fromtimestamp(timestamp, UTC).date()
    close(as_of=(meant - timedelta(days=1)).isoformat())
