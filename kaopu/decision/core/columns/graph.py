"""A whole JDM graph as columns: node by node in zen's own order, each in the rows in which it runs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

import zen

from kaopu.decision.core.columns.choose import choose
from kaopu.decision.core.columns.expression import evaluate
from kaopu.decision.core.columns.kinds import NULL, is_kind, is_null
from kaopu.decision.core.columns.merge import EMPTY, merged, put, shown
from kaopu.decision.core.columns.packing import pack
from kaopu.decision.core.columns.schema import breaks, schema_of
from kaopu.decision.core.columns.scope import Scope
from kaopu.decision.core.columns.settle import settled
from kaopu.decision.core.columns.table_node import table
from kaopu.decision.core.columns.truth import both, either, known, negate
from kaopu.decision.core.columns.uses import uses_whole
from kaopu.decision.core.columns.value import CannotCompile, Fields, Items, Value
from kaopu.decision.core.zen.parse import parse
from kaopu.decision.core.zen.syntax import ObjectOf
from kaopu.decision.core.zen.tokens import BadExpression

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from kaopu.decision.core.columns.plan import Plan

PASSING = frozenset({"inputNode", "outputNode", "switchNode"})
WORKING = frozenset({"expressionNode", "decisionTableNode", "decisionNode"})
DEEPEST = 4  # a nested decision below as many others fails in zen: "Depth limit exceeded"


@dataclass(frozen=True)
class GraphColumns:
    """What a graph says per row: its result, the rows that fail with the node that fails, the rows left to zen."""

    result: Value
    failures: tuple[tuple[str, Any], ...]
    undecided: Any


@dataclass
class _Walk:
    """Rows in which each node ran, what it gave, and who failed; filled in zen's order."""

    graph: Mapping[str, Any]
    plan: Plan | _Keeper
    now: datetime | None = None
    decisions: Mapping[str, Any] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    whole: dict[str, Value] = field(default_factory=dict)
    outputs: dict[str, Value] = field(default_factory=dict)
    runs: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Any] = field(default_factory=dict)
    arrives: dict[str, Any] = field(default_factory=dict)  # the same if no output node ended the evaluation
    branches: dict[tuple[str, str], Any] = field(default_factory=dict)
    failures: list[tuple[str, Any]] = field(default_factory=list)
    undecided: Any = False
    stopped: Any = False  # an output node was reached, or a node failed


@dataclass(frozen=True)
class _Keeper:
    """What a nested decision knows of the plan."""

    keep: Callable[[Any], Any]


def compile_graph(  # noqa: PLR0917 - the last two are of nested decisions
    graph: Mapping[str, Any],
    root: Value,
    plan: Plan | _Keeper,
    now: datetime | None = None,
    decisions: Mapping[str, Any] | None = None,
    above: tuple[str, ...] = (),
) -> GraphColumns:
    """The columns of a graph.

    Args:
        graph: nodes and edges.
        root: the input as a Value of plan's placeholders.
        plan: takes the intermediate columns.
        now: what the clock says where the graph reads it; None refuses such graphs.
        decisions: the graphs of nested decisions by their key.
        above: the keys of the decisions in which this one is nested, outermost first.

    Raises:
        CannotCompile: naming the node and the reason.
    """
    nodes = {node["id"]: node for node in graph["nodes"]}
    order = _order(graph)
    _refuse_unknown(nodes, order)
    walk = _Walk(graph, plan, now, decisions or {}, above)
    for identity in order:
        try:
            _run(nodes[identity], root, walk)
        except CannotCompile as reason:
            raise CannotCompile(f"node {nodes[identity].get('name') or identity} ({identity}): {reason}") from reason
    sources = {edge["sourceId"] for edge in graph["edges"]}
    ends = [(identity, walk.runs[identity]) for identity in nodes if identity in walk.outputs.keys() - sources]
    result = EMPTY
    for identity, runs in ends:
        result = _over(result, walk.outputs[identity], runs)
    odd = {identity for identity, _ in ends if nodes[identity]["type"] == "switchNode"}
    undecided = either(walk.undecided, result.undecided, _order_unsure(walk), _odd_together(ends, odd, walk))
    return GraphColumns(result, tuple(walk.failures), undecided)


