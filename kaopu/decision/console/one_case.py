"""One case on the studio's page: a form made of the manifest's inputs, the answer in words, and what each step did."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kaopu.decision.console import policy_words as words
from kaopu.decision.core.policy.policy_input import Kind
from kaopu.decision.engines.live import LiveEngine
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kaopu.decision.core.policy.manifest import Manifest
    from kaopu.decision.core.policy.policy_file import PolicyFile
    from kaopu.decision.core.policy.policy_input import PolicyInput

PREFIX = "in."
WHOLE = "case"  # the field for a graph without a manifest: the whole input as JSON
VALUE_MOST = 200


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class CaseField:
    """One input as a field of the form. `control`: select, date, area or text."""

    name: str
    label: str
    hint: str
    control: str
    text: str
    options: tuple[Option, ...]
    numeric: bool
    wrong: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, its code and its sentence."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """One node at work: what it is called, the row that hit (0 for none), what it gave."""

    title: str
    row: int
    gave: str
    took: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer as shown."""

    tone: str
    sign: str
    outcome: str
    reasons: tuple[Reason, ...]
    output: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]


def read(typed: Mapping[str, str], manifest: Manifest | None) -> tuple[Any, dict[str, str]]:
    """The input as typed, and by field what cannot be read. An empty field is an absent input."""
    wrong: dict[str, str] = {}
    if manifest is None:
        try:
            return json.loads(typed.get(PREFIX + WHOLE, "") or "{}"), wrong
        except ValueError:
            return {}, {WHOLE: _('Enter JSON, as {"score": 640}.')}
    given: dict[str, Any] = {}
    for declared in _fields(manifest):
        text = typed.get(PREFIX + declared[0], "").strip()
        if not text:
            continue
        try:
            _put(given, declared[0].split("."), _value(text, declared[1]))
        except ValueError:
            wrong[declared[0]] = _expected(declared[1])
    return given, wrong


def _fields(manifest: Manifest) -> list[tuple[str, Kind]]:
    """Declared inputs, and the days of observation that they name."""
    named = {each.field: each.type for each in manifest.inputs}
    days = {each.observed_on: Kind.DATE for each in manifest.inputs if each.observed_on}
    return list((named | {field: kind for field, kind in days.items() if field not in named}).items())


def _value(text: str, kind: Kind) -> Any:
    if kind in {Kind.STRING, Kind.DATE}:
        return text
    if kind is Kind.BOOLEAN:
        return {"true": True, "false": False}[text] if text in {"true", "false"} else text
    value = json.loads(text, parse_constant=_no_number)
    wanted = {Kind.ARRAY: list, Kind.OBJECT: dict}.get(kind, (int, float))
    if not isinstance(value, wanted) or isinstance(value, bool):  # type: ignore[arg-type]
        raise ValueError(text)  # noqa: TRY004 - a wrong text, not a programmer's wrong type
    return value


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _expected(kind: Kind) -> str:
    if kind in {Kind.NUMBER, Kind.INTEGER}:
        return _("Enter a number, as 0.35.")
    return _("Enter a list, as [1, 2].") if kind is Kind.ARRAY else _('Enter a record, as {"months": 3}.')


def _put(given: dict[str, Any], path: list[str], value: Any) -> None:
    for key in path[:-1]:
        given = given.setdefault(key, {})
        if not isinstance(given, dict):
            raise ValueError(key)  # noqa: TRY004 - as above
    given[path[-1]] = value


def typed_of(given: Any, manifest: Manifest | None) -> dict[str, str]:
    """A case of the policy's tests as it would be typed."""
    if manifest is None:
        return {PREFIX + WHOLE: json.dumps(given, ensure_ascii=False, indent=1)}
    return {PREFIX + field: _text(_found(given, field.split("."))) for field, _kind in _fields(manifest)}


def _found(given: Any, path: list[str]) -> Any:
    for key in path:
        given = given.get(key) if isinstance(given, dict) else None
    return given


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def fields(typed: Mapping[str, str], manifest: Manifest | None, wrong: Mapping[str, str]) -> tuple[CaseField, ...]:
    """The form."""
    if manifest is None:
        text = typed.get(PREFIX + WHOLE, "{}")
        return (CaseField(PREFIX + WHOLE, _("Input as JSON"), "", "area", text, (), False, wrong.get(WHOLE, "")),)
    return tuple(
        _field(name, kind, typed, manifest.input(name), wrong.get(name, "")) for name, kind in _fields(manifest)
    )


