"""Files read in batches, CSV (plain or gzip) and Parquet alike. A fault of the whole file is `BadInput`."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kaopu.book.imports.mapping import FileSpec

BLOCK_BYTES = 16 << 20
PARQUET_ROWS = 131_072
HASH_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file: the columns that the mapping names, the number of each row, and rows that have no columns.

    In CSV the header is row 1 (blank lines do not count), in Parquet the first row is row 1.
    """

    columns: dict[str, pa.Array]
    rows: np.ndarray
    ragged: tuple[int, ...] = ()


def find(folder: Path, spec: FileSpec) -> list[Path]:
    """The files of one role: `folder` itself when it is a file, else what matches the pattern, as CSV or Parquet.

    A folder of the pattern's name stands for the files in it. Raises `BadInput` when there is none.
    """
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise BadInput(f"{folder}: expected a file or a folder that can be read")
    found = sorted(path for path in folder.glob(spec.name) if path.is_file() and _is_table(path))
    for inner in sorted(path for path in folder.glob(spec.name) if path.is_dir()):
        found += sorted(path for path in inner.iterdir() if path.is_file() and _is_table(path))
    if not found and not spec.optional:
        raise BadInput(f"{folder.name}: no file {spec.name}, expected one in the folder")
    return found


def _is_table(path: Path) -> bool:
    return path.name.removesuffix(".gz").endswith((".csv", ".parquet"))


def fingerprint(paths: Sequence[Path], told: Callable[[int], None] | None = None) -> str:
    """SHA-256 of one file, or of the names and contents of several."""
    digests = []
    for path in paths:
        digest = hashlib.sha256()
        try:
            with path.open("rb") as file:
                while block := file.read(HASH_BYTES):
                    digest.update(block)
                    if told:
                        told(len(block))
        except OSError as problem:
            raise BadInput(f"{path.name}: {problem.strerror}, expected a file that can be read") from None
        digests.append((path.name, digest.hexdigest()))
    if len(digests) == 1:
        return digests[0][1]
    return hashlib.sha256(repr(digests).encode()).hexdigest()


def batches(path: Path, spec: FileSpec, told: Callable[[int], None] | None = None) -> Iterator[Batch]:
    """The rows of one file. `told` hears how many more bytes of it have been read."""
    try:
        if path.name.endswith(".parquet"):
            yield from _parquet(path, spec, told)
        else:
            yield from _csv(path, spec, told)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
        raise BadInput(f"{path.name}: {_reason(problem)}") from None
    except (OSError, EOFError, gzip.BadGzipFile) as problem:
        raise BadInput(f"{path.name}: cannot be read ({type(problem).__name__}), expected a whole file") from None
    except (UnicodeDecodeError, LookupError):
        raise BadInput(f"{path.name}: expected text in {spec.encoding}") from None


def _reason(problem: Exception) -> str:
    # Arrow's own text may quote a row: the kind of the fault is told, the content is not.
    text = str(problem)
    if "UTF8" in text or "UTF-8" in text:
        return "not in UTF-8, expected text in UTF-8"
    if "Empty CSV" in text:
        return "empty, expected a header and rows"
    if "Parquet" in text or "magic" in text:
        return "not a Parquet file, expected Parquet"
    return "cannot be read as a table, expected CSV with one header line, or Parquet"


def _parquet(path: Path, spec: FileSpec, told: Callable[[int], None] | None) -> Iterator[Batch]:
    with pa.parquet.ParquetFile(path) as file:
        names = _names(path, spec, file.schema_arrow.names)
        first, total = 1, max(file.metadata.num_rows, 1)
        size = path.stat().st_size
        for batch in file.iter_batches(batch_size=PARQUET_ROWS, columns=sorted(set(names.values())), use_threads=False):
            rows = np.arange(first, first + len(batch))
            first += len(batch)
            yield Batch({name: batch.column(column) for name, column in names.items()}, rows)
            if told:
                told(size * len(batch) // total)


def _csv(path: Path, spec: FileSpec, told: Callable[[int], None] | None) -> Iterator[Batch]:
    with _Counted(path, told) as source:
        header = _header(path, spec)
        names = _names(path, spec, header)
        ragged: list[int] = []

        def keep(row: Any) -> str:
            ragged.append(row.number)
            return "skip"

        text = dict.fromkeys(header, pa.string())
        reader = pa.csv.open_csv(
            source,
            # One thread: only then does Arrow know the number of a row that it skips.
            read_options=pa.csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False, encoding=spec.encoding),
            parse_options=pa.csv.ParseOptions(
                delimiter=spec.delimiter, newlines_in_values=False, invalid_row_handler=keep
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=text,
                include_columns=sorted(set(names.values())),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
        first, told_ragged = 2, 0
        for batch in reader:
            skipped = np.asarray(ragged[told_ragged:], np.int64)
            rows = _numbers(first, len(batch), skipped)
            last = int(rows[-1]) if len(rows) else first - 1
            here = [number for number in ragged[told_ragged:] if number <= last]
            told_ragged += len(here)
            first = last + 1
            columns = {name: batch.column(batch.schema.get_field_index(column)) for name, column in names.items()}
            yield Batch(columns, rows, tuple(here))
        if ragged[told_ragged:]:
            empty = {name: pa.array([], pa.string()) for name in names}
            yield Batch(empty, np.zeros(0, np.int64), tuple(ragged[told_ragged:]))


def _numbers(first: int, count: int, skipped: np.ndarray) -> np.ndarray:
    """The numbers of `count` rows from `first` on, those of skipped rows left out."""
    if not len(skipped):
        return np.arange(first, first + count)
    candidates = np.arange(first, first + count + len(skipped))
    return candidates[~np.isin(candidates, skipped)][:count]


def _header(path: Path, spec: FileSpec) -> list[str]:
    """The names in the first line, by the same parser that reads the rows."""
    with _opened(path) as file:
        line = file.readline(BLOCK_BYTES)
    if not line.strip():
        raise BadInput(f"{path.name}: empty, expected a header and rows")
    options = pa.csv.ReadOptions(encoding=spec.encoding, use_threads=False)
    parse = pa.csv.ParseOptions(delimiter=spec.delimiter)
    header = pa.csv.read_csv(pa.BufferReader(line), read_options=options, parse_options=parse).column_names
    twice = {name for name in header if header.count(name) > 1}
    if twice:
        raise BadInput(f"{path.name}: column {min(twice)} stands twice, expected each column once")
    return list(header)


def _names(path: Path, spec: FileSpec, header: Sequence[str]) -> dict[str, str]:
    missing = [field.column for field in spec.fields if field.column not in header and not field.optional]
    if missing:
        raise BadInput(f"{path.name}: no column {', '.join(missing)}, expected it in the header")
    return {field.name: field.column for field in spec.fields if field.column in header}


def _opened(path: Path) -> Any:
    return gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb")


class _Counted:
    """A file that tells how many bytes of it, as they lie on disk, have been read."""

    def __init__(self, path: Path, told: Callable[[int], None] | None) -> None:
        self._raw = path.open("rb")
        self._file = gzip.GzipFile(fileobj=self._raw) if path.name.endswith(".gz") else self._raw
        self._told, self._at = told, 0
        self.closed = False

    def __enter__(self) -> Any:
        return pa.PythonFile(self, mode="r")

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        if self._told:
            at = self._raw.tell()
            self._told(at - self._at)
            self._at = at
        return block

    def close(self) -> None:
        self._file.close()
        self._raw.close()
        self.closed = True
