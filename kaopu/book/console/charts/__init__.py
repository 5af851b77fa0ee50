"""Pictures of the book. Each module turns figures into one chart: title, finding, specification, table."""

from __future__ import annotations


def warm() -> None:
    """Draw one small chart, so that no page waits for the drawing grammar to be imported."""
    from kaopu.book.console.charts import vintages

    vintages.chart([vintages.Line("2026-01", (0.0, 0.0))], "")
