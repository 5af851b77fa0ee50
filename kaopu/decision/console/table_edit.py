"""A decision table under edit: cells typed in, rows added, removed and moved, and what differs from before."""

from __future__ import annotations

import copy
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.pieces import TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIELDS_MOST = 900  # what one form may carry, below Django's limit of 1,000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `before` is what the compared version says there, where it says something else."""

    place: str
    label: str
    text: str
    changed: bool = False
    before: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as shown, numbered from 1."""

    number: int
    id: str
    cells: tuple[Cell, ...]
    note: Cell
    is_new: bool
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """Head of a column: its title, the field it reads or answers, and whether it answers."""

    id: str
    title: str
    field: str
    answers: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """One table as shown. `gone` are the numbers of rows that the compared version has and this one has not."""

    node: str
    title: str
    collects: bool
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    gone: tuple[int, ...]
    findings: tuple[str, ...]
    too_large: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that differs."""

    table: str
    row: str
    column: str
    before: str
    after: str


def tables(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The nodes that are decision tables, in the order of the file."""
    return [node for node in document.get("nodes", []) if node.get("type") == TABLE]


def table(document: Mapping[str, Any], node: str) -> dict[str, Any] | None:
    """The table of that id, else the first one; None where there is no table."""
    found = tables(document)
    return next((one for one in found if one["id"] == node), found[0] if found else None)


def columns(node: Mapping[str, Any]) -> tuple[Column, ...]:
    """Inputs, then outputs."""
    content = node.get("content", {})
    return tuple(
        Column(each["id"], each.get("name") or each.get("field") or "", each.get("field") or "", key == "outputs")
        for key in ("inputs", "outputs")
        for each in content.get(key, [])
    )


def typed_into(document: Mapping[str, Any], node: str, ids: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    """The document with the rows of one table as typed: `cells` row by row, each row's note last."""
    changed = copy.deepcopy(dict(document))
    found = table(changed, node)
    if found is None or found["id"] != node:
        return changed
    heads = columns(found)
    wide = len(heads) + 1
    if len(cells) != len(ids) * wide:
        return changed
    old = {row.get("_id"): row for row in found["content"].get("rules", [])}
    rows = []
    for place, row_id in enumerate(ids):
        typed = cells[place * wide : (place + 1) * wide]
        row = dict(old.get(row_id, {"_id": row_id}))
        for head, text in zip(heads, typed[:-1], strict=True):
            if text.strip() or head.id in row:
                row[head.id] = text.strip()
        if typed[-1].strip() or "_description" in row:
            row["_description"] = typed[-1].strip()
        rows.append(row)
    found["content"]["rules"] = rows
    return changed


def moved(document: Mapping[str, Any], node: str, act: str, place: int) -> dict[str, Any]:
    """The document with a row added after `place` (0: on top), removed, or moved up or down; `place` counts from 1."""
    changed = copy.deepcopy(dict(document))
    found = table(changed, node)
    if found is None:
        return changed
    rows = found["content"].setdefault("rules", [])
    at = place - 1
    if act == "add" and 0 <= place <= len(rows):
        rows.insert(place, {"_id": f"row-{secrets.token_hex(4)}"})
    elif act == "remove" and 0 <= at < len(rows):
        del rows[at]
    elif act in {"up", "down"}:
        to = at + (1 if act == "down" else -1)
        if 0 <= at < len(rows) and 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
    return changed


def with_row_ids(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with a name for every row: moves and marks need one."""
    changed = copy.deepcopy(dict(document))
    for node in tables(changed):
        for place, row in enumerate(node["content"].get("rules", []), 1):
            row.setdefault("_id", f"{node['id']}-{place}")
    return changed


def grid(
    node: Mapping[str, Any], before: Mapping[str, Any] | None, findings: Mapping[int | None, tuple[str, ...]]
) -> Grid:
    """One table beside the compared version of it; `findings` by row, None for the whole table."""
    heads, rules = columns(node), node["content"].get("rules", [])
    old = {} if before is None else {row.get("_id"): row for row in before["content"].get("rules", [])}
    kept = {row.get("_id") for row in rules}
    return Grid(
        node=node["id"],
        title=node.get("name") or node["id"],
        collects=node["content"].get("hitPolicy") == "collect",
        columns=heads,
        rows=tuple(
            _row(number, row, heads, old if before is not None else None, findings.get(number, ()))
            for number, row in enumerate(rules, 1)
        ),
        gone=tuple(number for number, row_id in enumerate(old, 1) if row_id not in kept),
        findings=findings.get(None, ()),
        too_large=len(rules) * (len(heads) + 2) > FIELDS_MOST,
    )


def _row(
    number: int,
    row: Mapping[str, Any],
    heads: tuple[Column, ...],
    old: Mapping[Any, Mapping[str, Any]] | None,
    findings: tuple[str, ...],
) -> Row:
    was = None if old is None else old.get(row.get("_id"))
    is_new = old is not None and was is None

    def cell(place: int, key: str, label: str) -> Cell:
        text = str(row.get(key, ""))
        before = text if was is None else str(was.get(key, ""))
        return Cell(f"c-{number}-{place}", label, text, changed=is_new or before != text, before=before)

    cells = tuple(cell(place, head.id, head.title) for place, head in enumerate(heads, 1))
    return Row(number, str(row["_id"]), cells, cell(0, "_description", ""), is_new, findings)


def differences(document: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Every cell of every table that differs from the compared version, by table and row."""
    found: list[Difference] = []
    old_tables = {node["id"]: node for node in tables(before)}
    for node in tables(document):
        was = old_tables.get(node["id"])
        name = node.get("name") or node["id"]
        old_rows = {} if was is None else {row.get("_id"): row for row in was["content"].get("rules", [])}
        for number, row in enumerate(node["content"].get("rules", []), 1):
            old = old_rows.pop(row.get("_id"), {})
            found += [
                Difference(name, str(number), head.title, str(old.get(head.id, "")), str(row.get(head.id, "")))
                for head in columns(node)
                if str(old.get(head.id, "")) != str(row.get(head.id, ""))
            ]
        found += [
            Difference(name, "−", head.title, str(old[head.id]), "")
            for old in old_rows.values()
            for head in columns(node)
            if old.get(head.id)
        ]
    return tuple(found)
