"""`kaopu contacts network`: the figures of a whole graph of nominations, or of what is new in it."""

from __future__ import annotations

import json
import time
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import Annotated, Any

import typer


def network(
    edges: Annotated[Path, typer.Option("--edges", help="Parquet, CSV or JSON lines: source,target.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the figures of every node.")] = None,
    onto: Annotated[
        Path | None, typer.Option("--onto", help="Folder of an earlier --out; the edges are what is new since.")
    ] = None,
    shared_at_least: Annotated[
        int, typer.Option("--shared-at-least", min=1, help="Users who name a contact before it counts as shared.")
    ] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Degrees, components, two hops, reciprocity and shared contacts of nominations."""
    from kaopu.contacts.core import network as core
    from kaopu.contacts.edge_files import read_edges
    from kaopu.contacts.network_files import read_network, write_network

    started = time.perf_counter()
    new = read_edges(edges)
    graph = core.network(new) if onto is None else core.grown(read_network(onto), new)
    figures = _figures(graph, shared_at_least)
    figures["seconds"] = round(time.perf_counter() - started, 3)
    if out is not None:
        write_network(graph, out)
    typer.echo(json.dumps(figures) if as_json else "\n".join(f"{name:22} {value:,}" for name, value in figures.items()))


def _figures(graph: Any, shared_at_least: int) -> dict[str, Any]:
    return {
        "nodes": graph.nodes,
        "edges": graph.edges,
        "components": graph.components,
        "largest": graph.largest,
        "reciprocal_pairs": graph.reciprocal_pairs,
        "shared_contacts": graph.shared(shared_at_least),
        "self_nominations": int(graph.names_self.sum()),
        "most_named": int(graph.named_by.counts().max(initial=0)),
        "most_two_hops": int(graph.two_hops.max(initial=0)),
    }
