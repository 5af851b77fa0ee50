"""A decision table as boxes: each row the values of each column in which it hits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.atoms import Atom, Domain, atoms_of
from kaopu.decision.core.policy.fold import UNKNOWN, fold, path_of, walk
from kaopu.decision.core.policy.pieces import NodeView, Role
from kaopu.decision.core.zen import syntax as ast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.policy.boxes import Box

WORDS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class RowBox:
    """A row. `opaque`: tests beyond the algebra; the row hits at most in its box. `otherwise`: no cell tests."""

    number: int
    box: Box
    opaque: tuple[str, ...]
    otherwise: bool


@dataclass(frozen=True, slots=True)
class TableBoxes:
    """The columns with their atoms, the box of everything, and the rows."""

    columns: tuple[tuple[str, tuple[Atom, ...]], ...]
    rows: tuple[RowBox, ...]

    @property
    def whole(self) -> Box:
        """Everything the declared ranges allow."""
        return tuple((1 << len(atoms)) - 1 for _, atoms in self.columns)

    def words(self, box: Box) -> str:
        """A box as a person says it."""
        parts = []
        for (field, atoms), bits, every in zip(self.columns, box, self.whole, strict=True):
            if bits != every or len(self.columns) == 1:
                parts.append(f"{field} {_words(atoms, bits)}")
        return " and ".join(parts) or "any input"


def table_boxes(node: NodeView, seen: Mapping[str, Domain]) -> TableBoxes:
    """The table's rows over the domains of the fields it reads."""
    tests: dict[int, list[tuple[str, ast.Node]]] = {}
    opaque: dict[int, list[str]] = {}
    numbers = range(1, len(node.setting.get("rules") or []) + 1)
    for piece in node.pieces:
        if piece.row is None or piece.role not in (Role.CELL, Role.CONDITION):
            continue
        for part in _conjuncts(piece.tree) if piece.tree else [None]:
            field = None if part is None else _field_of(part, piece.target)
            if part is None or field is None:
                opaque.setdefault(piece.row, []).append(f"{piece.column}: {piece.text}")
            else:
                tests.setdefault(piece.row, []).append((field, part))
    fields = dict.fromkeys(field for each in tests.values() for field, _ in each)
    columns = tuple((field, atoms_of(seen.get(field, Domain()), _constants(field, tests))) for field in fields)
    rows = tuple(
        RowBox(
            number,
            tuple(_bits(field, atoms, tests.get(number, [])) for field, atoms in columns),
            tuple(opaque.get(number, ())),
            otherwise=number not in tests and number not in opaque,
        )
        for number in numbers
    )
    return TableBoxes(columns, rows)


def _conjuncts(tree: ast.Node) -> list[ast.Node]:
    if isinstance(tree, ast.Binary) and tree.operator == "and":
        return [*_conjuncts(tree.left), *_conjuncts(tree.right)]
    return [tree]


def _field_of(tree: ast.Node, head: str) -> str | None:
    """The one field that the test reads, when it lies within the algebra; `$` is the column's own."""
    paths = _paths(tree)
    fields = {head if each == "$" else each for each in paths}
    return fields.pop() if len(fields) == 1 and _within_algebra(tree) else None


def _within_algebra(tree: ast.Node) -> bool:
    allowed = (ast.Literal, ast.Unary, ast.Binary, ast.Interval, ast.ArrayOf, ast.Name, ast.Member)
    for each in walk(tree):
        if not isinstance(each, allowed):
            return False
        if isinstance(each, ast.Interval) and (each.left_bracket not in "[(" or each.right_bracket not in "])"):
            return False
        if isinstance(each, ast.Binary) and each.operator in {"+", "-", "*", "/", "%", "^", "??"}:
            return False
        if isinstance(each, ast.Unary) and each.operator != "not" and not isinstance(each.operand, ast.Literal):
            return False
        if isinstance(each, ast.Member) and path_of(each) is None:
            return False
    return True


def _paths(tree: ast.Node) -> set[str]:
    path = path_of(tree)
    if path is not None:
        return {path}
    inner = [each for each in walk(tree) if path_of(each) is not None]
    return {
        str(path_of(each))
        for each in inner
        if not any(isinstance(other, ast.Member) and other.target == each for other in inner)
    }


def _constants(field: str, tests: Mapping[int, list[tuple[str, ast.Node]]]) -> list[Any]:
    found: list[Any] = []
    for each in tests.values():
        for name, tree in each:
            if name == field:
                found += [fold(one, {}) for one in walk(tree) if isinstance(one, ast.Literal | ast.Unary)]
    return [value for value in found if not isinstance(value, type(UNKNOWN))]


def _bits(field: str, atoms: tuple[Atom, ...], tests: list[tuple[str, ast.Node]]) -> int:
    bits = (1 << len(atoms)) - 1
    for name, tree in tests:
        if name != field:
            continue
        known = [dict.fromkeys(_paths(tree), atom.sample) for atom in atoms]
        bits &= sum(1 << place for place, each in enumerate(known) if fold(tree, each) is True)
    return bits


def _words(atoms: tuple[Atom, ...], bits: int) -> str:
    chosen = [atom.words for place, atom in enumerate(atoms) if bits >> place & 1]
    return " or ".join(chosen[:WORDS_SHOWN]) + (" …" if len(chosen) > WORDS_SHOWN else "")
