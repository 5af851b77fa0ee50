"""Evidence from a file, filtered: JSON lines one point after the other, Parquet through the compiled filter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kaopu.contacts.core.evidence import (
    EVIDENCE_KINDS,
    POINT_KINDS,
    ROLES,
    Evidence,
    EvidenceRow,
    evidence_kind,
    instant,
    via,
)
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from kaopu.contacts.core.hazard import Hazard
    from kaopu.contacts.core.reached import Reached


def reached_in(path: Path, as_of: datetime, hazards: Mapping[str, Hazard]) -> Reached:
    """The reach of every point of the file. Raises `BadInput` naming file, row and column; nothing is half done."""
    if not path.is_file():
        raise BadInput(f"{path.name}: expected a file of evidence, JSON lines or Parquet")
    with path.open("rb") as file:
        parquet = file.read(4) == b"PAR1"
    if parquet:
        from kaopu.contacts.core.reach_tables import tables_of
        from kaopu.contacts.reach_joined import joined
        from kaopu.contacts.reach_parquet import filter_parquet

        return joined(filter_parquet(path, as_of, tables_of(hazards)))
    from kaopu.contacts.core.reached import reached_of

    return reached_of(read_lines(path), hazards, as_of)


def read_lines(path: Path) -> list[EvidenceRow]:
    """Rows of JSON lines. Raises `BadInput` at the first that is wrong."""
    kinds: dict[str | int, str] = {}
    rows = list(_rows(path))
    for number, row in rows:
        if kinds.setdefault(row.point_id, row.point_kind) != row.point_kind:
            raise BadInput(
                f"{path.name} row {number} column kind: {row.point_kind!r}, expected the same kind as in the other rows"
                f" of point {row.point_id!r}: {kinds[row.point_id]!r}"
            )
    return [row for _, row in rows]


def _rows(path: Path) -> Iterator[tuple[int, EvidenceRow]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, _row(line, f"{path.name} row {number}")


def _row(line: bytes, where: str) -> EvidenceRow:
    try:
        given = json.loads(line)
    except ValueError as wrong:
        raise BadInput(f"{where}: {wrong}, expected one JSON object a line") from wrong
    if not isinstance(given, dict):
        raise BadInput(f"{where}: {type(given).__name__}, expected an object with point_id, borrower_id, role, kind, …")
    return EvidenceRow(
        _id(given, "point_id", where),
        _id(given, "borrower_id", where),
        _one_of(given, "role", ROLES, where),
        _one_of(given, "kind", POINT_KINDS, where),
        _sign(given, where),
        _consented(given, where),
    )


def _id(given: dict[str, Any], column: str, where: str) -> str | int:
    found = given.get(column)
    if isinstance(found, bool) or not isinstance(found, (str, int)) or found == "":
        raise BadInput(f"{where} column {column}: {found!r}, expected a text or a whole number")
    return found


def _one_of(given: dict[str, Any], column: str, words: tuple[str, ...], where: str) -> str:
    found = given.get(column)
    if found not in words:
        raise BadInput(f"{where} column {column}: {found!r}, expected one of {', '.join(words)}")
    return str(found)


def _sign(given: dict[str, Any], where: str) -> Evidence:
    try:
        at = instant(given.get("at"))
    except BadInput as wrong:
        raise BadInput(f"{where} column at: {wrong}") from wrong
    word, how = given.get("evidence"), given.get("via")
    try:
        kind = evidence_kind(word if isinstance(word, str) else "")
    except BadInput as wrong:
        raise BadInput(f"{where} column evidence: {word!r}, expected one of {', '.join(EVIDENCE_KINDS)}") from wrong
    return Evidence(at, kind, via(how if isinstance(how, str) else None))


def _consented(given: dict[str, Any], where: str) -> bool | None:
    found = given.get("consented")
    if found is None or isinstance(found, bool):
        return found
    if found == "unknown":
        return None
    raise BadInput(f"{where} column consented: {found!r}, expected true, false or null")
