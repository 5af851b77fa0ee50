"""`kaopu twin run`: a town built, watched for its days and written down."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from kaopu.kernel.core.errors import BadInput
from kaopu.twin import tables, truth_tables
from kaopu.twin.core.asks import planted_effect
from kaopu.twin.core.build import build
from kaopu.twin.core.episodes import draw_episodes
from kaopu.twin.core.nomination_kinds import Kind
from kaopu.twin.core.records import draw_records
from kaopu.twin.core.truth import lost, lost_exposure_minor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kaopu.twin.core.town import Town
    from kaopu.twin.core.world import World

LONGEST_DAYS = 3650
MOST_BORROWERS = 5_000_000


def run(
    world: World, *, borrowers: int, days: int, seed: int, out: Path, told: Callable[[str], None]
) -> dict[str, Any]:
    """Write all files of a town into a folder; what summary.json says. `told` hears the name of each file."""
    for word, number, most in (("borrowers", borrowers, MOST_BORROWERS), ("days", days, LONGEST_DAYS)):
        if not 1 <= number <= most:
            raise BadInput(f"--{word}: {number} given, expected 1 to {most}")
    if seed < 0:
        raise BadInput(f"--seed: {seed} given, expected 0 or more")
    _folder(out)
    # Written last, so that a folder with it is whole.
    (out / "summary.json").unlink(missing_ok=True)
    town = build(world, borrowers, days, seed)
    rows = _write(town, out, told)
    summary = {**_head(town), "rows": rows, "truth": _truth(town)}
    (out / "summary.json").write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return summary


def _folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise BadInput(f"--out {out.name}: cannot be made: {wrong.strerror}, expected a folder") from wrong


def _write(town: Town, out: Path, told: Callable[[str], None]) -> dict[str, int]:
    borrower, opens, asks = draw_episodes(town)
    parties, clusters = _parties(town)
    made: dict[str, Callable[[], pa.Table]] = {
        "evidence": lambda: tables.evidence_table(town, 0, town.days, 0),
        "points": lambda: tables.points_table(town),
        "edges": lambda: tables.edges_table(town),
        "nominations": lambda: tables.nominations_table(town),
        "exposure": lambda: tables.exposure_table(town),
        "parties": lambda: parties,
        "asks": lambda: tables.asks_table(town, borrower, opens, asks),
        "truth_points": lambda: truth_tables.points_truth(town),
        "truth_contacts": lambda: truth_tables.contacts_truth(town),
        "truth_borrowers": lambda: truth_tables.borrowers_truth(town),
        "truth_parties": lambda: clusters,
        "truth_asks": lambda: truth_tables.asks_truth(asks),
    }
    rows = {}
    for name, make in made.items():
        told(f"{name}.parquet")
        table = make()
        pq.write_table(table, out / f"{name}.parquet", compression="zstd")
        rows[name] = table.num_rows
    told("parties.csv")
    pa_csv.write_csv(parties, out / "parties.csv", pa_csv.WriteOptions(quoting_style="needed"))
    return rows


def _parties(town: Town) -> tuple[pa.Table, pa.Table]:
    records = draw_records(town)
    texts = {name: pa.array(column, mask=column == "") for name, column in records.columns.items()}
    return (
        pa.table({"party_id": records.party_id, **texts}),
        pa.table({"party_id": records.party_id, "cluster": records.cluster}),
    )


def _head(town: Town) -> dict[str, Any]:
    start = np.datetime64(town.world.start)
    return {
        "world": town.world.name,
        "about": town.world.about,
        "seed": town.seed,
        "borrowers": len(town.borrowers.family),
        "days": town.days,
        "start": f"{start}T00:00:00Z",
        "as_of": f"{start + town.days}T00:00:00Z",
    }


def _truth(town: Town) -> dict[str, Any]:
    """Counts of what is true on the last day."""
    _, _, asks = draw_episodes(town)
    exposure = int(town.borrowers.exposure_minor.sum())
    return {
        "contacts": {kind.name.lower(): int(np.count_nonzero(town.names.kind == kind)) for kind in Kind},
        "lost_borrowers": int(np.count_nonzero(lost(town, town.days))),
        "lost_exposure_minor": lost_exposure_minor(town, town.days),
        "exposure_minor": exposure,
        "planted_effect_of_asking": round(planted_effect(asks), 6),
        "asking_in_life": "unknown until a lender runs the protocol",
    }
