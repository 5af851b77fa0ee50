"""A plan from files: evidence filtered, exposures read, budget spent."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.contacts.core.plan import Plan, plan
from kaopu.contacts.core.plan_candidates import Assumptions
from kaopu.contacts.core.reached import reached_of
from kaopu.contacts.reach_files import reached_in
from kaopu.contacts.reach_parameters import read_parameters
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from kaopu.contacts.core.hazard import Hazard
    from kaopu.contacts.core.plan_channels import Channel
    from kaopu.contacts.core.plan_value import Worth
    from kaopu.contacts.core.reached import Key, Reached

# Without a file of exposures all borrowers owe the same; the figure only scales what is saved.
EQUAL_EXPOSURE_YUAN = 10_000.0
FEN = 100


def planned(  # noqa: PLR0917 - what a command was given
    evidence: Path | None,
    as_of: datetime,
    budget_yuan: float,
    worth: Worth,
    exposure: Path | None,
    channels: Mapping[str, tuple[Channel, ...]],
    parameters: Path | None,
) -> Plan:
    """The plan for a file of evidence, or for the own records and what is owed by the current close.

    Raises `BadInput` naming the file and row that is wrong.
    """
    hazards, pooling = read_parameters(parameters)
    assumed = Assumptions(hazards, channels, pooling, worth)
    at_us = (as_of - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    reached, owed = _own(as_of, hazards) if evidence is None else (reached_in(evidence, as_of, hazards), None)
    known = owed if exposure is None else read_exposures(exposure)
    return plan(reached, exposures_for(reached, known), budget_yuan, assumed, at_us)


def _own(as_of: datetime, hazards: Mapping[str, Hazard]) -> tuple[Reached, dict[str, int]]:
    from kaopu.book.opened_book import opened_book

    with opened_book():
        from kaopu.contacts import quality_facts
        from kaopu.contacts.lender_evidence import evidence_rows

        owed = {str(party_id): minor for party_id, minor in quality_facts.exposures()[0].items()}
        return reached_of(evidence_rows(as_of), hazards, as_of), owed


def exposures_for(reached: Reached, known: Mapping[str, int] | None) -> NDArray[np.float64]:
    """Yuan by the borrower's place, from minor units by id; a borrower that is not known has nothing at risk."""
    if known is None:
        return np.full(len(reached.borrower_id), EQUAL_EXPOSURE_YUAN)
    ids = reached.borrower_id.to_pylist() if hasattr(reached.borrower_id, "to_pylist") else reached.borrower_id
    return np.array([known.get(str(borrower), 0) / FEN for borrower in ids], np.float64)


def read_exposures(path: Path) -> dict[str, int]:
    """Exposure in minor units by borrower. Raises `BadInput` with file, row and column."""
    found: dict[str, int] = {}
    for number, row in enumerate(_rows(path), 1):
        borrower, minor = row.get("borrower_id"), row.get("exposure_minor")
        try:
            amount = int(minor)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            amount = -1
        if borrower in {None, ""} or amount < 0 or (isinstance(minor, float) and minor != amount):
            column = "borrower_id" if borrower in {None, ""} else "exposure_minor"
            raise BadInput(
                f"{path.name} row {number} column {column}: {row.get(column)!r}, expected "
                + ("an id" if column == "borrower_id" else "whole minor units, 0 or more")
            )
        if str(borrower) in found:
            raise BadInput(f"{path.name} row {number} column borrower_id: {borrower!r} again, expected one row each")
        found[str(borrower)] = amount
    return found


def _rows(path: Path) -> Iterator[Mapping[str, Key | None]]:
    try:
        if path.suffix == ".parquet":
            import pyarrow.parquet as pq

            yield from pq.read_table(path).to_pylist()
        elif path.suffix == ".csv":
            import csv

            with path.open(encoding="utf-8", newline="") as file:
                yield from csv.DictReader(file)
        else:
            with path.open(encoding="utf-8") as file:
                yield from (_object(line) for line in file if line.strip())
    except (OSError, ValueError) as wrong:
        if isinstance(wrong, BadInput):
            raise
        raise BadInput(f"{path.name}: {wrong}, expected exposures as CSV, JSON lines or Parquet") from wrong


def _object(line: str) -> dict[str, Any]:
    found = json.loads(line)
    return found if isinstance(found, dict) else {}
