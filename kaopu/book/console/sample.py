"""Whether the book is the sample: every page says so while it is."""

from __future__ import annotations

from kaopu.book.models import Debt

SAMPLE_SOURCE = "sample"


def holds_sample() -> bool:
    """Whether any debt comes from the sample. One look at an index of (source, outside number)."""
    return Debt.objects.filter(source=SAMPLE_SOURCE).exists()
