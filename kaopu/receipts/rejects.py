"""The file of rows that were not taken. Values may be personal data: readable by its owner alone."""

from __future__ import annotations

import csv
import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kaopu.receipts.core.line import Fault

COLUMNS = ("file", "row", "column", "value", "expectation")  # as in the rejects of an import


def write_rejects(path: Path, file_name: str, faults: Iterable[Fault]) -> None:
    """Write it whole and put it in place at once: a killed run leaves the old one or none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(
        os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline=""
    ) as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows((file_name, fault.row, fault.column, fault.value[:200], fault.expectation) for fault in faults)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
