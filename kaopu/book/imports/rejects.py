"""Rows that were not taken, each with what was expected. Values may be personal data: they go to one file, 0600."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COLUMNS = ("file", "row", "column", "value", "expectation")
VALUE_MOST = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows of one column that are bad for one reason. `values` are the texts found there, one a row."""

    column: str
    bad: np.ndarray
    values: pa.Array
    expectation: str


class RejectsFile:
    """The file of rejects of one import; it comes into being with the first reject."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._handle: int | None = None

    def add(self, file: str, rows: np.ndarray, faults: Sequence[Fault]) -> np.ndarray:
        """Write each bad row once, under its first fault; the mask of rows that are bad."""
        taken = np.zeros(len(rows), bool)
        for fault in faults:
            new = fault.bad & ~taken
            if new.any():
                taken |= new
                self._write(file, rows[new], fault, new)
        return taken

    def add_lines(self, file: str, rows: Sequence[int], expectation: str) -> None:
        """Write rows that could not be split into columns."""
        if rows:
            numbers = np.asarray(rows)
            all_bad = np.ones(len(numbers), bool)
            self._write(file, numbers, Fault("", all_bad, pa.nulls(len(numbers), pa.string()), expectation), all_bad)

    def close(self) -> None:
        """Flush to disk."""
        if self._handle is not None:
            os.fsync(self._handle)
            os.close(self._handle)
            self._handle = None

    def discard(self) -> None:
        """Remove the file: what it speaks of was not loaded."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _write(self, file: str, rows: np.ndarray, fault: Fault, bad: np.ndarray) -> None:
        count = len(rows)
        values = fault.values.filter(pa.array(bad))
        values = values if pa.types.is_string(values.type) else values.cast(pa.string())
        table = pa.table(
            [
                pa.array([file]).take(pa.array(np.zeros(count, np.int32))),
                pa.array(rows),
                pa.array([fault.column]).take(pa.array(np.zeros(count, np.int32))),
                pc.utf8_slice_codeunits(values, 0, VALUE_MOST),
                pa.array([fault.expectation]).take(pa.array(np.zeros(count, np.int32))),
            ],
            names=COLUMNS,
        )
        sink = pa.BufferOutputStream()
        options = pyarrow.csv.WriteOptions(include_header=self._handle is None)
        pyarrow.csv.write_csv(table, sink, options)
        if self._handle is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(os.dup(self._handle), "wb") as out:
            out.write(sink.getvalue())
        self.count += count