def _order_unsure(walk: _Walk) -> Any:
    """Rows in which it matters which of two nodes side by side runs first: closed branches change zen's order.

    An output node beside one that runs, or two that both fail.
    """
    nodes = walk.graph["nodes"]
    ends = [node["id"] for node in nodes if node["type"] == "outputNode" and node["id"] in walk.arrives]
    if not any(node["type"] == "switchNode" for node in nodes):
        return False
    found: list[Any] = []
    for end in ends:
        before = _above(end, walk.graph["edges"])
        beside = [rows for identity, rows in walk.arrives.items() if identity not in before]
        found += [both(walk.arrives[end], rows) for rows in beside]
    for (one, fails), (other, too) in combinations(walk.faults.items(), 2):
        if one not in _above(other, walk.graph["edges"]) and other not in _above(one, walk.graph["edges"]):
            found.append(both(fails, too))
    return walk.plan.keep(either(*found))


def _odd_together(parts: list[tuple[str, Any]], odd: set[str], walk: _Walk) -> Any:
    """Rows in which several results are laid over each other and one of them is no object: those are zen's.

    What a null or an array does to what lies below depends on what zen shares between nodes.
    """
    doubtful = odd | {identity for identity, _ in parts if not _surely_object(identity, walk)}
    found = [
        both(one_runs, other_runs)
        for (one, one_runs), (other, other_runs) in combinations(parts, 2)
        if one != other and {one, other} & doubtful
    ]
    return walk.plan.keep(either(*found)) if found else False


def _surely_object(identity: str, walk: _Walk) -> bool:
    value = walk.outputs[identity]
    return identity not in walk.whole and set(_kinds(value)) == {"fields"}


def _above(identity: str, edges: list[Mapping[str, Any]]) -> set[str]:
    """The node and all that lead to it."""
    found, waiting = {identity}, [identity]
    while waiting:
        target = waiting.pop()
        new = {edge["sourceId"] for edge in edges if edge["targetId"] == target} - found
        found |= new
        waiting += new
    return found


def _refuse_unknown(nodes: Mapping[str, Any], order: list[str]) -> None:
    for identity in order:
        node = nodes[identity]
        if node["type"] not in PASSING | WORKING:
            name = node.get("name") or identity
            raise CannotCompile(f"node {name} ({identity}): a {node['type']} has no columns")


def _order(graph: Mapping[str, Any]) -> list[str]:
    """The order in which zen evaluates, asked of zen with every node emptied; unconnected nodes are not in it."""
    emptied = []
    for node in graph["nodes"]:
        plain = {key: node[key] for key in ("id", "type", "name", "position") if key in node}
        if node["type"] != "inputNode":
            plain |= {"type": "expressionNode", "content": {"expressions": []}}
        emptied.append({"name": node["id"], "position": {"x": 0, "y": 0}, **plain})
    edges = [
        {key: edge[key] for key in ("id", "sourceId", "targetId", "type") if key in edge} for edge in graph["edges"]
    ]
    text = json.dumps({"nodes": emptied, "edges": edges})
    try:
        trace = zen.ZenEngine().create_decision(text).evaluate({}, {"trace": True})["trace"]
    except Exception as wrong:  # zen raises plain exceptions
        raise CannotCompile(f"zen does not take this graph: {str(wrong).splitlines()[0]}") from wrong
    return [key for key, _ in sorted(trace.items(), key=lambda pair: pair[1]["order"])]


