"""Background work of decisions. Arguments are days, numbers and codes; what is slow to import is imported inside."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app


@app.periodic(cron="20 0 * * *")
@app.task(name="decision.watch_models", queueing_lock="decision.watch_models", pass_context=False)
def watch_models(timestamp: int) -> None:
    """Compare the scores of the day that has ended with those of the training. Safe to run again."""
    from kaopu.decision.actions.watch_models import watch_yesterday

    watch_yesterday(datetime.fromtimestamp(timestamp, UTC))


@app.task(name="decision.backtest", pass_context=False)
def backtest(code: str) -> None:
    """Run a back-test that was asked for on a page. A run that is done is not run again."""
    from kaopu.decision.actions.run_backtest import run_backtest
    from kaopu.kernel.clock import system_clock

    run_backtest(code, system_clock().now())
