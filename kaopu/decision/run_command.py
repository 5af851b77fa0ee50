"""`kaopu policy run`: one line of answers for each line of inputs, live, in columns or on Spark."""

from __future__ import annotations

import json
import math
from collections import Counter
from enum import StrEnum
from itertools import islice
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kaopu.decision.core.answer import Answer
    from kaopu.decision.core.policy.policy_file import PolicyFile

BATCH_ROWS = 50_000


class Engine(StrEnum):
    """Where the policy is evaluated."""

    LIVE = "live"
    COLUMNS = "columns"
    SPARK = "spark"


def run(
    policy: Annotated[Path, typer.Argument(help="Policy file: a JDM graph, with or without a manifest.")],
    given: Annotated[Path, typer.Option("--input", help="JSON lines: one input a line.")],
    engine: Annotated[Engine, typer.Option(help="live, columns or spark: the answers are the same.")] = Engine.LIVE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Decide every line of a file: outcome, reasons and output, one line each."""
    read = _read(policy)
    rows = _rows(given)
    answers = _live(read, policy.parent, rows) if engine is Engine.LIVE else _many(read, policy.parent, rows, engine)
    counted: Counter[str] = Counter()
    for answer in answers:
        if as_json:
            typer.echo(answer.as_json())
        else:
            counted[answer.outcome or "decided"] += 1
    for outcome, count in sorted(counted.items()):
        typer.echo(f"{outcome:24} {count:10,}")


def _read(path: Path) -> PolicyFile:
    from kaopu.decision.core.policy.policy_file import read_policy

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadInput(f"{path.name}: cannot be read as text: {wrong.__class__.__name__}") from wrong
    return read_policy(text, path.name)


def _rows(path: Path) -> Iterator[Any]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _row(line, path.name, number)
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadInput(f"{path.name}: cannot be read as text: {wrong.__class__.__name__}") from wrong


def _row(line: str, name: str, number: int) -> Any:
    def no_number(word: str) -> Any:
        raise BadInput(f"{name}: line {number}: {word} is not a JSON number")

    def finite(text: str) -> float:
        found = float(text)
        return found if math.isfinite(found) else no_number(text)

    try:
        return json.loads(line, parse_constant=no_number, parse_float=finite)
    except json.JSONDecodeError as wrong:
        message = f"{name}: line {number}, column {wrong.colno}: {wrong.msg}, expected one JSON value a line"
        raise BadInput(message) from wrong


def _live(policy: PolicyFile, beside: Path, rows: Iterable[Any]) -> Iterator[Answer]:
    from kaopu.decision.engines.live import LiveEngine

    engine = LiveEngine(policy, beside)
    return map(engine.decide, rows)


def _many(policy: PolicyFile, beside: Path, rows: Iterator[Any], engine: Engine) -> Iterator[Answer]:
    decide = _decider(policy, beside, engine)
    from kaopu.decision.core.columns.value import CannotCompile

    total = by_zen = 0
    while batch := list(islice(rows, BATCH_ROWS)):
        try:
            answers, live = decide(batch)
        except CannotCompile as reason:
            raise BadInput(f"{policy.name}: cannot be run on --engine {engine}: {reason}") from reason
        total, by_zen = total + len(batch), by_zen + live
        yield from answers
    if by_zen:
        typer.echo(f"{by_zen:,} of {total:,} rows were decided by the live engine", err=True)


def _decider(policy: PolicyFile, beside: Path, engine: Engine) -> Callable[[list[Any]], tuple[list[Answer], int]]:
    if engine is Engine.SPARK:
        from kaopu.decision.engines import spark

        return lambda batch: spark.decide_rows(policy, batch, beside)
    from kaopu.decision.engines.columns import decide_rows

    return lambda batch: decide_rows(policy, batch, beside)
