"""Figures of a network on disk: one Parquet file of nodes and one of edges, enough to add to them later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from kaopu.contacts.core.network import restored
from kaopu.contacts.core.network_edges import Edges
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from kaopu.contacts.core.network import Network

NODES, EDGES = "nodes.parquet", "edges.parquet"


def write_network(graph: Network, folder: Path) -> None:
    """Write both files; each appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in ((NODES, node_table(graph)), (EDGES, edge_table(graph))):
        beside = folder / f".{name}"
        parquet.write_table(table, beside, compression="zstd")
        beside.replace(folder / name)


def node_table(graph: Network) -> pa.Table:
    """One row per node. `component` is the name of one member, the same for all members."""
    roots = graph.component_roots()
    return pa.table(
        {
            "node": graph.ids,
            "names": graph.names.counts(),
            "named_by": graph.named_by.counts(),
            "near": graph.near.counts(),
            "mutual": graph.mutual,
            "names_self": graph.names_self,
            "two_hops": graph.two_hops,
            "component": graph.ids.take(pa.array(roots)),
            "component_nodes": graph.sizes[roots],
        }
    )


def edge_table(graph: Network) -> pa.Table:
    """Distinct edges as places in the file of nodes, self-nominations included."""
    selves = np.flatnonzero(graph.names_self).astype(np.int32)
    source = np.repeat(np.arange(graph.nodes, dtype=np.int32), graph.names.counts())
    return pa.table({"source": np.concatenate([source, selves]), "target": np.concatenate([graph.names.ends, selves])})


def read_network(folder: Path) -> Network:
    """The network of an earlier run. Raises `BadInput` for a folder that is not one's."""
    try:
        nodes, edges = (parquet.read_table(folder / name) for name in (NODES, EDGES))
    except (OSError, pa.ArrowInvalid) as problem:
        raise BadInput(f"{folder}: {problem}, expected what `kaopu contacts network --out` wrote") from None
    numbers = [edges[name].to_numpy().astype(np.int32) for name in ("source", "target")]
    known = nodes["node"].combine_chunks()
    return restored(Edges(known, *numbers), nodes["two_hops"].to_numpy())
