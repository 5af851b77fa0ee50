"""Two policies over a population in one query: the file is read once, Python sees only cells.

Rows that columns cannot decide (marked or undecided) are read again, decided by zen and added to the cells.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import duckdb
import ibis
from ibis.expr import operations as ops

from kaopu.decision.core.answer import REFER
from kaopu.decision.core.backtest.amounts import NAMES, AmountTally, added, amount_figures, tally_of
from kaopu.decision.core.backtest.cells import Cell, Tally
from kaopu.decision.core.backtest.figures import figures
from kaopu.decision.core.backtest.small_domains import simplified
from kaopu.decision.core.columns.graph import compile_graph
from kaopu.decision.core.columns.plan import Plan
from kaopu.decision.core.columns.truth import both, column, known
from kaopu.decision.core.columns.value import CannotCompile, Fields, Items, Number, Value
from kaopu.decision.core.policy.policy_input import NUMERIC
from kaopu.decision.engines.backtest_amounts import amount_columns, amount_in, sums_sql
from kaopu.decision.engines.live import LiveEngine
from kaopu.decision.engines.population import Population, Source, lawful_sql, open_population, quoted, unmarked_sql
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kaopu.decision.core.answer import Answer
    from kaopu.decision.core.policy.policy_file import PolicyFile
    from kaopu.decision.core.policy.policy_input import PolicyInput

ibis.options.sql.fuse_selects = False
NONE = "none"  # a bare graph that gives no text under `outcome`
SIDES = ("old", "new")
BATCH_ROWS = 20_000
GOOD_OR_BAD = {"good": 0, "bad": 1}


GROUPED = ("lawful_old", "lawful_new", "marked", "month", "segment", "part")
PARTS = {"month": "month", "segment": "segment", "part": "group"}
BESIDE = (*GROUPED, "bad", "loss", "profit")
KEYS = ("old_answer", "new_answer", "month", "segment", "part", "is_left")
TALLY = tuple(each.name for each in fields(Tally))
SUMS = (
    "count(*) AS rows, count(bad) AS known, coalesce(sum(bad), 0) AS bad, count(loss) AS losses, "
    "coalesce(sum(loss), 0) AS loss, coalesce(sum(loss * loss), 0) AS loss_squares, count(profit) AS profits, "
    "coalesce(sum(profit), 0) AS profit, coalesce(sum(profit * profit), 0) AS profit_squares"
)


@dataclass(frozen=True, slots=True)
class Queries:
    """The cells; the answers row by row; the base column of every input."""

    cells: str
    rows: str
    leaves: Mapping[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The columns of the population that are not inputs, by name; None: not asked for.

    `amounts` are output keys of the policies (limits, prices); `identity` is a column by which `affected` names a row.
    """

    outcome: str
    loss: str | None = None
    profit: str | None = None
    month: str | None = None
    segment: str | None = None
    group: str | None = None
    amounts: tuple[str, ...] = ()
    identity: str | None = None


def backtest(new: PolicyFile, old: PolicyFile, path: Path, asked: Asked, beside: tuple[Path, Path]) -> dict[str, Any]:
    """The figures of docs/backtest.md.

    Args:
        new: the policy that may come.
        old: the policy it is held against.
        path: the population, Parquet or CSV.
        asked: which columns hold the outcome, amounts, month, segment and group.
        beside: folders of the nested decisions of new and old.

    Raises:
        BadInput: a missing column, a value that is no outcome, or a graph that has no columns (node and reason).
    """
    started = time.perf_counter()
    with duckdb.connect() as connection:
        cells, live_rows = cells_of(connection, new, old, path, asked, beside)
    found = figures(cells, loss=asked.loss is not None, profit=asked.profit is not None)
    if asked.amounts:
        found["amounts"] = amount_figures(cells, asked.amounts)
    rows = found["rows"]
    found["live_share"] = live_rows / rows if rows else 0.0
    found["seconds"] = round(time.perf_counter() - started, 4)
    return found


