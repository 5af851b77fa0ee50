"""The room's codes in the reader's words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kaopu.revolving.actions.post import Refusal

KINDS: dict[str, Any] = {
    "purchase": _("purchase"),
    "cash": _("cash drawn"),
    "fee": _("fee"),
    "payment": _("payment"),
    "refund": _("refund"),
    "instalment": _("turned into instalments"),
    "reversal": _("reversal"),
}
BUCKETS: dict[str, Any] = {
    "purchase": _("purchases"),
    "instalment": _("instalments"),
    "cash": _("cash drawn"),
    "fee": _("fees"),
    "interest": _("interest"),
}
REFUSALS: dict[Refusal, tuple[str, Any]] = {
    Refusal.AMOUNT_MUST_BE_POSITIVE: ("amount", _("Enter an amount above 0.")),
    Refusal.DAY_BEFORE_OPENING: ("on", _("The day is before the account was opened.")),
    Refusal.DAY_ALREADY_STATED: (
        "on",
        _("A statement that was sent covers this day. Enter a day after it: what no bill asked for cannot be late."),
    ),
    Refusal.REFERRED_POSTING_UNKNOWN: ("refers_to", _("Choose a posting of this account that still counts.")),
    Refusal.NOT_A_PURCHASE: ("refers_to", _("A refund belongs to a purchase. Choose one, or none.")),
    Refusal.ALREADY_REVERSED: ("refers_to", _("That posting is undone already.")),
    Refusal.REVERSAL_OF_A_REVERSAL: ("refers_to", _("A reversal is not undone. Post again what it took back.")),
    Refusal.MONTHS_MISSING: ("months", _("Enter the number of instalments, from 1 to 120.")),
    Refusal.CONVERSION_ABOVE_PURCHASES: (
        "amount",
        _("More than the purchases that are open: they would not cover what is turned into instalments."),
    ),
    Refusal.KEY_USED_WITH_OTHER_BODY: (
        "kind",
        _("This form was sent before with other words. Please start again."),
    ),
}
