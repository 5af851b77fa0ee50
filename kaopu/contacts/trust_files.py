"""Trust on files: nominations in, declared weights, scores out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import parquet

from kaopu.contacts.core.network import grown, network
from kaopu.contacts.core.network_edges import onto
from kaopu.contacts.core.nomination_columns import COLUMNS, READ, Nominations, nominations_of
from kaopu.contacts.core.trust import Scores, scored
from kaopu.contacts.core.trust_facts import trust_facts
from kaopu.contacts.core.trust_weights import Weights, read_weights
from kaopu.contacts.edge_files import read_columns, read_edges
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from typing import Any

SHIPPED = Path(__file__).with_name("trust_weights.toml")


def shipped_weights() -> Weights:
    """The weights that come with the product."""
    return weights_at(SHIPPED)


def weights_at(path: Path) -> Weights:
    """Weights of a file. Raises `BadInput`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(f"{path.name}: {problem.__class__.__name__}, expected a TOML file of weights") from None
    return read_weights(text, path.name)


def read_nominations(path: Path) -> Nominations:
    """Nominations of a file; columns that it does not have are unknown. Raises `BadInput`."""
    table = read_columns(path, None)
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise BadInput(f"{path.name}: no column {missing[0]}, expected source and target")
    try:
        return nominations_of(table.select([name for name in READ if name in table.column_names]))
    except BadInput as problem:
        raise BadInput(f"{path.name}: {problem}") from None


def score_nominations(given: Nominations, all_edges: Path | None, weights: Weights) -> Scores:
    """Scores against the network of the given nominations, and of all others where there is a file of them."""
    if all_edges is None:
        return scored(trust_facts(given), weights)
    graph = grown(network(read_edges(all_edges)), given.edges)
    return scored(trust_facts(replace(given, edges=onto(graph.ids, given.edges)), graph), weights)


def write_scores(given: Nominations, scores: Scores, path: Path) -> None:
    """One row a nomination: score, outcome and the names of the signals that counted."""
    names = [each.name for each in scores.weights.signals]
    reasons: list[list[Any]] = [[name for name, hit in zip(names, row, strict=True) if hit] for row in scores.counted]
    table = pa.table(
        {
            "source": given.edges.ids.take(pa.array(given.edges.source)),
            "target": given.edges.ids.take(pa.array(given.edges.target)),
            "score": scores.score.astype("int16"),
            "outcome": pa.array(scores.outcome.tolist(), pa.string()).dictionary_encode(),
            "reasons": pa.array(reasons, pa.list_(pa.string())),
            "weights": pa.array([scores.weights.version] * len(scores.score), pa.string()).dictionary_encode(),
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(table, path)
