"""Cases to begin with, each a whole line of facts: invented people, fixed instants."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

FILE = Path(__file__).with_name("examples.json")
TITLES: dict[str, Any] = {
    "sunday": _("A contact, on a Sunday"),
    "early": _("A contact, the debtor not lost"),
    "evening": _("A late debtor, in the evening"),
    "tries": _("A late debtor, after three calls"),
    "abroad": _("A contact in the United States"),
    "offer": _("A contact who offered to pay"),
    "missing": _("A fact that nobody knows"),
}
FIRST = "sunday"


def example(name: str) -> dict[str, Any]:
    """The line of a case; the first one for a name that is not known."""
    lines = _lines()
    return copy.deepcopy(lines.get(name, lines[FIRST]))


@cache
def _lines() -> dict[str, dict[str, Any]]:
    known: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return known
