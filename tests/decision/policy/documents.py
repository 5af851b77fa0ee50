"""Small policies for the tests of this folder: a manifest, tables and what connects them."""

from __future__ import annotations

import itertools
from typing import Any

AGE = {"field": "age_years", "type": "integer", "minimum": 18, "maximum": 100, "required": True}
AS_OF = {"field": "as_of", "type": "date", "required": True}


def manifest(*inputs: dict[str, Any], **other: Any) -> dict[str, Any]:
    words = {"en": "Words", "zh": "文字"}
    return {
        "name": "example",
        "title": words,
        "rationale": words,
        "owner": "consumer credit policy",
        "purpose": "credit",
        "valid_from": "2026-01-01",
        "valid_to": None,
        "inputs": list(inputs),
        "outcomes": ["approve", "refer", "decline"],
        "reasons": {"R01": words},
        **other,
    }


def table(name: str, rules: list[dict[str, str]], hit: str = "first", **settings: Any) -> dict[str, Any]:
    """A table whose columns are the keys of its rows: `field` reads, `= field` answers, `?` is a free condition."""
    columns = list(dict.fromkeys(key for rule in rules for key in rule))
    reads = [key for key in columns if not key.startswith("= ")]
    answers = [key for key in columns if key.startswith("= ")]
    return {
        "id": name,
        "name": name,
        "type": "decisionTableNode",
        "content": {
            "hitPolicy": hit,
            "passThrough": True,
            **settings,
            "inputs": [{"id": key, "name": key, "field": "" if key == "?" else key} for key in reads],
            "outputs": [{"id": key, "name": key, "field": key[2:]} for key in answers],
            "rules": [{"_id": f"{name}{place}", **rule} for place, rule in enumerate(rules, 1)],
        },
    }


def expressions(name: str, **pairs: str) -> dict[str, Any]:
    rows = [{"id": key, "key": key, "value": value} for key, value in pairs.items()]
    return {
        "id": name,
        "name": name,
        "type": "expressionNode",
        "content": {"passThrough": True, "expressions": rows},
    }


def policy(*nodes: dict[str, Any], inputs: tuple[dict[str, Any], ...] = (AGE,), **other: Any) -> dict[str, Any]:
    """The nodes one after the other, between an input and an output node."""
    ends = [{"id": "in", "name": "in", "type": "inputNode"}, {"id": "out", "name": "out", "type": "outputNode"}]
    chain = [ends[0], *nodes, ends[1]]
    edges = [
        {"id": f"e{place}", "type": "edge", "sourceId": one["id"], "targetId": next_one["id"]}
        for place, (one, next_one) in enumerate(itertools.pairwise(chain))
    ]
    tests = other.pop("tests", [])
    return {"manifest": manifest(*inputs, **other), "nodes": chain, "edges": edges, "tests": tests}
