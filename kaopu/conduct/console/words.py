"""Words of permits for readers, in their language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PURPOSES: dict[str, Any] = {
    "collect": gettext_lazy("collect"),
    "remind": gettext_lazy("remind"),
    "locate": gettext_lazy("ask for whereabouts"),
    "relay": gettext_lazy("pass a message on"),
    "pay-help": gettext_lazy("help to pay, as offered"),
    "verify": gettext_lazy("verify"),
    "service": gettext_lazy("answer the person"),
}
CHANNELS: dict[str, Any] = {
    "voice": gettext_lazy("call"),
    "sms": gettext_lazy("text message"),
    "email": gettext_lazy("e-mail"),
    "app": gettext_lazy("in the app"),
    "visit": gettext_lazy("visit"),
}
ROLES: dict[str, Any] = {
    "debtor": gettext_lazy("borrower"),
    "guarantor": gettext_lazy("guarantor"),
    "contact": gettext_lazy("contact"),
    "representative": gettext_lazy("representative"),
}
CONTENTS: dict[str, Any] = {
    "none": gettext_lazy("nothing"),
    "relay": gettext_lazy("a message to pass on"),
    "payment": gettext_lazy("what is needed to pay"),
    "debt": gettext_lazy("the debt"),
}
OUTCOMES: dict[str, Any] = {
    "pending": gettext_lazy("not known yet"),
    "no-answer": gettext_lazy("no answer"),
    "invalid": gettext_lazy("number not in service"),
    "bounced": gettext_lazy("came back"),
    "delivered": gettext_lazy("delivered"),
    "notice": gettext_lazy("message left"),
    "conversation": gettext_lazy("talked"),
    "not-sent": gettext_lazy("not sent, not counted"),
}
JURISDICTIONS: dict[str, Any] = {
    "CN": gettext_lazy("mainland China"),
    "US": gettext_lazy("United States"),
    "IN": gettext_lazy("India"),
}
FACT_REASONS: dict[str, Any] = {
    "complaint": gettext_lazy("a complaint"),
    "dispute": gettext_lazy("a dispute"),
    "audit": gettext_lazy("an audit"),
    "rule-change": gettext_lazy("a change of rules"),
    "legal-duty": gettext_lazy("a duty by law"),
}


def word(words: dict[str, Any], code: str) -> str:
    """The word for a code; the code itself where there is none."""
    return str(words.get(code, code))


def verdict(*, allowed: bool, moment: str) -> tuple[str, str, str]:
    """Tone, sign and word of a verdict."""
    if allowed:
        return "allowed", "✓", _("allowed") if moment == "issue" else _("used")
    return "refused", "✕", _("refused") if moment == "issue" else _("refused when it was to be used")
