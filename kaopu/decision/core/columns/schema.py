"""The JSON Schema of an input or output node in columns: the rows that break it, which fail at that node.

As zen has it (2.1.3): a text that is no JSON says nothing; a null counts as absent unless its key is required.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.columns.kinds import has, is_kind, is_null
from kaopu.decision.core.columns.merge import shown
from kaopu.decision.core.columns.shapes import is_plain
from kaopu.decision.core.columns.truth import both, either, known, negate
from kaopu.decision.core.columns.value import CannotCompile, Digits, Items, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KINDS = {"number": "number", "integer": "number", "string": "text", "boolean": "boolean", "object": "fields"}
KINDS |= {"array": "items", "null": "null"}
SAID = frozenset(
    {"title", "description", "$schema", "$id", "$comment", "default", "examples", "readOnly", "deprecated"}
)
ENDS = {
    "minimum": lambda column, end: column < end,
    "maximum": lambda column, end: column > end,
    "exclusiveMinimum": lambda column, end: column <= end,
    "exclusiveMaximum": lambda column, end: column >= end,
}
LENGTHS = {"minLength": ("text", False), "maxLength": ("text", True), "minItems": ("items", False)}
LENGTHS |= {"maxItems": ("items", True)}
TOGETHER = frozenset({"properties", "required", "additionalProperties"})


def schema_of(node: Mapping[str, Any]) -> Any:
    """The schema of a node as parsed JSON; None where it says nothing."""
    text = (node.get("content") or {}).get("schema")
    try:
        found = json.loads(text) if text else None
    except json.JSONDecodeError:
        return None
    return None if found is True else found


def told_apart(graph: Mapping[str, Any]) -> frozenset[str]:
    """Top-level keys of the input for which null and absent differ.

    A schema asks that they be there; or several nodes are merged somewhere and one of them writes the key: there the
    input's null takes it away again.
    """
    schemas = [schema_of(node) for node in graph["nodes"] if node["type"] == "inputNode"]
    required = {key for each in schemas if isinstance(each, dict) for key in each.get("required") or ()}
    targets = [edge["targetId"] for edge in graph["edges"]]
    ends = {node["id"] for node in graph["nodes"]} - {edge["sourceId"] for edge in graph["edges"]}
    merges = len(set(targets)) < len(targets) or len(ends) > 1
    return frozenset(required | ({*_written(graph)} if merges else set()))


def _written(graph: Mapping[str, Any]) -> Iterator[str]:
    for node in graph["nodes"]:
        content = node.get("content") or {}
        if not isinstance(content, dict):
            continue
        paths = [each.get("key") for each in content.get("expressions") or []]
        paths += [each.get("field") for each in content.get("outputs") or []]
        for path in (*paths, content.get("outputPath")):
            if path:
                yield path.split(".")[0]


def breaks(schema: Any, value: Value, *, top: bool = True) -> tuple[Any, Any]:
    """(the rows that break the schema, the rows in which columns cannot know it).

    Raises:
        CannotCompile: a keyword that has no columns.
    """
    if not isinstance(schema, dict):
        raise CannotCompile("a schema that is no object")
    broken: list[Any] = []
    unsure: list[Any] = []
    for word, said in schema.items():
        if word in SAID or word in TOGETHER:
            continue
        wrong, odd = _of_word(word, said, value)
        broken.append(wrong)
        unsure.append(odd)
    if value.fields is not None:
        wrong, odd = _of_keys(schema, value, top=top)
        broken.append(both(is_kind(value, "fields"), wrong))
        unsure.append(both(is_kind(value, "fields"), odd))
    return known(either(*broken)), known(either(*unsure))


def _of_word(word: str, said: Any, value: Value) -> tuple[Any, Any]:
    if word == "type":
        return _of_type([said] if isinstance(said, str) else said, value), False
    if word in {"enum", "const"}:
        return _not_among(said if word == "enum" else [said], value), False
    if word in ENDS:
        if not is_plain(said):
            raise CannotCompile(f"the schema's {word} has too many digits")
        return _of_number(value, lambda column: ENDS[word](column, float(said))), False
    if word in LENGTHS:
        return _of_length(*LENGTHS[word], said, value), False
    if word == "items" and isinstance(said, dict):
        return _of_elements(said, value)
    if word == "allOf":
        parts = [breaks(each, value) for each in said]
        return either(*[wrong for wrong, _ in parts]), either(*[odd for _, odd in parts])
    if word == "anyOf":
        parts = [breaks(each, value) for each in said]
        return both(*[wrong for wrong, _ in parts]), either(*[odd for _, odd in parts])
    raise CannotCompile(f"the schema says {word!r}, which has no columns")


def _of_type(names: list[str], value: Value) -> Any:
    strange = set(names) - set(KINDS)
    if strange:
        raise CannotCompile(f"the schema knows no type {min(strange)!r}")
    allowed = {KINDS[name] for name in names}
    wrong = [is_kind(value, kind) for kind in has(value) if {"moment": "text"}.get(kind, kind) not in allowed]
    if "integer" in names and "number" not in names and value.number is not None and not value.number.whole:
        wrong.append(_of_number(value, lambda column: column != column.floor()))
    return either(*wrong)


def _of_number(value: Value, test: Any) -> Any:
    if value.number is None:
        return False
    if value.number.digits is not Digits.EXACT:
        raise CannotCompile("the schema judges a number that is worked out")
    return both(is_kind(value, "number"), test(value.number.column))


def _not_among(choices: list[Any], value: Value) -> Any:
    if any(isinstance(each, list | dict) for each in choices) or value.moment is not None:
        raise CannotCompile("the schema's enum has more than numbers and texts")
    texts = [each for each in choices if isinstance(each, str)]
    truths = [each for each in choices if isinstance(each, bool)]
    numbers = [float(each) for each in choices if isinstance(each, int | float) and not isinstance(each, bool)]
    if not all(is_plain(each) for each in numbers):
        raise CannotCompile("the schema's enum has a number of too many digits")
    wrong = [is_kind(value, kind) for kind in ("fields", "items")]
    wrong.append(_of_number(value, lambda column: _outside(column, numbers)))
    if value.text is not None:
        wrong.append(both(is_kind(value, "text"), _outside(value.text, texts)))
    if value.boolean is not None:
        wrong.append(both(is_kind(value, "boolean"), _outside(value.boolean, truths)))
    return either(*wrong)


def _outside(column: Any, choices: list[Any]) -> Any:
    return column.notin(choices) if choices else True


def _of_length(kind: str, most: bool, end: int, value: Value) -> Any:
    there = getattr(value, kind)
    if there is None:
        return False
    if isinstance(there, Items):
        if there.column is None:
            raise CannotCompile("the schema counts an array that is worked out")
        there = there.column
    length = there.length()
    return both(is_kind(value, kind), length > end if most else length < end)


def _of_elements(schema: Any, value: Value) -> tuple[Any, Any]:
    items = value.items
    if items is None:
        return False, False
    here = is_kind(value, "items")
    if items.listed is not None:
        parts = [(breaks(schema, each, top=False), present) for each, present in items.listed]
        wrong = either(*[both(present, found[0]) for found, present in parts])
        odd = either(*[both(present, either(found[1], is_null(each)))
                       for (found, present), (each, _) in zip(parts, items.listed, strict=True)])  # fmt: skip
        return both(here, wrong), both(here, odd)
    flags = []
    for place in (0, 1):

        def flag(each: Any, place: int = place) -> Any:
            element = items.element(each)  # type: ignore[misc]
            found = breaks(schema, element, top=False)[place]
            found = either(found, is_null(element)) if place else found
            return ibis.literal(found) if isinstance(found, bool) else found

        flags.append(both(here, known(items.column.filter(flag).length() > 0)))
    return flags[0], flags[1]


def _of_keys(schema: Mapping[str, Any], value: Value, *, top: bool) -> tuple[Any, Any]:
    items = value.fields.items if value.fields is not None else {}
    declared = schema.get("properties") or {}
    others = schema.get("additionalProperties", True)
    wrong: list[Any] = []
    unsure: list[Any] = []
    for key, (each, present) in items.items():
        there = shown(each, present)
        if key not in declared and others is False:
            wrong.append(both(there, negate(is_null(each)) if top else True))
            continue
        inner = declared.get(key, others)
        if inner is True or inner == {}:
            continue
        broken, odd = breaks(inner, each, top=False)
        wrong.append(both(there, broken))
        strict = not top or key in (schema.get("required") or ())
        unsure.append(both(there, either(odd, is_null(each) if strict else False)))
    for key in schema.get("required") or ():
        each, present = items.get(key, (Value(), False))
        wrong.append(negate(known(shown(each, present))))
    return either(*wrong), either(*unsure)
