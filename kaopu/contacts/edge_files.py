"""Files of nominations: Parquet, CSV or JSON lines with columns `source` and `target` (a user names a contact)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import csv, json, parquet

from kaopu.contacts.core.network_edges import COLUMNS, edges_of_columns
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from kaopu.contacts.core.network_edges import Edges


def read_edges(path: Path) -> Edges:
    """The edges of a file. Raises `BadInput` naming the file and, where it can, row and column."""
    table = read_columns(path, COLUMNS)
    try:
        return edges_of_columns(table["source"], table["target"])
    except BadInput as problem:
        raise BadInput(f"{path.name}: {problem}") from None


def read_columns(path: Path, columns: tuple[str, ...] | None) -> pa.Table:
    """Columns of a file, or all. In CSV every value is text: an identifier such as 00123 keeps its zeros."""
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise BadInput(f"{path.name}: ends in {path.suffix or 'nothing'}, expected {', '.join(_READERS)}")
    try:
        table = read(path, columns)
    except OSError as problem:
        raise BadInput(f"{path.name}: cannot be read ({problem.strerror or problem})") from None
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeDecodeError) as problem:
        raise BadInput(f"{path.name}: {str(problem).splitlines()[0]}, expected {path.suffix[1:]}") from None
    if columns is None:
        return table
    missing = [name for name in columns if name not in table.column_names]
    if missing:
        raise BadInput(f"{path.name}: no column {missing[0]}, expected {', '.join(columns)}")
    return table.select(columns)


def _parquet(path: Path, columns: tuple[str, ...] | None) -> pa.Table:
    with parquet.ParquetFile(path) as file:
        held = file.schema_arrow.names
        return file.read(columns=held if columns is None else [name for name in columns if name in held])


def _csv(path: Path, _: tuple[str, ...] | None) -> pa.Table:
    with path.open("rb") as file:
        header = file.readline().decode("utf-8-sig").strip()
    names = [name.strip().strip('"') for name in header.split(",")]
    texts = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    table = csv.read_csv(path, convert_options=texts)
    return table.rename_columns([name.strip() for name in table.column_names])


def _lines(path: Path, columns: tuple[str, ...] | None) -> pa.Table:
    if not path.read_bytes().strip():
        return pa.table({name: pa.array([], pa.string()) for name in columns or ()})
    return json.read_json(path)


_READERS: dict[str, Any] = {".parquet": _parquet, ".csv": _csv, ".jsonl": _lines, ".ndjson": _lines}
