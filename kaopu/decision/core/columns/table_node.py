"""A decision table in columns: which row hits first, and what each output is there; or all that hit, as a list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.columns.choose import choose
from kaopu.decision.core.columns.expression import evaluate
from kaopu.decision.core.columns.kinds import NULL, has
from kaopu.decision.core.columns.merge import EMPTY, items_of, put
from kaopu.decision.core.columns.settle import settled
from kaopu.decision.core.columns.truth import both, either, known, negate
from kaopu.decision.core.columns.uses import uses_name
from kaopu.decision.core.columns.value import CannotCompile, Fields, Items, Number, Value
from kaopu.decision.core.zen.parse import parse, parse_unary
from kaopu.decision.core.zen.tokens import BadExpression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.columns.scope import Scope

ABSENT = (NULL, False)


def table(content: Mapping[str, Any], scope: Scope) -> Value:
    """The node's own result, before passThrough."""
    rules = content.get("rules") or []
    columns = [(each["id"], _subject(each, scope)) for each in content.get("inputs") or []]
    hits = [_hit(rule, columns, scope) for rule in rules]
    undecided = either(*[unsure for _, unsure in hits])
    outputs = [(each["id"], tuple((each.get("field") or "").split("."))) for each in content.get("outputs") or []]
    results = [[_cell(rule.get(key), scope) for key, _ in outputs] for rule in rules]
    # A row whose output cell fails is passed over as if it had not hit (zen 2.1.3).
    hits = [
        (
            both(
                hit, *[there for (key, _), (_, there) in zip(outputs, cells, strict=True) if _is_written(rule.get(key))]
            ),
            u,
        )
        for rule, cells, (hit, u) in zip(rules, results, hits, strict=True)
    ]
    if content.get("hitPolicy") == "collect":
        return replace(
            _collected([path for _, path in outputs], results, [hit for hit, _ in hits]), undecided=undecided
        )
    return _first([path for _, path in outputs], results, [hit for hit, _ in hits], undecided, scope)


def _subject(declared: Mapping[str, Any], scope: Scope) -> Value | str | None:
    """The value that the cells of a column are compared with; None: each cell is an expression of its own."""
    field = declared.get("field")
    if field is None or not field.strip():
        return None
    try:
        node = parse(field)
    except BadExpression:
        return "broken"
    return settled(evaluate(node, scope), scope.keep)


def _hit(rule: Mapping[str, Any], columns: list[tuple[str, Any]], scope: Scope) -> tuple[Any, Any]:
    tests, unsure = [], []
    for key, subject in columns:
        cell = rule.get(key)
        if cell is None or not str(cell).strip():
            continue
        holds, undecided = _test(str(cell), subject, scope)
        tests.append(holds)
        unsure.append(undecided)
    return both(*tests), either(*unsure)


def _test(cell: str, subject: Any, scope: Scope) -> tuple[Any, Any]:
    if subject == "broken" if isinstance(subject, str) else False:
        return False, False
    try:
        node = parse(cell) if subject is None else parse_unary(cell)
    except BadExpression:
        return False, False
    if subject is not None and subject.failed is True:
        return False, False
    made = evaluate(node, scope if subject is None else replace(scope, current=subject))
    failed = either(made.failed, False if subject is None else subject.failed)
    if made.boolean is None or failed is True:
        return False, made.undecided
    holds = made.boolean
    certain = made.complete and has(made) == ("boolean",) and failed is False
    literal = holds.op()
    if certain and isinstance(literal, ibis.expr.operations.Literal):
        return bool(literal.value), made.undecided
    return (holds if certain else both(known(holds), negate(failed))), made.undecided


def _is_written(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())


def _cell(cell: Any, scope: Scope) -> tuple[Value, Any]:
    if cell is None or not str(cell).strip():
        return ABSENT
    try:
        node = parse(str(cell))
    except BadExpression:
        return ABSENT
    if uses_name(node, "$"):
        raise CannotCompile("an output cell reads `$`")
    made = evaluate(node, scope)
    if made.failed is True:
        return ABSENT
    present = negate(made.failed)
    return replace(made, failed=False), present