def _run(node: Mapping[str, Any], root: Value, walk: _Walk) -> None:
    identity = node["id"]
    given, arrives = (root, True) if node["type"] == "inputNode" else _arriving(identity, walk)
    walk.arrives[identity] = arrives
    runs = both(arrives, negate(walk.stopped))
    walk.runs[identity] = walk.plan.keep(runs)
    runs = walk.runs[identity]
    if runs is False:
        return
    if node["type"] == "switchNode":
        _switch(node, given, runs, walk)
        walk.outputs[identity] = given
    elif node["type"] in PASSING:
        _judge(node, given, runs, walk)
        walk.outputs[identity] = given
        if node["type"] == "outputNode":
            walk.stopped = either(walk.stopped, runs)
    else:
        made = _worked(node, given, walk)
        walk.faults[identity] = walk.plan.keep(both(arrives, made.failed))
        failed = both(runs, made.failed)
        if failed is not False:
            failed = walk.plan.keep(failed)
            walk.failures.append((identity, failed))
            walk.stopped = either(walk.stopped, failed)
        walk.undecided = either(walk.undecided, both(runs, known(made.undecided)))
        walk.outputs[identity] = settled(replace(made, failed=False, undecided=False), walk.plan.keep)


def _judge(node: Mapping[str, Any], given: Value, runs: Any, walk: _Walk) -> None:
    """What breaks the node's schema fails there."""
    schema = schema_of(node)
    if schema is None:
        return
    broken, undecided = breaks(schema, given)
    walk.undecided = either(walk.undecided, both(runs, undecided))
    failed = both(runs, broken)
    if failed is not False:
        failed = walk.plan.keep(failed)
        walk.failures.append((node["id"], failed))
        walk.stopped = either(walk.stopped, failed)


def _arriving(identity: str, walk: _Walk) -> tuple[Value, Any]:
    """(the input of a node, the rows in which it runs): the first edge in the file has the last word."""
    sources: list[tuple[str, Any]] = []
    for edge in reversed(walk.graph["edges"]):
        source = edge["sourceId"]
        if edge["targetId"] != identity or source not in walk.outputs:
            continue
        active = walk.runs[source]
        if (source, "") in walk.branches:
            active = both(active, walk.branches.get((source, edge.get("sourceHandle") or ""), False))
            if not edge.get("sourceHandle"):
                active = False
        sources.append((source, active))
    live = [(source, active) for source, active in sources if active is not False]
    if not live:
        return NULL, False
    if len({source for source, _ in live}) == 1:
        return walk.outputs[live[0][0]], either(*[active for _, active in live])
    walk.undecided = either(walk.undecided, _odd_together(live, set(), walk))
    value = EMPTY
    for source, active in live:
        value = settled(_over(value, walk.outputs[source], active), walk.plan.keep)
    return value, either(*[active for _, active in live])


def _over(target: Value, patch: Value, runs: Any) -> Value:
    """Merge as zen does; an array or a scalar replaces what was there."""
    if runs is False or not _kinds(patch):
        return target
    if set(_kinds(patch)) == {"fields"}:
        return merged(target, patch, runs) if target.fields is not None else choose(runs, patch, target)
    if set(_kinds(patch)) == {"items"}:
        return choose(runs, patch, target) if runs is not True else patch
    raise CannotCompile("a node's result may be of several kinds")


def _kinds(value: Value) -> list[str]:
    kinds = ("number", "text", "boolean", "moment", "fields", "items", "span")
    return [kind for kind in kinds if getattr(value, kind) is not None]


def _switch(node: Mapping[str, Any], given: Value, runs: Any, walk: _Walk) -> None:
    content = node["content"]
    scope = _scope(given, walk)
    walk.branches[node["id"], ""] = True
    before: Any = False
    first = content.get("hitPolicy") != "collect"
    for statement in content.get("statements") or []:
        holds, undecided = _holds(statement, scope)
        walk.undecided = either(walk.undecided, both(runs, undecided))
        branch = both(holds, negate(before)) if first else holds
        branch = walk.plan.keep(branch)
        walk.branches[node["id"], statement["id"]] = branch
        before = either(before, branch)


def _holds(statement: Mapping[str, Any], scope: Scope) -> tuple[Any, Any]:
    condition = statement.get("condition") or ""
    if not condition.strip():
        return True, False
    if statement.get("isDefault"):
        raise CannotCompile("a default branch with a condition")
    try:
        parsed = parse(condition)
    except BadExpression:
        return False, False
    _refuse_whole(parsed)
    made = evaluate(parsed, scope)
    if made.boolean is None or made.failed is True:
        return False, known(made.undecided)
    return known(both(is_kind(made, "boolean"), made.boolean)), known(made.undecided)


