"""A policy as text that a version control system shows well: fixed order, one table row a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.manifest import MANIFEST_KEYS
from kaopu.decision.core.policy.policy_input import INPUT_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP_KEYS = ("manifest", "nodes", "edges", "tests")
NODE_KEYS = ("id", "name", "type", "position", "content")
RULE_KEYS = ("_id", "_description")
WIDTH = 110
# Lists whose elements are rows: each on one line, however long, so that an edited row is one changed line.
ROWS = frozenset({"rules", "edges", "statements", "expressions", "inputs", "outputs", "approved_attributes"})


def policy_text(document: Mapping[str, Any]) -> str:
    """The document as stable text: writing what was read from it gives the same text again.

    Keys of objects stand in a fixed order where the format has one, else sorted; lists keep theirs, because the order
    of table rows, nodes and edges means something to the engine. Indent 2, a newline at the end.
    """
    return _text(_ordered(document), 0, "") + "\n"


def _ordered(document: Mapping[str, Any]) -> dict[str, Any]:
    whole = _sorted(document, TOP_KEYS)
    if isinstance(whole.get("manifest"), dict):
        manifest = _sorted(whole["manifest"], MANIFEST_KEYS)
        manifest["inputs"] = [_sorted(each, INPUT_KEYS) for each in manifest.get("inputs", [])]
        whole["manifest"] = manifest
    whole["nodes"] = [_node(each) for each in whole["nodes"]]
    whole["edges"] = [_sorted(each, ("id", "type", "sourceId", "sourceHandle", "targetId")) for each in whole["edges"]]
    if "tests" in whole:
        whole["tests"] = [_sorted(each, ("name", "input", "output")) for each in whole["tests"]]
    return whole


def _node(node: Mapping[str, Any]) -> dict[str, Any]:
    ordered = _sorted(node, NODE_KEYS)
    content = ordered.get("content")
    if isinstance(content, dict) and "rules" in content:
        columns = [each.get("id", "") for key in ("inputs", "outputs") for each in content.get(key, [])]
        rows = [_sorted(each, (*RULE_KEYS, *columns)) for each in content["rules"]]
        settings = {key: value for key, value in content.items() if key not in ("inputs", "outputs", "rules")}
        columns_as_written = {key: content[key] for key in ("inputs", "outputs") if key in content}
        ordered["content"] = _sorted(settings, ()) | columns_as_written | {"rules": rows}
    return ordered


def _sorted(table: Mapping[str, Any], first: tuple[str, ...]) -> dict[str, Any]:
    known = {key: table[key] for key in first if key in table}
    return known | {key: table[key] for key in sorted(table) if key not in known}


def _text(value: Any, depth: int, key: str) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or (key != "" and not _is_long(value, flat, depth)):
        return flat
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, list):
        whole = key in ROWS
        parts = [json.dumps(each, ensure_ascii=False) if whole else _text(each, depth + 1, "-") for each in value]
    else:
        parts = [
            f"{json.dumps(name, ensure_ascii=False)}: {_text(each, depth + 1, name)}" for name, each in value.items()
        ]
    opening, closing = ("[", "]") if isinstance(value, list) else ("{", "}")
    return f"{opening}\n{inner}" + f",\n{inner}".join(parts) + f"\n{outer}{closing}"


def _is_long(value: Any, flat: str, depth: int) -> bool:
    holds_objects = isinstance(value, list) and any(isinstance(each, dict) for each in value)
    return holds_objects or len(flat) + 2 * depth > WIDTH
