"""`kaopu contacts trust`: how much each nomination is to be trusted, and why."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from kaopu.contacts.core.trust import Scores


def trust(
    signals: Annotated[
        Path, typer.Option("--signals", help="Parquet, CSV or JSON lines: source,target and what is known of each.")
    ],
    edges: Annotated[
        Path | None, typer.Option("--edges", help="All nominations (source,target), where signals hold some of them.")
    ] = None,
    weights: Annotated[Path | None, typer.Option("--weights", help="TOML with declared points; ours if none.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Parquet file for all scores; they are not printed.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Score of 0 to 100 with reasons; a low one asks for another contact or a person's look, never declines."""
    from kaopu.contacts.trust_files import (
        read_nominations,
        score_nominations,
        shipped_weights,
        weights_at,
        write_scores,
    )

    given = read_nominations(signals)
    scores = score_nominations(given, edges, shipped_weights() if weights is None else weights_at(weights))
    sums = {"nominations": len(scores.score), **_outcomes(scores)}
    head: dict[str, Any] = {"weights": scores.weights.version, **sums}
    if out is not None:
        write_scores(given, scores, out)
    elif as_json:
        head["contacts"] = [_row(given.names(row), scores, row) for row in range(len(scores.score))]
    typer.echo(json.dumps(head, ensure_ascii=False) if as_json else "\n".join(_shown(head, given, scores)))


def _outcomes(scores: Scores) -> dict[str, int]:
    from kaopu.contacts.core.trust import Outcome

    counted = Counter(scores.outcome.tolist())
    return {outcome.value: counted[outcome.value] for outcome in Outcome}


def _row(names: tuple[Any, Any], scores: Scores, row: int) -> dict[str, Any]:
    found = scores.one(row)
    reasons = [{"signal": each.name, "points": each.points, "zh": each.zh, "en": each.en} for each in found.reasons]
    told = {"score": found.score, "outcome": found.outcome.value, "reasons": reasons, "not_known": found.not_known}
    return {"source": names[0], "target": names[1], **told}


def _shown(head: dict[str, Any], given: Any, scores: Scores) -> list[str]:
    lines = [f"{name:12} {value}" for name, value in head.items() if name != "contacts"]
    low = [row for row in scores.score.argsort(kind="stable").tolist() if scores.outcome[row] != "ok"][:20]
    for row in low:
        found, (source, target) = scores.one(row), given.names(row)
        why = "; ".join(f"{each.en} ({each.points:+d})" for each in found.reasons if each.points < 0)
        lines.append(f"{found.score:3} {found.outcome:12} {source} names {target}: {why}")
    return lines
