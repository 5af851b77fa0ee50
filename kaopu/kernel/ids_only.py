"""What may stand in audit rows, the outbox and job arguments: ids, codes and blind indexes, never personal data."""

from __future__ import annotations

import re

# No blanks, no @, nothing beyond ASCII: a name, an address or an e-mail does not pass by accident.
CODE = re.compile(r"[A-Za-z0-9_.:/=+\-]{0,200}")


def check(values: dict[str, object], where: str) -> dict[str, object]:
    """`values` themselves. Raises ValueError where one is not an id, code, number, flag or a list of these."""
    for key, value in values.items():
        if not _is_plain(value):
            raise ValueError(f"{where}: {key} must be an id, a code, an integer or a blind index in hex")
    return values


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(part) for key, part in value.items())
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    if isinstance(value, str):
        return CODE.fullmatch(value) is not None
    # No floats: JSON columns may spell them anew, and the audit chain hashes the spelling.
    return value is None or isinstance(value, bool | int)
