"""Codes of policies, findings and reasons in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.decision import reason_words
from kaopu.decision.core.policy.finding import FindingKind
from kaopu.kernel.console import figures

if TYPE_CHECKING:
    from kaopu.decision.core.policy.manifest import Manifest, Words

PURPOSES: dict[str, Any] = {
    "credit": gettext_lazy("credit decisions"),
    "fraud": gettext_lazy("fraud checks"),
    "identity": gettext_lazy("identity checks"),
}
STATES: dict[str, tuple[str, Any]] = {
    "shipped": ("info", gettext_lazy("shipped, not at work")),
    "draft": ("refer", gettext_lazy("draft")),
    "checked": ("info", gettext_lazy("checked")),
    "back-tested": ("info", gettext_lazy("back-tested")),
    "proposed": ("info", gettext_lazy("proposed to a second person")),
    "approved": ("info", gettext_lazy("approved by a second person")),
    "scheduled": ("info", gettext_lazy("scheduled")),
    "live": ("allowed", gettext_lazy("live")),
    "retired": ("refer", gettext_lazy("retired")),
}
NODE_TYPES: dict[str, Any] = {
    "inputNode": gettext_lazy("input"),
    "outputNode": gettext_lazy("output"),
    "decisionTableNode": gettext_lazy("table"),
    "expressionNode": gettext_lazy("expressions"),
    "switchNode": gettext_lazy("switch"),
    "functionNode": gettext_lazy("function"),
    "decisionNode": gettext_lazy("nested decision"),
}
TYPES: dict[str, Any] = {
    "number": gettext_lazy("number"),
    "integer": gettext_lazy("whole number"),
    "string": gettext_lazy("text"),
    "boolean": gettext_lazy("yes or no"),
    "date": gettext_lazy("date"),
    "array": gettext_lazy("list"),
    "object": gettext_lazy("record"),
}
FINDINGS: dict[str, Any] = {
    FindingKind.BAD_GRAPH: gettext_lazy("the graph does not hold together"),
    FindingKind.BAD_EXPRESSION: gettext_lazy("not an expression"),
    FindingKind.UNKNOWN_INPUT: gettext_lazy("reads what the manifest does not declare"),
    FindingKind.WRONG_TYPE: gettext_lazy("wrong type"),
    FindingKind.UNREACHABLE_ROW: gettext_lazy("never hit"),
    FindingKind.OVERLAPPING_ROWS: gettext_lazy("rows overlap and differ"),
    FindingKind.LATER_APPROVE_AFTER_DECLINE: gettext_lazy("a later approval overrides a decline"),
    FindingKind.GAP: gettext_lazy("values that no row speaks of"),
    FindingKind.MISSING_REASON: gettext_lazy("reason missing"),
    FindingKind.UNKNOWN_OUTCOME: gettext_lazy("outcome not declared"),
    FindingKind.READS_CLOCK: gettext_lazy("reads the clock"),
    FindingKind.READS_RANDOM: gettext_lazy("throws dice"),
    FindingKind.FORBIDDEN_ATTRIBUTE: gettext_lazy("forbidden attribute"),
    FindingKind.NO_TEST: gettext_lazy("no test"),
    FindingKind.FAILING_TEST: gettext_lazy("test fails"),
    FindingKind.UNDECIDED: gettext_lazy("note"),
}
OUTCOMES: dict[str, tuple[str, str, Any]] = {
    "approve": ("allowed", "✓", gettext_lazy("approve")),
    "decline": ("refused", "✕", gettext_lazy("decline")),
    "refer": ("refer", "?", gettext_lazy("refer")),
}


def words_of(words: Words) -> str:
    """The text in the reader's language, else the other one."""
    return (words.zh or words.en) if figures.chinese() else (words.en or words.zh)


def finding(kind: str) -> str:
    """What a kind of finding is called."""
    return str(FINDINGS.get(kind, kind))


def state(code: str) -> tuple[str, str]:
    """Tone and word of a state in a version's life."""
    tone, said = STATES.get(code, ("info", code))
    return tone, str(said)


def outcome(code: str | None) -> tuple[str, str, str]:
    """Tone, sign and word of an outcome."""
    tone, sign, words = OUTCOMES.get(code or "", ("info", "●", code or _("no outcome")))
    return tone, sign, str(words)


def reason(code: str, manifest: Manifest | None) -> str:
    """A reason's code as a sentence in the reader's language."""
    return reason_words.words_of(code, manifest, reason_words.CHINESE if figures.chinese() else reason_words.ENGLISH)


def label(labels: Any, field: str) -> str:
    """An input's name in the reader's language, else its field."""
    first, second = ("zh", "en") if figures.chinese() else ("en", "zh")
    return str(labels.get(first) or labels.get(second) or field)
