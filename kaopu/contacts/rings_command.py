"""`kaopu contacts rings`: who vouches for whom in a circle, in pairs, and who is named by many."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from kaopu.contacts.core.rings import Rings


def rings(
    edges: Annotated[Path, typer.Option("--edges", help="Parquet, CSV or JSON lines: source,target.")],
    shared_at_least: Annotated[
        int, typer.Option("--shared-at-least", min=1, help="List contacts named by at least so many users.")
    ] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Rings of three, larger circles, pairs that name one another, contacts shared by users."""
    from kaopu.contacts.core.dense_groups import dense_groups
    from kaopu.contacts.core.graph_measures import density, reciprocity
    from kaopu.contacts.core.network import network
    from kaopu.contacts.core.rings import rings_of
    from kaopu.contacts.edge_files import read_edges

    graph = network(read_edges(edges))
    found = rings_of(graph, shared_at_least)
    answer = {"nodes": graph.nodes, "edges": graph.edges, **_as_json(found)}
    answer |= {"dense_groups": dense_groups(graph)}
    answer |= {"reciprocity": round(reciprocity(graph), 10), "density": round(density(graph), 10)}
    typer.echo(json.dumps(answer, ensure_ascii=False) if as_json else "\n".join(_shown(found)))


def _as_json(found: Rings) -> dict[str, Any]:
    return {
        "rings": found.rings,
        "circles": found.circles,
        "reciprocal_pairs": found.reciprocal_pairs,
        "shared_contacts": [
            {"contact": each.contact, "count": each.count, "unrelated": each.unrelated, "users": each.users}
            for each in found.shared_contacts
        ],
    }


def _shown(found: Rings) -> list[str]:
    lines = [f"ring     {', '.join(map(str, ring))}" for ring in found.rings]
    lines += [f"circle   {', '.join(map(str, circle))}" for circle in found.circles]
    lines += [f"pair     {one}, {other}" for one, other in found.reciprocal_pairs]
    lines += [
        f"shared   {each.contact}: named by {each.count}, unrelated {each.unrelated}" for each in found.shared_contacts
    ]
    return lines or ["no rings, pairs or shared contacts"]
