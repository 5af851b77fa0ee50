"""The mark of a restore that has not come to its end: while it is there, a home does nothing but be restored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.database import home
from kaopu.kernel.secret_file import replace

if TYPE_CHECKING:
    from pathlib import Path

# What settings and locks leave in a home before anything is kept there.
OF_NO_WEIGHT = frozenset({"static", "static-built", "outbox", "database.gate", "database.users", "database.start"})


def mark_path() -> Path:
    """The file that says so."""
    return home() / "restore-unfinished"


def marked() -> str | None:
    """The backup whose restore has not ended, or None."""
    try:
        return str(json.loads(mark_path().read_text(encoding="utf-8"))["backup"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return "unknown"


def refuse() -> None:
    """Raise `BadInput` in a home whose restore has not ended."""
    if marked() is not None:
        raise BadInput(
            f"home: a restore into {home().name} has not ended; run `kaopu restore` with the same file again"
        )


def mark(backup_id: str) -> None:
    """Begin."""
    replace(mark_path(), json.dumps({"backup": backup_id}))


def clear() -> None:
    """End."""
    mark_path().unlink()


def expect_empty() -> None:
    """Raise `BadInput` where the home holds anything. The signing key of settings and static files weigh nothing."""
    found = {path.name for path in home().iterdir()} if home().exists() else set()
    keys = {path.name for path in (home() / "keys").iterdir()} if "keys" in found else set()
    rest = sorted((found - OF_NO_WEIGHT - {"keys"}) | {f"keys/{name}" for name in keys - {"django-secret"}})
    if rest:
        raise BadInput(f"home: {rest[0]} is there, expected an empty home; name another folder in KAOPU_HOME")
