"""The graphs of nested decisions: files beside the policy, found by the key that a decision node names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def nested_text(key: str, beside: Path | None) -> str:
    """The text of one.

    Raises:
        BadInput: there is no folder, or the key leads out of it.
        OSError: there is no such file.
    """
    if beside is None:
        raise BadInput(f"the nested decision {key} has no folder to be read from")
    path = (beside / key).resolve()
    if beside.resolve() not in path.parents:
        raise BadInput(f"the nested decision {key} lies outside the policy's folder")
    return path.read_text(encoding="utf-8")


def nested_graphs(graph: Mapping[str, Any], beside: Path | None) -> dict[str, Any]:
    """Every graph that this one reaches, by key; what cannot be read as one is not among them."""
    found: dict[str, Any] = {}
    waiting = list(_keys(graph))
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        try:
            read = json.loads(nested_text(key, beside))
            waiting += _keys(read)
        except (BadInput, OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        found[key] = read
    return found


def _keys(graph: Mapping[str, Any]) -> Iterator[str]:
    for node in graph["nodes"]:
        if node["type"] == "decisionNode":
            yield str((node.get("content") or {}).get("key") or "")