def _scope(given: Value, walk: _Walk) -> Scope:
    names = {node["id"]: node.get("name") or node["id"] for node in walk.graph["nodes"]}
    nodes = {names[key]: (walk.whole.get(key, value), walk.runs[key]) for key, value in walk.outputs.items()}
    return Scope(root=given, keep=walk.plan.keep, nodes=Value(fields=Fields(nodes), complete=True), now=walk.now)


def _worked(node: Mapping[str, Any], given: Value, walk: _Walk) -> Value:
    """An expression node or a table with what stands around it: input field, loop, output path, passThrough."""
    content = node["content"]
    scope = _scope(given, walk)
    inner, failed, undecided = _inner(content, scope)
    work = {"decisionTableNode": _table, "expressionNode": _expressions}.get(node["type"]) or partial(_nested, walk)
    passes = content.get("passThrough") is True
    if content.get("executionMode") == "loop":
        made = _looped(content, inner, scope, work, passes=passes)
    else:
        wrong_kind = _no_object(inner)
        if wrong_kind is not False:
            undecided = either(undecided, wrong_kind)
        made = work(content, replace(scope, root=inner))
    failed, undecided = either(failed, made.failed), either(undecided, made.undecided)
    made = replace(made, failed=False, undecided=False)
    path = content.get("outputPath")
    if made.fields is not None and made.fields.here is not True and not path:
        # A table of which no row hits gives null; for what comes after, that is an object without keys.
        walk.whole[node["id"]] = made
        made = replace(made, fields=replace(made.fields, here=True), complete=True)
    if path:
        made = put(EMPTY, tuple(path.split(".")), made)
    if passes:
        walk.whole.pop(node["id"], None)
        made = merged(given, made) if made.fields is not None else made if _kinds(made) else merged(given, EMPTY)
    return replace(made, failed=failed, undecided=undecided)


def _inner(content: Mapping[str, Any], scope: Scope) -> tuple[Value, Any, Any]:
    text = content.get("inputField")
    if not text:
        return scope.root, False, False
    try:
        parsed = parse(text)
    except BadExpression:
        return NULL, True, False
    made = evaluate(parsed, scope)
    return replace(made, failed=False, undecided=False), made.failed, known(made.undecided)


def _no_object(value: Value) -> Any:
    """Rows in which a node's input is neither an object nor null."""
    others = [kind for kind in _kinds(value) if kind != "fields"]
    return either(*[is_kind(value, kind) for kind in others])


def _looped(
    content: Mapping[str, Any], inner: Value, scope: Scope, work: Callable[..., Value], *, passes: bool
) -> Value:
    failed = negate(is_kind(inner, "items"))
    if inner.items is None:
        return Value(failed=True)

    def one(element: Value, keep: Callable[[Any], Any]) -> Value:
        wrong = _no_object(element)
        made = work(content, replace(scope, root=element, keep=keep))
        if passes and (made.fields is not None or not _kinds(made)):
            made = made if made.fields is not None else replace(EMPTY, failed=made.failed, undecided=made.undecided)
            base = Value(fields=element.fields or Fields(here=False))
            spoiled = made
            made = merged(base, replace(made, failed=False, undecided=False))
            made = replace(made, failed=spoiled.failed, undecided=either(spoiled.undecided, is_null(element)))
        return replace(made, undecided=either(made.undecided, wrong))

    if inner.items.listed is not None:
        listed = [(one(element, scope.keep), present) for element, present in inner.items.listed]
        items = Items(inner.items.here, tuple((replace(v, failed=False, undecided=False), p) for v, p in listed))
        failed = either(failed, *[both(present, value.failed) for value, present in listed])
        undecided = either(*[both(present, value.undecided) for value, present in listed])
        return Value(items=items, complete=True, failed=failed, undecided=undecided)
    return _looped_column(inner, one, failed)


