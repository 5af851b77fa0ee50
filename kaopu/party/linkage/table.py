"""A CSV of persons read into records, under the names that its maker gave the columns."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput
from kaopu.party.core.person_record import FIELDS, PersonRecord, person_record

if TYPE_CHECKING:
    from collections.abc import Mapping

MAPS = Path(__file__).parent / "maps"
IDENTIFIERS = ("party_id", "id", "unique_id", "rec_id")


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the file: its id as given, and its record."""

    id: str
    record: PersonRecord


def read_persons(path: Path, columns: Path | None = None) -> list[Person]:
    """All rows.

    Args:
        path: CSV in UTF-8 with a header; blanks around values do not count.
        columns: TOML `field = "column"` for `id` and the ten fields; those left out keep their own name. Without
            it, a header that holds every column of a shipped map is read by that map.

    Raises:
        BadInput: naming file, row and column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, skipinitialspace=True)
            header = [name.strip() for name in next(rows, [])]
            places = _places(path, header, _map_of(columns) if columns else _shipped(header))
            return _rows(path, rows, places, len(header))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise BadInput(f"{path}: expected a CSV in UTF-8 ({problem})") from None


def _shipped(header: list[str]) -> Mapping[str, str]:
    for path in sorted(MAPS.glob("*.toml")):
        named = _map_of(path)
        if set(named.values()) <= set(header):
            return named
    return {}


def _map_of(path: Path) -> Mapping[str, str]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise BadInput(f"{path}: expected TOML ({problem})") from None
    for field, column in given.items():
        if field not in {"id", *FIELDS} or not isinstance(column, str):
            raise BadInput(f'{path}: {field} = {column!r}, expected one of id, {", ".join(FIELDS)} = "column"')
    return given


def _places(path: Path, header: list[str], named: Mapping[str, str]) -> dict[str, int]:
    """Where each field stands. Two columns of one name, or a mapped column that is not there, are refused."""
    if len(set(header)) != len(header):
        raise BadInput(f"{path} row 1: expected each column once, found {', '.join(header)}")
    for field, column in named.items():
        if column not in header:
            raise BadInput(f"{path} row 1: expected the column {column} ({field}), found {', '.join(header)}")
    found = {name: header.index(named.get(name, name)) for name in FIELDS if named.get(name, name) in header}
    names = [named["id"]] if "id" in named else [name for name in header if name in IDENTIFIERS or name.endswith("_id")]
    if not found:
        raise BadInput(f"{path} row 1: expected at least one of {', '.join(FIELDS)}, found {', '.join(header)}")
    # A table without ids: its rows are numbered, the first after the header is 1.
    return {**({"id": header.index(names[0])} if names else {}), **found}


def _rows(path: Path, rows: object, places: Mapping[str, int], width: int) -> list[Person]:
    found: list[Person] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(rows, 2):  # type: ignore[arg-type]
        if not cells:
            continue
        if len(cells) != width:
            raise BadInput(f"{path} row {number}: {len(cells)} columns found, expected {width}")
        identifier = cells[places["id"]].strip() if "id" in places else str(number - 1)
        if not identifier:
            raise BadInput(f"{path} row {number}: no id, expected one")
        if identifier in seen:
            raise BadInput(f"{path} row {number}: the id {identifier} is that of row {seen[identifier]} too")
        seen[identifier] = number
        found.append(
            Person(identifier, person_record({name: cells[at] for name, at in places.items() if name != "id"}))
        )
    return found