def _field(name: str, kind: Kind, typed: Mapping[str, str], declared: PolicyInput | None, wrong: str) -> CaseField:
    text = typed.get(PREFIX + name, "")
    values: list[tuple[str, str]] = []
    if declared and declared.enum:
        values = [(_text(each), _text(each)) for each in declared.enum]
    elif kind is Kind.BOOLEAN:
        values = [("true", _("yes")), ("false", _("no"))]
    options = (
        tuple(Option(value, shown, value == text) for value, shown in [("", _("unknown")), *values]) if values else ()
    )
    return CaseField(
        name=PREFIX + name,
        label=words.label(declared.label, name) if declared else name,
        hint=hint(declared) if declared else _("day of the observation"),
        control="select" if values else {Kind.DATE: "date", Kind.ARRAY: "area", Kind.OBJECT: "area"}.get(kind, "text"),
        text=text,
        options=options,
        numeric=kind in {Kind.NUMBER, Kind.INTEGER},
        wrong=wrong,
    )


def hint(declared: PolicyInput) -> str:
    """Type, unit, range, whether it must be there and how old it may be."""
    parts = [str(words.TYPES[declared.type])]
    if declared.unit:
        parts.append(declared.unit)
    if declared.minimum is not None or declared.maximum is not None:
        low = "…" if declared.minimum is None else declared.minimum
        high = "…" if declared.maximum is None else declared.maximum
        parts.append(f"{low} – {high}")
    if declared.fresh_within_days is not None:
        parts.append(_("at most %(n)d days old") % {"n": declared.fresh_within_days})
    if not declared.required:
        parts.append(_("may be unknown"))
    return " · ".join(parts)


def run(policy: PolicyFile, given: Any, beside: Path) -> Answered | str:
    """Decide one case live; a sentence where the graph cannot be taken at all."""
    try:
        answer, trace = LiveEngine(policy, beside).traced(given)
    except BadInput as wrong:
        return str(wrong)
    tone, sign, outcome = words.outcome(answer.outcome) if policy.manifest else ("info", "●", _("result"))
    output = answer.output if isinstance(answer.output, dict) else {} if answer.output is None else {"": answer.output}
    return Answered(
        tone=tone,
        sign=sign,
        outcome=outcome,
        reasons=tuple(Reason(code, words.reason(code, policy.manifest)) for code in answer.reasons),
        output=tuple((key, _short(value)) for key, value in output.items()),
        steps=steps(policy, trace),
    )


def steps(policy: PolicyFile, trace: Any) -> tuple[Step, ...]:
    """What each node did, in order; nothing where the null law answered before the graph."""
    if not isinstance(trace, dict):
        return ()
    ids = {
        (node["id"], row.get("_id")): number
        for node in policy.graph["nodes"]
        for number, row in enumerate(node.get("content", {}).get("rules", []) if _is_dict(node) else [], 1)
    }
    done = sorted(trace.values(), key=lambda one: one["order"])
    return tuple(
        Step(one["name"], _row(one, ids), _short(_new(one["input"], one["output"])), one["performance"] or "")
        for one in done
        if one["input"] is not None and one["output"] is not None
    )


def _is_dict(node: Mapping[str, Any]) -> bool:
    return isinstance(node.get("content"), dict)


def _row(step: Mapping[str, Any], ids: Mapping[tuple[str, Any], int]) -> int:
    data = step["traceData"]
    rule = data.get("rule") if isinstance(data, dict) else None
    return ids.get((step["id"], rule.get("_id")), 0) if isinstance(rule, dict) else 0


def _new(before: Any, after: Any) -> Any:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return after
    return {key: value for key, value in after.items() if key not in before or before[key] != value}


def _short(value: Any) -> str:
    if value is None:
        return _("none")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= VALUE_MOST else f"{text[:VALUE_MOST]}…"
