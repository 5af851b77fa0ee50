"""How zen runs graphs: each fact a sentence of docs/zen-semantics.md, a graph, an input, and zen's whole result."""

from __future__ import annotations

import json
from typing import Any

FAILS = "fails"
TOPS = {"in": "inputNode", "out": "outputNode", "end": "outputNode"}


def expressions(name: str, *pairs: tuple[str, str], **content: Any) -> dict[str, Any]:
    listed = [{"id": str(place), "key": key, "value": value} for place, (key, value) in enumerate(pairs)]
    return {"id": name, "type": "expressionNode", "name": name, "content": {"expressions": listed, **content}}


def table(
    name: str, field: str | None, rows: list[tuple[str, str]], output: str = "r", **content: Any
) -> dict[str, Any]:
    column = {"id": "i", "name": "i", **({} if field is None else {"field": field})}
    rules = [{"_id": str(place), "i": cell, "o": value} for place, (cell, value) in enumerate(rows)]
    outputs = [{"id": "o", "name": "o", "field": output}]
    whole = {"hitPolicy": "first", "inputs": [column], "outputs": outputs, "rules": rules, **content}
    return {"id": name, "type": "decisionTableNode", "name": name, "content": whole}


def switch(name: str, *conditions: str, hit: str = "first") -> dict[str, Any]:
    statements = [{"id": str(place), "condition": each} for place, each in enumerate(conditions)]
    return {"id": name, "type": "switchNode", "name": name, "content": {"hitPolicy": hit, "statements": statements}}


def graph(edges: str, *nodes: dict[str, Any], schema: Any = None) -> str:
    """`in-a a-out s:0-b`: from, the statement of a switch, to."""
    made = []
    for place, each in enumerate(edges.split()):
        source, target = each.split("-")
        source, _, handle = source.partition(":")
        made.append({"id": f"e{place}", "type": "edge", "sourceId": source, "targetId": target})
        made[-1] |= {"sourceHandle": handle} if handle else {}
    tops = [
        {"id": key, "type": kind, "name": key} for key, kind in TOPS.items() if key in edges.replace("-", " ").split()
    ]
    if schema is not None:
        tops[0]["content"] = {"schema": json.dumps(schema)}
    return json.dumps({"nodes": [*tops, *nodes], "edges": made})


A1, B2 = expressions("a", ("v", "1")), expressions("b", ("v", "2"), ("w", "1"))
TWO = switch("s", "x", "")
R1, R2 = expressions("a", ("r", "1")), expressions("b", ("r", "2"))
BRANCHES = "in-s s:0-a s:1-b a-out b-out"
LATE = [expressions("a", ("r", "1")), expressions("b", ("r", "missing + 1"))]
LOOP = {"executionMode": "loop", "inputField": "xs", "outputPath": "ys"}
XS: dict[str, Any] = {"xs": [{"x": 1, "k": 2}, {"x": 5}], "z": 1}