def _collected(paths: list[tuple[str, ...]], results: list[list[tuple[Value, Any]]], hits: list[Any]) -> Value:
    listed = []
    for cells, hit in zip(results, hits, strict=True):
        if hit is False:
            continue
        made = EMPTY
        for path, (value, present) in zip(paths, cells, strict=True):
            if present is not False:
                made = put(made, path, value, present)
        listed.append((made, hit))
    return Value(items=Items(True, tuple(listed)), complete=True)


def _first(
    paths: list[tuple[str, ...]], results: list[list[tuple[Value, Any]]], hits: list[Any], undecided: Any, scope: Scope
) -> Value:
    live = [place for place, hit in enumerate(hits) if hit is not False]
    for order, place in enumerate(live):
        if hits[place] is True:
            live = live[: order + 1]
            break
    chosen = _chosen([hits[place] for place in live], scope)
    always = bool(live) and hits[live[-1]] is True
    made = EMPTY
    for number, path in enumerate(paths):
        value, present = _of_output([results[place][number] for place in live], chosen, always=always)
        if present is not False:
            made = put(made, path, value, present)
    hit = always if always or isinstance(chosen, int) else chosen >= 0
    if hit is False:
        return Value(undecided=undecided)  # null, as everywhere that no row hits
    return Value(fields=Fields(items_of(made), hit), complete=hit is True, undecided=undecided)


def _chosen(hits: list[Any], scope: Scope) -> Any:
    """The place of the first hit, as one small column; -1 for none. Several outputs read it."""
    if not hits or hits[0] is True:
        return 0 if hits else -1
    cases = [(hit, ibis.literal(place, "int16")) for place, hit in enumerate(hits) if hit is not True]
    last = len(hits) - 1 if hits[-1] is True else -1
    return scope.keep(ibis.cases(*cases, else_=ibis.literal(last, "int16")))


def _of_output(cells: list[tuple[Value, Any]], chosen: Any, *, always: bool) -> tuple[Value, Any]:
    if isinstance(chosen, int):
        return cells[chosen] if chosen >= 0 else ABSENT
    hits = [chosen == place for place in range(len(cells))]
    present = _present(cells, chosen, hits, always=always)
    if all(set(has(cell)) <= {"number", "text", "boolean"} for cell, _ in cells):
        return _flat(cells, hits, complete=present is True), present
    value: Value = NULL
    for (cell, there), hit in zip(reversed(cells), reversed(hits), strict=True):
        if there is not False:
            value = choose(hit, cell, value)
    return value, present


def _present(cells: list[tuple[Value, Any]], chosen: Any, hits: list[Any], *, always: bool) -> Any:
    plain = [hit for (_, there), hit in zip(cells, hits, strict=True) if there is True]
    if len(plain) == len(cells):
        return True if always else chosen >= 0
    partly = [both(hit, there) for (_, there), hit in zip(cells, hits, strict=True) if not isinstance(there, bool)]
    return either(*plain, *partly)


def _flat(cells: list[tuple[Value, Any]], hits: list[Any], *, complete: bool) -> Value:
    """One CASE a kind. `complete`: some row always hits, and every row has this cell."""
    parts: dict[str, Any] = {}
    kinds = {kind for cell, there in cells if there is not False for kind in has(cell)}
    for kind in kinds:
        filled = [
            (hit, getattr(cell, kind)) for (cell, there), hit in zip(cells, hits, strict=True) if there is not False
        ]
        filled = [(hit, there) for hit, there in filled if there is not None]
        if kind == "number":
            parts[kind] = _numbers(filled)
        else:
            parts[kind] = ibis.cases(*filled)
    unsure = either(*[both(hit, cell.undecided) for (cell, _), hit in zip(cells, hits, strict=True)])
    sure = complete and len(kinds) == 1 and all(cell.complete and len(has(cell)) == 1 for cell, _ in cells)
    return Value(**parts, undecided=unsure, complete=sure)


def _numbers(filled: list[tuple[Any, Number]]) -> Number:
    some = [each for _, each in filled]
    size = None
    if any(each.size is not None for each in some):
        size = ibis.cases(*[(hit, each.column.abs() if each.size is None else each.size) for hit, each in filled])
    return Number(
        ibis.cases(*[(hit, each.column) for hit, each in filled]),
        max(each.digits for each in some),
        all(each.whole for each in some),
        max(each.bound for each in some),
        min(each.least for each in some),
        size,
        all(each.plain for each in some),
    )