def cells_of(  # noqa: PLR0917 - two policies, a file and what to read of it
    connection: duckdb.DuckDBPyConnection,
    new: PolicyFile,
    old: PolicyFile,
    path: Path,
    asked: Asked,
    beside: tuple[Path, Path],
) -> tuple[list[Cell], int]:
    """(the cells, how many rows zen decided)."""
    policies = {"old": old, "new": new}
    population = open_population(connection, path, [p.manifest for p in policies.values() if p.manifest])
    query = decided_sql(policies, population, asked)
    try:
        found = connection.sql(query.cells).fetchall()
        cells = [_cell(row) for row in found if not row[5]]
        left = sum(row[6] for row in found if row[5])
        if left:
            cells += _live_cells(
                connection, policies, query, dict(zip(("new", "old"), beside, strict=True)), asked.amounts
            )
    except duckdb.Error as wrong:
        raise BadInput(f"{path.name}: {str(wrong).splitlines()[0]}") from wrong
    return cells, left


def decided_sql(policies: Mapping[str, PolicyFile], population: Population, asked: Asked) -> Queries:
    """Both policies over the population as SQL."""
    plain = {name for name in (asked.outcome, asked.loss, asked.profit) if name}
    taken = {path: source for path, source in population.leaves.items() if ".".join(path) not in plain}
    names = {path: f"c{place}" for place, path in enumerate(taken)}
    # One plan for both: what the two policies have in common is worked out once.
    plan = Plan()
    outputs: dict[str, Any] = {}
    for side in SIDES:
        outputs |= _outputs(policies[side], side, _root(policies[side], taken, names, plan), plan, asked.amounts)
    outputs, small = simplified(plan, outputs, _never_null(policies, names))
    columns = {names[path]: source for path, source in taken.items()}
    base = _base_sql(policies, population, asked, columns, _reads(plan, outputs))
    types = {names[path]: _dtype(source) for path, source in taken.items() if _dtype(source) is not None}
    beside = {
        **dict.fromkeys(("lawful_old", "lawful_new", "marked"), "boolean"),
        "bad": "int8",
        "loss": "float64",
        "profit": "float64",
        **dict.fromkeys(("month", "segment", "part"), "string"),
    }
    table = ibis.table({**types, **beside}, name="base")
    rows = _answered(_after_base(base, plan.bind(table, outputs, also=tuple(table.columns))), len(asked.amounts))
    if small is None or asked.amounts:
        sums = SUMS + sums_sql(len(asked.amounts))
        return Queries(f"SELECT {', '.join(KEYS)}, {sums} FROM ({rows}) GROUP BY {', '.join(KEYS)}", rows, names)  # noqa: S608
    # Both answers hang on a few small columns: rows are summed up by these, the answers are found for the sums.
    staged = plan.bind(table, {}, also=(*BESIDE, *small))
    idle = {name for name, column in PARTS.items() if getattr(asked, column) is None}
    keys = ", ".join(name for name in (*GROUPED, *small) if name not in idle)
    nothing = "".join(f"NULL::VARCHAR AS {name}, " for name in sorted(idle))
    sums = f"SELECT {keys}, {nothing}{SUMS} FROM ({_after_base(base, staged)}) GROUP BY {keys}"  # noqa: S608
    summed = ibis.table(
        {**{name: staged.schema()[name] for name in (*GROUPED, *small)}, **dict.fromkeys(TALLY, "float64")}, name="base"
    )
    cells = _answered(_after_base(sums, Plan().bind(summed, outputs, also=(*GROUPED, *TALLY))))
    return Queries(f"SELECT {', '.join((*KEYS, *TALLY))} FROM ({cells})", rows, names)  # noqa: S608


def _after_base(base: str, table: Any) -> str:
    """Ibis writes `WITH …` or a SELECT; base becomes the first of its names."""
    inner = str(ibis.to_sql(table, dialect="duckdb"))
    start = f"WITH base AS NOT MATERIALIZED ({base})"
    return f"{start}, {inner[5:]}" if inner.startswith("WITH ") else f"{start} {inner}"