def _looped_column(inner: Value, one: Callable[..., Value], failed: Any) -> Value:
    items = inner.items
    assert items is not None  # noqa: S101 - the caller looked
    element = items.element
    assert element is not None  # noqa: S101 - an array column knows its elements

    def flags(name: str) -> Any:
        def flag(each: Any) -> Any:
            found = known(getattr(one(element(each), lambda column: column), name))
            import ibis

            return ibis.literal(found) if isinstance(found, bool) else found

        return flag

    packed = pack(lambda each: one(element(each), lambda column: column), items.column)
    undecided: Any = False
    if packed.may_fail:
        failed = either(failed, known(items.column.filter(flags("failed")).length() > 0))
    if packed.may_be_undecided:
        undecided = known(items.column.filter(flags("undecided")).length() > 0)
    return Value(
        items=Items(items.here, None, packed.column, packed.element), complete=True, failed=failed, undecided=undecided
    )


def _table(content: Mapping[str, Any], scope: Scope) -> Value:
    for text in _texts(content):
        try:
            parsed = parse(text)
        except BadExpression:
            continue
        _refuse_whole(parsed)
    return table(content, scope)


def _nested(walk: _Walk, content: Mapping[str, Any], scope: Scope) -> Value:
    """The result of another graph; whatever fails in it fails here."""
    key = str(content.get("key") or "")
    if key in walk.above:
        raise CannotCompile(f"the nested decision {key} calls itself")
    if len(walk.above) >= DEEPEST:
        return Value(failed=True)
    if key not in walk.decisions:
        raise CannotCompile(f"the nested decision {key or '(no key)'} is not there")
    above, keeper = (*walk.above, key), _Keeper(scope.keep)
    made = compile_graph(walk.decisions[key], scope.root, keeper, walk.now, walk.decisions, above)
    failed = either(*[rows for _, rows in made.failures])
    undecided = either(made.undecided, is_null(scope.root))
    result = made.result
    if result.fields is not None:
        # Nulls at the top of a result are left out of it, as at the end of every graph.
        items = {k: (v, both(shown(v, there), negate(is_null(v)))) for k, (v, there) in result.fields.items.items()}
        result = replace(result, fields=replace(result.fields, items=items))
    return replace(result, failed=failed, undecided=either(undecided, result.undecided))


def _texts(content: Mapping[str, Any]) -> list[str]:
    keys = [each["id"] for each in content.get("outputs") or []]
    cells = [str(rule[key]) for rule in content.get("rules") or [] for key in keys if rule.get(key)]
    return cells + [each["field"] for each in content.get("inputs") or [] if each.get("field")]


def _refuse_whole(parsed: Any) -> None:
    if uses_whole(parsed, "$root") or uses_whole(parsed, "$nodes"):
        raise CannotCompile("`$root` or `$nodes` is read as a whole")


def _expressions(content: Mapping[str, Any], scope: Scope) -> Value:
    made = EMPTY
    failed: Any = False
    undecided: Any = False
    shared: list[tuple[str, ...]] = []
    for each in content.get("expressions") or []:
        key, text = each.get("key") or "", each.get("value") or ""
        if not key or not text:
            continue
        try:
            parsed = parse(text)
        except BadExpression:
            return Value(failed=True)
        _refuse_whole(parsed)
        current = made if made.fields is not None and made.fields.items else NULL
        value = settled(evaluate(parsed, replace(scope, current=current)), scope.keep)
        if value.failed is True:
            return Value(failed=True, undecided=undecided)
        failed = either(failed, value.failed)
        undecided = either(undecided, known(value.undecided))
        path = tuple(key.split("."))
        if any(path[: len(each)] == each and path != each for each in shared):
            raise CannotCompile(f"{key} is put into an object that stands elsewhere too: zen changes both")
        if value.fields is not None and not isinstance(parsed, ObjectOf):
            shared.append(path)
        made = put(made, path, replace(value, failed=False, undecided=False))
    return replace(made, failed=failed, undecided=either(undecided, known(made.undecided)))
