"""Django made ready for a command."""

from __future__ import annotations

import os


def boot() -> None:
    """Load settings and models; the database is first touched by the first query."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaopu.web.settings")
    import django

    django.setup()


def actor() -> str:
    """Who types at this terminal, as audit rows name them: the number of the system account."""
    return f"terminal:{os.getuid()}"