def _answered(decided: str, amounts: int = 0) -> str:
    answers = ", ".join(
        f"CASE WHEN NOT lawful_{side} THEN '{REFER}' ELSE {side}_outcome END AS {side}_answer" for side in SIDES
    )
    unsure = " OR ".join(f"(lawful_{side} AND {side}_undecided)" for side in SIDES)
    left = f"(lawful_old OR lawful_new) AND (marked OR {unsure}) AS is_left"
    lawful = ", ".join(
        f"CASE WHEN lawful_{side} THEN {name} END AS {name}"
        for side in SIDES
        for name in (f"{side}_amount{place}" for place in range(amounts))
    )
    kept = f" REPLACE ({lawful})" if lawful else ""
    return f"SELECT *{kept}, {answers}, {left} FROM ({decided})"  # noqa: S608 - names of our own


def _never_null(policies: Mapping[str, PolicyFile], names: Mapping[tuple[str, ...], str]) -> frozenset[str]:
    """Columns that are filled in every row that the null law of either policy lets pass."""
    required = [
        {each.path for each in policy.manifest.inputs if each.required} if policy.manifest else set()
        for policy in policies.values()
    ]
    return frozenset(name for path, name in names.items() if all(path in each for each in required))


def _outputs(policy: PolicyFile, side: str, root: Value, plan: Plan, amounts: tuple[str, ...]) -> dict[str, Any]:
    """The outcome and asked amounts of every row, and the rows in which columns cannot know them."""
    try:
        made = compile_graph(policy.graph, root, plan)
    except CannotCompile as reason:
        raise BadInput(f"{policy.name}: cannot be back-tested in columns: {reason}") from reason
    answer, present = (made.result.fields.items if made.result.fields else {}).get("outcome", (Value(), False))
    if answer.text is None or present is False:
        outcome = ibis.literal(NONE)
    else:
        here = both(made.result.fields.here if made.result.fields else False, present)
        words = known(column(here))
        outcome = ibis.ifelse(words, answer.text, ibis.null("string")).fill_null(NONE)
    if policy.manifest is not None:
        outcome = ibis.ifelse(outcome.isin(list(policy.manifest.outcomes)), outcome, ibis.literal(REFER))
    for _, failed in made.failures:
        outcome = ibis.ifelse(column(failed), ibis.literal(REFER), outcome)
    found = {f"{side}_outcome": outcome, f"{side}_undecided": column(known(made.undecided))}
    return found | amount_columns(policy.name, made, amounts, side)


def _reads(plan: Plan, outputs: Mapping[str, Any]) -> frozenset[str]:
    """The base columns that these outputs need, by way of the plan's kept columns."""
    seen: set[str] = set()
    todo = list(outputs.values())
    while todo:
        expression = todo.pop()
        for each in expression.op().find(ops.Field):
            if each.name not in seen:
                seen.add(each.name)
                if each.name in plan.kept:
                    todo.append(plan.kept[each.name])
    return frozenset(seen - set(plan.kept))


def _root(
    policy: PolicyFile, leaves: Mapping[tuple[str, ...], Source], names: Mapping[tuple[str, ...], str], plan: Plan
) -> Value:
    """The input as nested fields over the base columns; null and absent are the same in a population."""
    declared = {each.path: each for each in policy.manifest.inputs} if policy.manifest else {}
    tree: dict[str, Any] = {}
    for path, source in leaves.items():
        value = _leaf(source, declared.get(path), path, names[path], plan)
        if value is not None:
            level = tree
            for key in path[:-1]:
                level = level.setdefault(key, {})
            level[path[-1]] = value
    return _object(tree, ())


def _object(tree: Mapping[str, Any], path: tuple[str, ...]) -> Value:
    items = {key: (_object(each, (*path, key)) if isinstance(each, dict) else each, True) for key, each in tree.items()}
    return Value(fields=Fields(items), complete=True, path=path)


