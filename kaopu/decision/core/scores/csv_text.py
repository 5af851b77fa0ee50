"""The text of a CSV file as a table: byte order marks, semicolons, decimal commas, categories and gaps.

Rows in messages are counted as a spreadsheet shows them: the heading is row 1, so the first row of data is row 2.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from kaopu.decision.core.scores.table import Table
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kaopu.decision.core.scores.arrays import Values

FIRST_ROW = 2
GAPS = frozenset({"", "na", "n/a", "nan", "null", "none", "?", ".", "-", "#n/a"})
DELIMITERS = ",;\t|"
# A column this full of numbers is one of numbers, and the rest of its cells are mistakes to be named.
NUMBERS_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Parsed:
    """The table and the rows that could not be read: place among the rows (from 0) to the reason."""

    table: Table
    bad_rows: Mapping[int, str] = field(default_factory=dict)


def parse_csv(
    content: bytes, name: str, *, kinds: Mapping[str, bool] | None = None, texts: Collection[str] = ()
) -> Parsed:
    """Read `content`, called `name` in messages.

    `kinds` says of known columns whether they are text (as a model was fitted): a cell that does not fit then spoils
    its row only. Without it a column is of numbers where all its cells are; one wrong cell among numbers raises.
    `texts` are columns of codes that look like numbers.

    Raises:
        BadInput: naming file, row, column, what was found and expected.
    """
    head, rows, bad_rows = _cells(content, name)
    columns: dict[str, Values] = {}
    for place, column in enumerate(head):
        cells = [_cell(row[place]) if len(row) == len(head) else None for row in rows]
        if column in texts or (kinds or {}).get(column) is True:
            columns[column] = np.array(cells, dtype=object)
        else:
            strict = kinds is None or column not in kinds
            columns[column] = _typed(cells, f"{name}", column, None if strict else bad_rows)
    if kinds is None and bad_rows:
        place, why = next(iter(sorted(bad_rows.items())))
        raise BadInput(f"{name}, row {place + FIRST_ROW}: {why}")
    return Parsed(Table(name, columns, len(rows)), bad_rows)


def _cells(content: bytes, name: str) -> tuple[list[str], list[list[str]], dict[int, str]]:
    text = _decoded(content, name)
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count) if any(first.count(each) for each in DELIMITERS) else ","
    lines = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    if len(lines) < FIRST_ROW:
        raise BadInput(f"{name}: no row of data, expected a heading and rows")
    head = [cell.strip() for cell in lines[0]]
    twice = {column for column in head if head.count(column) > 1}
    if twice or "" in head:
        raise BadInput(f"{name}, row 1: column {min(twice or {''})!r} is repeated or empty, expected names, each once")
    wrong = {
        place: f"{len(row)} cells, expected {len(head)}" for place, row in enumerate(lines[1:]) if len(row) != len(head)
    }
    return head, lines[1:], wrong


def _decoded(content: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise BadInput(f"{name}: bytes that are neither UTF-8 nor GB 18030, expected a text file")


def _cell(text: str) -> str | None:
    stripped = text.strip()
    return None if stripped.lower() in GAPS else stripped


def _number(cell: str) -> float | None:
    try:
        found = float(cell)
    except ValueError:
        swapped = cell.replace(".", "").replace(",", ".") if cell.count(",") == 1 else ""
        try:
            found = float(swapped)
        except ValueError:
            return None
    return found if np.isfinite(found) else None


def _typed(cells: list[str | None], name: str, column: str, bad_rows: dict[int, str] | None) -> Values:
    numbers = [None if cell is None else _number(cell) for cell in cells]
    given = [place for place, cell in enumerate(cells) if cell is not None]
    wrong = [place for place in given if numbers[place] is None]
    if bad_rows is None and len(wrong) > (1 - NUMBERS_SHARE) * len(given):
        return np.array(cells, dtype=object)
    if bad_rows is None and wrong:
        raise BadInput(
            f"{name}, row {wrong[0] + FIRST_ROW}, column {column}: {cells[wrong[0]]!r} given, expected a number as in"
            f" the other rows (or name the column with --text)"
        )
    for place in wrong:
        if bad_rows is not None:
            bad_rows.setdefault(place, f"column {column}: {cells[place]!r} given, expected a number")
    return np.array([np.nan if number is None else number for number in numbers], dtype=np.float64)