FACTS: list[tuple[str, str, Any, Any]] = [
    ("Of several parents that give the same key, the one whose edge stands first in the file wins.",
     graph("in-a in-b a-out b-out", A1, B2), {}, {"v": 1, "w": 1}),
    ("Of several parents that give the same key, the one whose edge stands first in the file wins.",
     graph("in-a in-b b-out a-out", A1, B2), {}, {"v": 2, "w": 1}),
    ("Where parents are merged, objects are merged key by key, at every depth.",
     graph("in-a in-b a-out b-out", expressions("a", ("v.x", "1")), expressions("b", ("v.y", "2"))), {},
     {"v": {"x": 1, "y": 2}}),
    ("Where parents are merged, an array replaces an array.",
     graph("in-a in-b a-out b-out", expressions("a", ("v", "[1]")), expressions("b", ("v", "[2, 3]"))), {}, {"v": [1]}),
    ("Where parents are merged, null takes the key away.",
     graph("in-a in-b a-out b-out", expressions("a", ("v", "null")), B2), {}, {"w": 1}),
    ("Nulls at the top of the result are left out, those deeper stay.",
     graph("in-out"), {"a": None, "b": {"c": None}}, {"b": {"c": None}}),
    ("A row of a table whose output cell fails is passed over, and the next row is tried.",
     graph("in-t t-out", table("t", "a", [("> 0", "a.b + 1"), ("> 0", "'next'")])), {"a": 1}, {"r": "next"}),
    ("A column without a field holds whole conditions.",
     graph("in-t t-out", table("t", None, [("a > 0 and b == 'x'", "1")])), {"a": 1, "b": "x"}, {"r": 1}),
    ("A table of which no row hits gives null (at the end, and to the node after it, an object without keys), one that collects an empty array.",
     graph("in-t t-out", table("t", "a", [("> 5", "1")])), {"a": 1}, {}),
    ("A table of which no row hits gives null (at the end, and to the node after it, an object without keys), one that collects an empty array.",
     graph("in-t t-out", table("t", "a", [("> 5", "1")], hitPolicy="collect")), {"a": 1}, []),
    ("A table of which no row hits gives null (at the end, and to the node after it, an object without keys), one that collects an empty array.",
     graph("in-t t-out", table("t", "a", [("> 5", "1")], outputPath="p.q")), {"a": 1}, {"p": {"q": None}}),
    ("A table of which no row hits gives null (at the end, and to the node after it, an object without keys), one that collects an empty array.",
     graph("in-t t-e e-out", table("t", "a", [("> 5", "1")]), expressions("e", ("k", "$nodes.t == null"))), {"a": 1},
     {"k": True}),
    ("A table of which no row hits gives null (at the end, and to the node after it, an object without keys), one that collects an empty array.",
     graph("in-t t-out", table("t", "x", [("> 1", "1")], **LOOP)), XS, {"ys": [None, {"r": 1}]}),
    ("A table that collects gives one object a row that hits, in the order of the rows.",
     graph("in-t t-out", table("t", "a", [("> 0", "1"), ("> 5", "2"), ("", "3")], hitPolicy="collect")), {"a": 1},
     [{"r": 1}, {"r": 3}]),
    ("With passThrough the node's own keys are laid over its input.",
     graph("in-t t-out", table("t", "a", [("> 0", "a + 1")], output="a", passThrough=True)), {"a": 1, "b": 2},
     {"a": 2, "b": 2}),
    ("An input field is an expression; what it gives is the node's whole input.",
     graph("in-a a-out", expressions("a", ("w", "x"), inputField="xs[1]")), XS, {"w": 5}),
    ("A loop runs the node for each element and gives an array at the output path.",
     graph("in-a a-out", expressions("a", ("v", "x + 1"), **LOOP)), XS, {"ys": [{"v": 2}, {"v": 6}]}),
    ("A loop with passThrough lays each result over its element and the array over the node's input.",
     graph("in-a a-out", expressions("a", ("v", "x + 1"), **LOOP, passThrough=True)), XS,
     XS | {"ys": [{"x": 1, "k": 2, "v": 2}, {"x": 5, "v": 6}]}),
    ("A loop over something that is no array fails, and so does one of which one element fails.",
     graph("in-a a-out", expressions("a", ("v", "x + 1"), **LOOP)), {"xs": 3}, FAILS),
    ("A loop over something that is no array fails, and so does one of which one element fails.",
     graph("in-a a-out", expressions("a", ("v", "x + 1"), **LOOP)), {"xs": [{"x": 1}, {"x": "q"}]}, FAILS),
    ("`$` in an expression node is what the node has given so far, `$nodes` what the nodes before it gave.",
     graph("in-a a-b b-out", A1, expressions("b", ("w", "$nodes.a.v + $nodes.in.q"), ("u", "$.w * 2"))), {"q": 5},
     {"w": 6, "u": 12}),
    ("An expression that is empty is not there; one that cannot be read fails when its node runs.",
     graph("in-a a-out", expressions("a", ("v", ""), ("k", "1"))), {}, {"k": 1}),
    ("An expression that is empty is not there; one that cannot be read fails when its node runs.",
     graph("in-a a-out", expressions("a", ("v", "1 +"), ("k", "1"))), {}, FAILS),
    ("A condition of a switch that fails or gives no boolean is false.", graph(BRANCHES, TWO, R1, R2), {"x": 5}, {"r": 2}),
    ("A condition of a switch that fails or gives no boolean is false.",
     graph(BRANCHES, switch("s", "x > 1", ""), R1, R2), {"x": "q"}, {"r": 2}),
    ("An empty condition of a switch holds.", graph(BRANCHES, TWO, R1, R2), {"x": False}, {"r": 2}),
    ("A switch takes the first branch that holds; one that collects takes all.",
     graph(BRANCHES, TWO, R1, R2), {"x": True}, {"r": 1}),
    ("A switch takes the first branch that holds; one that collects takes all.",
     graph(BRANCHES, switch("s", "x", "", hit="collect"), R1, expressions("b", ("q", "2"))), {"x": True},
     {"r": 1, "q": 2}),
    ("What only closed branches lead to does not run; the result is what the others gave.",
     graph("in-s in-b s:0-a a-out", switch("s", "x"), R1, B2), {"x": False}, {"v": 2, "w": 1}),
    ("The first output node that is reached ends the evaluation.",
     graph("in-a a-out in-b", *LATE), {}, {"r": 1}),
    ("An output node that leads on gives nothing.", graph("in-a a-out out-b", *LATE), {}, {}),
    ("A node that nothing leads to never runs.", graph("in-a a-out", *LATE), {}, {"r": 1}),
    ("Without an output node the result is that of the nodes that lead nowhere, the last of them in the file on top.",
     graph("in-a in-b", A1, B2), {}, {"v": 2, "w": 1}),
    ("An input or output node with a JSON Schema fails for what breaks it; a null counts as absent unless its key is required.",
     graph("in-out", schema={"properties": {"a": {"type": "integer"}}, "required": ["a"]}), {"a": 1.5}, FAILS),
    ("An input or output node with a JSON Schema fails for what breaks it; a null counts as absent unless its key is required.",
     graph("in-out", schema={"properties": {"a": {"type": "integer"}}, "required": ["a"]}), {"a": None, "b": 1}, FAILS),
    ("An input or output node with a JSON Schema fails for what breaks it; a null counts as absent unless its key is required.",
     graph("in-out", schema={"properties": {"a": {"type": "integer"}}}), {"a": None, "b": 1}, {"b": 1}),
    ("An input or output node with a JSON Schema fails for what breaks it; a null counts as absent unless its key is required.",
     graph("in-out", schema={"properties": {"a": {"type": "integer"}}, "required": ["a"]}), {"a": 2.0}, {"a": 2}),
    ("An input or output node with a JSON Schema fails for what breaks it; a null counts as absent unless its key is required.",
     graph("in-out", schema={"properties": {"a": {"type": "integer"}}, "required": ["a"]}), {"b": 1}, FAILS),
]  # fmt: skip