def _leaf(source: Source, declared: PolicyInput | None, path: tuple[str, ...], name: str, plan: Plan) -> Value | None:
    dtype = _dtype(source)
    if dtype is None:
        return None
    given = plan.given(name, dtype)
    complete = declared is not None and declared.required
    match source.kind:
        case "integer" | "number":
            whole = source.kind == "integer" or (declared is not None and declared.type.value == "integer")
            return Value(number=_number(given, declared, whole=whole), complete=complete, path=path)
        case "string" | "date":
            return Value(text=given, complete=complete, path=path)
        case "boolean":
            return Value(boolean=given, complete=complete, path=path)
    is_text = source.element == "string"

    def element(each: Any) -> Value:
        return Value(text=each, complete=True) if is_text else Value(number=Number(each), complete=True)

    return Value(items=Items(given.notnull(), None, given, element), path=path)


def _number(given: Any, declared: PolicyInput | None, *, whole: bool) -> Number:
    if declared is None or declared.type not in NUMERIC or declared.minimum is None or declared.maximum is None:
        return Number(given, whole=whole)
    return Number(given, whole=whole, bound=max(abs(float(declared.minimum)), abs(float(declared.maximum)), 1.0))


def _dtype(source: Source) -> str | None:
    if source.kind == "array":
        return {"string": "array<string>", None: None}.get(source.element, "array<float64>")
    kinds = {"integer": "float64", "number": "float64", "string": "string", "date": "string", "boolean": "boolean"}
    return kinds.get(source.kind)


def _cast(source: Source) -> str:
    kinds = {"float64": "DOUBLE", "string": "VARCHAR", "array<string>": "VARCHAR[]", "array<float64>": "DOUBLE[]"}
    wanted = kinds.get(_dtype(source) or "")
    stays = wanted is None or source.is_float or source.kind == "string"
    return source.sql if stays else f"({source.sql})::{wanted}"


def _base_sql(
    policies: Mapping[str, PolicyFile],
    population: Population,
    asked: Asked,
    columns: Mapping[str, Source],
    reads: frozenset[str],
) -> str:
    lawful = {
        side: lawful_sql(each.manifest, population) if each.manifest else "true" for side, each in policies.items()
    }
    plain = [unmarked_sql(columns[name]) for name in sorted(reads) if name in columns]
    unmarked = " AND ".join(each for each in plain if each) or "true"
    # What has no columns at all (an array of objects) is zen's to read.
    opaque = [f"({each.sql}) IS NULL" for each in columns.values() if _dtype(each) is None]
    marked = f"NOT ({' AND '.join([unmarked, *opaque])})"
    parts = [f"{_cast(source)} AS {name}" for name, source in columns.items()]
    parts += [f"{lawful[side]} AS lawful_{side}" for side in SIDES] + [f"{marked} AS marked"]
    parts.append(f"{_bad_sql(population.column(asked.outcome, '--outcome'), asked.outcome)} AS bad")
    parts += [f"{_amount_sql(population, getattr(asked, each), each)} AS {each}" for each in ("loss", "profit")]
    parts.append(f"{_month_sql(population, asked.month)} AS month")
    parts += [
        f"{_text_sql(population, getattr(asked, each), each)} AS {name}"
        for each, name in (("segment", "segment"), ("group", "part"))
    ]
    return f"SELECT {', '.join(parts)} FROM {population.scan}"  # noqa: S608 - names are quoted


def _bad_sql(source: Source, name: str) -> str:
    wrong = f"CASE WHEN {source.sql} IS NOT NULL THEN error({_message(name)}) END"
    if source.kind == "boolean":
        return f"({source.sql})::TINYINT"
    if source.kind in {"integer", "number"}:
        return f"(CASE {source.sql} WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE {wrong} END)::TINYINT"
    if source.kind == "string":
        whens = " ".join(f"WHEN '{word}' THEN {value}" for word, value in GOOD_OR_BAD.items())
        return f"(CASE {source.sql} {whens} ELSE {wrong} END)::TINYINT"
    raise BadInput(f"--outcome {name}: expected 0 and 1, true and false, or good and bad, found a {source.kind}")


def _message(name: str) -> str:
    words = f"--outcome {name}: expected 1 or true or bad, 0 or false or good, or nothing where it is unknown"
    return "'" + words.replace("'", "''") + "'"


