"""Words of rules for readers, in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.conduct.console import words

if TYPE_CHECKING:
    from kaopu.conduct.core.rulebook import Rule

PROFILES: dict[str, Any] = {
    "strict": gettext_lazy("strict"),
    "law-only": gettext_lazy("law only, to study"),
}
CONFIDENCE: dict[str, Any] = {
    "V1": gettext_lazy("read in a primary text"),
    "V2": gettext_lazy("read at second hand"),
    "U": gettext_lazy("not verified"),
    "I": gettext_lazy("our own proposal or reading"),
}
PLACES: dict[str, Any] = {
    "ANY": gettext_lazy("everywhere"),
    "DEFAULT": gettext_lazy("strictest-wins default"),
    **words.JURISDICTIONS,
    "ID": gettext_lazy("Indonesia"),
    "PH": gettext_lazy("Philippines"),
    "KE": gettext_lazy("Kenya"),
    "NG": gettext_lazy("Nigeria"),
    "TH": gettext_lazy("Thailand"),
    "KR": gettext_lazy("South Korea"),
    "VN": gettext_lazy("Vietnam"),
    "JP": gettext_lazy("Japan"),
    "HK": gettext_lazy("Hong Kong"),
    "UK": gettext_lazy("United Kingdom"),
    "EU": gettext_lazy("European Union"),
    "AU": gettext_lazy("Australia"),
    "NZ": gettext_lazy("New Zealand"),
}
STATES: dict[str, Any] = {
    "enforced": gettext_lazy("enforced"),
    "within": gettext_lazy("enforced within another rule"),
    "open": gettext_lazy("not yet enforced"),
}
TONES = {"enforced": ("allowed", "✓"), "within": ("info", "✓"), "open": ("refer", "○")}


def state_of(rule: Rule) -> str:
    """Whether permits ask a rule: by itself, within another, or not yet."""
    if rule.enforced:
        return "enforced"
    return "within" if rule.enforced_by else "open"


def state_words(rule: Rule) -> str:
    """The state of a rule as a reader sees it."""
    if rule.enforced_by:
        return _("enforced within %(rules)s") % {"rules": _(", ").join(rule.enforced_by)}
    return str(STATES[state_of(rule)])
