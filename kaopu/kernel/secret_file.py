"""A secret kept in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def read_or_create(path: Path, *, length_bytes: int) -> str:
    """The secret in `path` as URL-safe text; made once, 0600. Two processes that start at once agree on one secret."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    candidate = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(candidate, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_urlsafe(length_bytes))
    try:
        # A hard link fails where the name is taken: the first one in wins, and no reader sees half a file.
        os.link(candidate, path)
    except FileExistsError:
        pass
    finally:
        candidate.unlink()
    return path.read_text().strip()