def _amount_sql(population: Population, name: str | None, option: str) -> str:
    if name is None:
        return "NULL::DOUBLE"
    source = population.column(name, f"--{option}")
    if source.kind not in {"integer", "number"}:
        raise BadInput(f"{population.name}: --{option} {name}: expected a number in minor units, found a {source.kind}")
    return f"({source.sql})::DOUBLE"


def _month_sql(population: Population, name: str | None) -> str:
    if name is None:
        return "NULL::VARCHAR"
    source = population.column(name, "--month")
    return f"strftime({source.sql}, '%Y-%m')" if source.kind == "date" else f"left(({source.sql})::VARCHAR, 7)"


def _text_sql(population: Population, name: str | None, option: str) -> str:
    if name is None:
        return "NULL::VARCHAR"
    return f"coalesce(({population.column(name, f'--{option}').sql})::VARCHAR, '(none)')"


def _cell(row: tuple[Any, ...]) -> Cell:
    end, wide = 6 + len(TALLY), len(NAMES)
    amounts = tuple(AmountTally(*row[start : start + wide]) for start in range(end, len(row), wide))
    return Cell(row[0], row[1], row[2], row[3], row[4], Tally(*row[6:end]), amounts)


def _live_cells(
    connection: duckdb.DuckDBPyConnection,
    policies: Mapping[str, PolicyFile],
    query: Queries,
    beside: Mapping[str, Path],
    keys: tuple[str, ...],
) -> list[Cell]:
    engines = {side: LiveEngine(policies[side], beside[side]) for side in SIDES}
    sums: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0.0] * 9)
    amounts: dict[tuple[Any, ...], list[AmountTally]] = defaultdict(lambda: [AmountTally()] * len(keys))
    names = list(query.leaves.values())
    wanted = ", ".join([*map(quoted, names), "month", "segment", "part", "bad", "loss", "profit"])
    result = connection.execute(f"SELECT {wanted} FROM ({query.rows}) WHERE is_left")  # noqa: S608 - our own
    while rows := result.fetchmany(BATCH_ROWS):
        for row in rows:
            given = document(query.leaves, row)
            old, new = (decided(engines[side], given) for side in SIDES)
            month, segment, part, bad, loss, profit = row[len(names) :]
            place = (old.outcome, new.outcome, month, segment, part)
            _add(sums[place], bad, loss, profit)
            pairs = [tally_of(amount_in(old.output, key), amount_in(new.output, key)) for key in keys]
            amounts[place] = [added(each) for each in zip(amounts[place], pairs, strict=True)]
    return [Cell(*key, Tally(*values), tuple(amounts[key])) for key, values in sums.items()]  # type: ignore[call-arg, arg-type]


def document(leaves: Mapping[tuple[str, ...], str], row: tuple[Any, ...]) -> dict[str, Any]:
    """The input as JSON: what is NULL is absent."""
    given: dict[str, Any] = {}
    for path, value in zip(leaves, row, strict=False):
        level = given
        for key in path[:-1]:
            level = level.setdefault(key, {})
        if value is not None:
            level[path[-1]] = int(value) if isinstance(value, float) and value.is_integer() else value
    return given


def decided(engine: LiveEngine, given: dict[str, Any]) -> Answer:
    """The answer of zen; a bare graph's outcome is the text under `outcome`."""
    answer = engine.decide(given)
    if engine.policy.manifest is not None or answer.outcome is not None:
        return replace(answer, outcome=answer.outcome or REFER)
    said = answer.output.get("outcome") if isinstance(answer.output, dict) else None
    return replace(answer, outcome=said if isinstance(said, str) else NONE)


def _add(sums: list[float], bad: int | None, loss: float | None, profit: float | None) -> None:
    sums[0] += 1
    if bad is not None:
        sums[1] += 1
        sums[2] += bad
    for place, value in ((3, loss), (6, profit)):
        if value is not None:
            sums[place] += 1
            sums[place + 1] += value
            sums[place + 2] += value * value
