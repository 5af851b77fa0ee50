"""Django made ready for a command."""

from __future__ import annotations

import os

from kaopu.kernel.backup import unfinished


def boot(*, restoring: bool = False) -> None:
    """Load settings and models; the database is first touched by the first query.

    Raises `BadInput` in a home whose restore has not ended, unless it is the restore that asks.
    """
    if not restoring:
        unfinished.refuse()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaopu.web.settings")
    import django

    django.setup()


def boot_rooms(*rooms: str) -> None:
    """Load the models of these rooms alone: for commands that must start at once (all apps cost another 0.4 s).

    Does nothing where Django is loaded already.
    """
    unfinished.refuse()
    from django.conf import settings

    if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
        from kaopu.kernel import database

        settings.configure(
            DATABASES={"default": database.connection_settings(os.environ.get("KAOPU_DATABASE_URL", ""))},
            INSTALLED_APPS=list(rooms),
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            USE_TZ=True,
            TIME_ZONE="UTC",
        )
    import django

    django.setup()


def actor() -> str:
    """Who types at this terminal, as audit rows name them: the number of the system account."""
    return f"terminal:{os.getuid()}"
