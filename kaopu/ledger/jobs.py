"""Background work of the ledger. Arguments are days and ids; what is slow to import is imported inside."""

from __future__ import annotations

from datetime import date

from procrastinate.contrib.django import app


@app.task(name="ledger.post", lock="ledger.post", queueing_lock="ledger.post")
def post(as_of: str, actor: str) -> None:
    """Post the ledger to a day (YYYY-MM-DD). Safe to run again."""
    from kaopu.kernel.clock import system_clock
    from kaopu.kernel.core.errors import BadInput
    from kaopu.ledger import posting_progress
    from kaopu.ledger.actions.post_ledger import post_ledger
    from kaopu.ledger.posting_progress import Progress

    def told(done: int, of: int) -> None:
        posting_progress.note(Progress(as_of, done, of))

    told(0, 0)
    try:
        post_ledger(date.fromisoformat(as_of), actor, system_clock().now(), told)
    except BadInput as problem:  # the page says it to who asked
        posting_progress.note(Progress(as_of, problem=str(problem)))
