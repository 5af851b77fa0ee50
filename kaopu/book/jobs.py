"""Background work of the book. Arguments are days, numbers and codes; what is slow to import is imported inside."""

from __future__ import annotations

import contextlib
import shutil
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


@app.task(name="book.pause", lock="book.pause")
def pause(bulk: int) -> None:
    """Carry out what is left of a bulk pause, or of its undoing. Safe to run again."""
    from kaopu.book.actions.carry_out_pause import carry_out
    from kaopu.kernel.clock import system_clock

    carry_out(bulk, system_clock().now)


@app.periodic(cron="*/5 * * * *")
@app.task(name="book.pauses", lock="book.pause", queueing_lock="book.pauses", pass_context=False)
def pauses(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the minute it meant
    """Go on with pauses whose process was stopped."""
    from kaopu.book.actions.carry_out_pause import carry_out, unfinished
    from kaopu.kernel.clock import system_clock

    for bulk in unfinished():
        carry_out(bulk, system_clock().now)


@app.task(name="book.import", lock="book.import")
def import_upload(upload: str, mapping: str, actor: str) -> None:
    """Take in the folder `uploads/<upload>` of the home, remove it, and close the book anew.

    `upload` is a code of letters and digits. A file that cannot be used leaves a failed import that says why; asking
    again with the same file changes nothing.
    """
    from kaopu.book import store
    from kaopu.book.actions.import_book import ImportBook, import_book
    from kaopu.kernel.clock import system_clock
    from kaopu.kernel.core.errors import BadInput
    from kaopu.kernel.database import home

    if not upload.isalnum():
        raise ValueError("upload: expected letters and digits")
    folder, now = home() / "uploads" / upload, system_clock().now()
    with contextlib.suppress(BadInput):  # the row of the import says it to who uploaded the file
        import_book(ImportBook(mapping, folder), actor, now)
        run = store.current_close()
        close(as_of=(run.as_of if run else now.date()).isoformat())
    shutil.rmtree(folder, ignore_errors=True)
