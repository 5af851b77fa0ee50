"""A receipts file as lines: CSV in UTF-8 or GB 18030, separated by comma, semicolon or tab. Also rows of a request."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from kaopu.kernel import vault
from kaopu.kernel.core.errors import BadInput
from kaopu.receipts.core import line as lines
from kaopu.receipts.core.line import Fault, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SEPARATORS = (",", ";", "\t")


def read(content: bytes, name: str) -> tuple[list[Line], list[Fault]]:
    """The rows of a file (the header is row 1). Raises `BadInput` for a file that cannot be used at all."""
    (_, header), *rest = _rows(content, name)
    try:
        places = lines.columns(header)
    except BadInput as problem:
        raise BadInput(f"{name}: {problem}") from None
    return _sorted_out(_named(number, row, places, len(header)) for number, row in rest)


def unread(content: bytes, name: str) -> list[str]:
    """Columns of a file that no rule knows, as the header has them: nothing in them is looked at."""
    (_, header), *_ = _rows(content, name)
    known = {at for found in lines.columns(header).values() for at in found}
    return [told.strip() for at, told in enumerate(header) if at not in known and told.strip()]


def read_rows(rows: Iterable[Mapping[str, str]]) -> tuple[list[Line], list[Fault]]:
    """Rows by kaopu's own names; the first is row 1."""
    return _sorted_out((number, row) for number, row in enumerate(rows, 1))


def _rows(content: bytes, name: str) -> list[tuple[int, list[str]]]:
    """Every row that is not blank with its number, the header first."""
    text = _text(content, name)
    head = text.lstrip().split("\n", 1)[0]
    if not head.strip():
        raise BadInput(f"{name}: empty, expected a header and rows")
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return [(number, row) for number, row in enumerate(reader, 1) if any(cell.strip() for cell in row)]
    except csv.Error as problem:
        raise BadInput(f"{name}: {problem}, expected CSV") from None


def _text(content: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(f"{name}: expected text in UTF-8 or GB 18030")


def _named(
    number: int, row: list[str], places: Mapping[str, tuple[int, ...]], width: int
) -> tuple[int, dict[str, str] | Fault]:
    if len(row) != width:
        return number, Fault(number, "", "", f"{width} columns as in the header")
    return number, {name: " ".join(filter(None, (row[at].strip() for at in found))) for name, found in places.items()}


def _sorted_out(rows: Iterable[tuple[int, Mapping[str, str] | Fault]]) -> tuple[list[Line], list[Fault]]:
    good, bad = [], []
    for number, values in rows:
        found = values if isinstance(values, Fault) else lines.read(number, values)
        (bad if isinstance(found, Fault) else good).append(found)  # type: ignore[arg-type]
    return _referenced(good), bad


def _referenced(given: list[Line]) -> list[Line]:
    """Lines without a bank reference get one of content and place among equal ones: sent again, the same."""
    ring, seen = vault.ring(), Counter[str]()
    named = []
    for line in given:
        if line.bank_reference:
            named.append(line)
            continue
        said = "\0".join(
            (line.booked_on.isoformat(), str(line.amount), line.reference, line.payer_name, line.payer_account)
        )
        content = ring.blind_index("receipt", said).hex()[:32]
        seen[f"{line.account}\0{content}"] += 1
        named.append(replace(line, bank_reference=f"~{content}-{seen[f'{line.account}{chr(0)}{content}']}"))
    return named
