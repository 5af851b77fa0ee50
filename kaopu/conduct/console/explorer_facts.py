"""The facts that the rules read, each with its value, its source and the rules that need it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kaopu.conduct.console.explorer_wish import EXAMPLE, OWN, RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kaopu.conduct.console.explorer_wish import Wish
    from kaopu.conduct.core.parse import ParsedLine
    from kaopu.conduct.core.rulebook import Rulebook

MASK = "•••"
# What the question itself says, and what conduct knows without a source.
OPEN = {"number", "product", "segment", "caller", "holidays", "switches.contact_outreach", "history"}
SOURCES: dict[str, Any] = {
    EXAMPLE: gettext_lazy("the example"),
    OWN: gettext_lazy("pasted"),
    RECORD: gettext_lazy("on record now"),
}


@dataclass(frozen=True, slots=True)
class FactRow:
    """One field."""

    path: str
    value: str
    source: str
    rules: str
    missing: bool


def fact_rows(wish: Wish, parsed: ParsedLine, rulebook: Rulebook, *, masked: bool) -> Iterator[FactRow]:
    """The fields that the rules in play need, in the order in which they are first needed."""
    play = rulebook.play(parsed.request, parsed.facts)
    for path in play.needs:
        readers = [rule.id for rule in play.rules if path in rule.needs]
        value = _value(wish, path)
        hidden = masked and path not in OPEN and value is not None
        missing = path in parsed.facts.problems
        shown = MASK if hidden else _text(path, value, missing=missing)
        yield FactRow(path, shown, str(SOURCES[wish.source]), _(", ").join(readers), missing)


def _value(wish: Wish, path: str) -> Any:
    head, _dot, rest = path.partition(".")
    found = wish.part(head).get(rest) if rest else wish.line.get(head) if isinstance(wish.line, dict) else None
    return getattr(found, "value", found)


def _text(path: str, value: Any, *, missing: bool) -> str:
    if value is None:
        return _("missing") if missing else _("none")
    if path == "history" and isinstance(value, list):
        return ngettext("%(n)s entry", "%(n)s entries", len(value)) % {"n": len(value)}
    if path == "holidays" and isinstance(value, list):
        return ngettext("%(n)s day", "%(n)s days", len(value)) % {"n": len(value)}
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
