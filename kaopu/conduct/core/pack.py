"""A pack: one TOML table of rules, checked word by word before it becomes a rulebook."""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from kaopu.conduct.core import facts as words
from kaopu.conduct.core.kinds.parameters import flag, some_of, texts, whole
from kaopu.conduct.core.kinds.registry import KINDS
from kaopu.conduct.core.rulebook import Rule, Scope, Source
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kaopu.conduct.core.kinds.kind import Kind

CONFIDENCE = ("V1", "V2", "U", "I")
LAST = 1_000_000
PACK_KEYS = {"id", "jurisdiction", "title_en", "title_zh", "apply"}
SCOPE = {
    "jurisdictions": texts,
    "roles": some_of(words.ROLES),
    "purposes": some_of(words.PURPOSES),
    "channels": some_of(words.CHANNELS),
    "contents": some_of(words.CONTENTS),
}
SCOPE_FLAGS = ("strict_only", "either")
SOURCE_KEYS = (
    "instrument", "article", "in_force_from", "in_force_to", "confidence", "note", "en", "zh",
)  # fmt: skip
RULE_KEYS = {
    "id", "position", "enforced", "enforced_by", "jurisdiction", "when", "refuse", *SCOPE, *SCOPE_FLAGS, *SOURCE_KEYS,
}  # fmt: skip
APPLY = ("always", "in-force")


def read_pack(value: dict[str, Any], name: str) -> list[Rule]:
    """The rules of one file; BadInput names the file, the rule and what was expected."""
    head = value.get("pack")
    if not isinstance(head, dict) or set(value) - {"pack", "rule"}:
        raise BadInput(f"{name}: expected one [pack] table and [[rule]] tables")
    _known(head, PACK_KEYS, f"{name}: pack")
    pack = _text(head, "id", f"{name}: pack")
    place = _text(head, "jurisdiction", f"{name}: pack")
    apply = head.get("apply", "always")
    if apply not in APPLY:
        raise BadInput(f"{name}: pack: apply is {apply!r}, expected always or in-force")
    rows = value.get("rule", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadInput(f"{name}: rule: expected [[rule]] tables")
    return [_rule(row, f"{name}: rule {row.get('id', number)}", pack, place, apply) for number, row in enumerate(rows)]


def ordered(rules: Iterable[tuple[str, Rule]]) -> tuple[Rule, ...]:
    """Rules of several files in the order of their positions; an id may be given once only."""
    found: dict[str, tuple[str, Rule]] = {}
    for name, rule in rules:
        if rule.id in found:
            raise BadInput(f"{name}: rule {rule.id}: given in {found[rule.id][0]} as well, expected each id once")
        found[rule.id] = (name, rule)
    return tuple(sorted((rule for _, rule in found.values()), key=lambda rule: rule.position))


def _rule(row: dict[str, Any], where: str, pack: str, place: str, apply: str) -> Rule:
    _known(row, RULE_KEYS, where)
    enforced = _read(row, "enforced", flag, where, default=True)
    refuse = _kinds(row, "refuse", where)
    if enforced != bool(refuse):
        raise BadInput(f"{where}: expected a list of refuse questions exactly when the rule is enforced")
    return Rule(
        id=_text(row, "id", where),
        pack=pack,
        position=_read(row, "position", whole(1), where, default=LAST),
        scope=_scope(row, where),
        when=_kinds(row, "when", where),
        refuse=refuse,
        source=_source(row, where, row.get("jurisdiction", place)),
        enforced=enforced,
        enforced_by=tuple(sorted(_read(row, "enforced_by", texts, where, default=frozenset()))),
        dated=apply == "in-force",
    )


def _scope(row: dict[str, Any], where: str) -> Scope:
    lists = {key: _read(row, key, reader, where, default=None) for key, reader in SCOPE.items()}
    flags = {key: _read(row, key, flag, where, default=False) for key in SCOPE_FLAGS}
    if flags["either"] and (lists["jurisdictions"] is None or flags["strict_only"]):
        raise BadInput(
            f"{where}: either: expected jurisdictions and no strict_only; one place or the profile is enough"
        )
    return Scope(**lists, **flags)


def _source(row: dict[str, Any], where: str, place: Any) -> Source:
    confidence = row.get("confidence", "I")
    if confidence not in CONFIDENCE:
        raise BadInput(f"{where}: confidence is {confidence!r}, expected one of {', '.join(CONFIDENCE)}")
    if not isinstance(place, str) or not place:
        raise BadInput(f"{where}: jurisdiction is {place!r}, expected a text")
    start, end = (_day(row, key, where) for key in ("in_force_from", "in_force_to"))
    if start and end and start >= end:
        raise BadInput(f"{where}: in_force_to is {end}, expected a day after {start}")
    texts_found = {key: row.get(key, "") for key in ("instrument", "article", "note")}
    for key, text in texts_found.items():
        if not isinstance(text, str):
            raise BadInput(f"{where}: {key} is {text!r}, expected a text")
    return Source(
        place, texts_found["instrument"], texts_found["article"], start, end, confidence, texts_found["note"],
        en=_text(row, "en", where), zh=_text(row, "zh", where),
    )  # fmt: skip


def _kinds(row: dict[str, Any], key: str, where: str) -> tuple[Kind, ...]:
    asked = row.get(key, [])
    if not isinstance(asked, list) or not all(isinstance(one, dict) for one in asked):
        raise BadInput(f"{where}: {key}: expected a list of tables, each with a kind")
    return tuple(_kind(one, f"{where}: {key}[{number}]") for number, one in enumerate(asked))


def _kind(value: dict[str, Any], where: str) -> Kind:
    name = value.get("kind")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise BadInput(f"{where}: kind is {name!r}, expected one of {', '.join(sorted(KINDS))}")
    parts = {part.name: part for part in fields(kind)}
    _known(value, {"kind", *parts}, where)
    given = {}
    for key, part in parts.items():
        if key in value:
            given[key] = _read(value, key, part.metadata["read"], where, default=None)
        elif part.default is MISSING:
            raise BadInput(f"{where}: {key} is missing, kind {name} needs it")
    return kind(**given)


def _read(row: dict[str, Any], key: str, reader: Callable[[Any], Any], where: str, *, default: Any) -> Any:
    if key not in row:
        return default
    try:
        return reader(row[key])
    except ValueError as problem:
        raise BadInput(f"{where}: {key} is {row[key]!r}, expected {problem}") from None


def _known(row: dict[str, Any], keys: set[str], where: str) -> None:
    unknown = sorted(set(row) - keys)
    if unknown:
        raise BadInput(f"{where}: {unknown[0]} is not known, expected only {', '.join(sorted(keys))}")


def _text(row: dict[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise BadInput(f"{where}: {key} is {value!r}, expected a text")
    return value


def _day(row: dict[str, Any], key: str, where: str) -> date | None:
    value = row.get(key)
    if value is not None and type(value) is not date:
        raise BadInput(f"{where}: {key} is {value!r}, expected a day as 2026-01-30")
    return value
