"""Many inputs at once: the graph compiled to one query on DuckDB; what columns cannot know is decided by zen.

answers, live = decide_rows(policy, rows, beside)     # JSON rows in, answers in the same order out
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import ibis

from kaopu.decision.core.answer import Answer, answer_from, referred
from kaopu.decision.core.columns.graph import compile_graph
from kaopu.decision.core.columns.inputs import ROW, arrow_table, root_value
from kaopu.decision.core.columns.outputs import Unsure, outputs_of
from kaopu.decision.core.columns.plan import Plan
from kaopu.decision.core.columns.schema import told_apart
from kaopu.decision.core.columns.shapes import row_fits, shape_of
from kaopu.decision.core.columns.truth import column
from kaopu.decision.core.policy.null_law import breaches
from kaopu.decision.engines.live import LiveEngine
from kaopu.decision.engines.nested import nested_graphs
from kaopu.kernel.clock import system_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from kaopu.decision.core.columns.value import Shape
    from kaopu.decision.core.policy.policy_file import PolicyFile

ibis.options.sql.fuse_selects = False
RARE = 0.005  # keys that fewer rows of a bare graph's batch have are zen's: each column costs all the others


@dataclass(frozen=True)
class CompiledPolicy:
    """A policy's graph over columns of one shape.

    `table(inputs)` gives, for an Ibis table with the columns of `arrow_table`, the row's number, `failed` (id of the
    node that fails, NULL where none does), `undecided`, and the output columns that `read` makes JSON of.
    """

    policy: PolicyFile
    shape: Shape
    plan: Plan
    outputs: Mapping[str, Any]
    read: Callable[[Mapping[str, Any]], Any]

    def table(self, inputs: Any) -> Any:
        """The answer of every row as columns."""
        return self.plan.bind(inputs, dict(self.outputs), also=(ROW,))


def compile_policy(
    policy: PolicyFile, shape: Shape, now: datetime | None = None, beside: Path | None = None
) -> CompiledPolicy:
    """The columns of a policy for inputs of a shape.

    Args:
        policy: as read.
        shape: of the inputs.
        now: what the clock says to a bare graph that reads it.
        beside: the folder of nested decisions.

    Raises:
        CannotCompile: naming the node and the reason.
    """
    plan = Plan()
    made = compile_graph(policy.graph, root_value(shape, plan), plan, now, nested_graphs(policy.graph, beside))
    outputs, read = outputs_of(made.result)
    failed = ibis.cases(*[(rows, name) for name, rows in map(_literal, made.failures)]) if made.failures else None
    outputs["failed"] = ibis.null("string") if failed is None else failed
    outputs["undecided"] = column(made.undecided)
    return CompiledPolicy(policy, shape, plan, outputs, read)


def _literal(failure: tuple[str, Any]) -> tuple[Any, Any]:
    name, rows = failure
    return ibis.literal(name), column(rows)


def decide_rows(policy: PolicyFile, rows: Sequence[Any], beside: Path | None = None) -> tuple[list[Answer], int]:
    """(the answers in the order of the rows, how many of them the live engine gave).

    Raises:
        CannotCompile: naming the node and the reason.
    """
    return decide_with(_on_duckdb, policy, rows, beside)


def decide_with(
    evaluate: Callable[[CompiledPolicy, Any], list[dict[str, Any]]],
    policy: PolicyFile,
    rows: Sequence[Any],
    beside: Path | None,
) -> tuple[list[Answer], int]:
    """The same with the engine that evaluates the table as an argument."""
    answers: dict[int, Answer] = {}
    manifest = policy.manifest
    if manifest is not None:
        answers = {n: referred(*broken) for n, row in enumerate(rows) if (broken := breaches(manifest, row))}
    rare = 0.0 if manifest is not None else RARE
    shape = shape_of([row for n, row in enumerate(rows) if n not in answers and isinstance(row, dict)] or [{}], rare)
    compiled = compile_policy(policy, shape, system_clock().now() if manifest is None else None, beside)
    apart = told_apart(policy.graph)
    numbers = [n for n, row in enumerate(rows) if n not in answers and row_fits(row, shape, apart)]
    if numbers:
        found = evaluate(compiled, arrow_table([rows[n] for n in numbers], shape, numbers))
        for row in found:
            answer = _answer(row, compiled)
            if answer is not None:
                answers[row[ROW]] = answer
    left = [n for n in range(len(rows)) if n not in answers]
    live = LiveEngine(policy, beside) if left else None
    for n in left:
        answers[n] = live.decide(rows[n])  # type: ignore[union-attr]
    return [answers[n] for n in range(len(rows))], len(left)


def _answer(row: Mapping[str, Any], compiled: CompiledPolicy) -> Answer | None:
    """None where zen decides."""
    if row["undecided"] is not False:
        return None
    if row["failed"] is not None:
        return referred(f"evaluation_failed:{row['failed']}")
    try:
        result = compiled.read(row)
    except Unsure:
        return None
    if result is None:  # a table of which no row hits, at the very end
        result = {}
    if isinstance(result, dict):
        result = {key: value for key, value in result.items() if value is not None}
    manifest = compiled.policy.manifest
    return Answer(None, (), result) if manifest is None else answer_from(result, tuple(manifest.outcomes))


def _on_duckdb(compiled: CompiledPolicy, inputs: Any) -> list[dict[str, Any]]:
    query = ibis.to_sql(compiled.table(ibis.table(schema_of(inputs), name="inputs")), dialect="duckdb")
    with duckdb.connect() as connection:
        connection.register("inputs", inputs)
        return list(connection.sql(query).to_arrow_table().to_pylist())


def schema_of(inputs: Any) -> ibis.Schema:
    """The Ibis schema of an Arrow table."""
    return ibis.Schema.from_pyarrow(inputs.schema)
