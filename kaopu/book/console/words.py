"""The trade's codes in the reader's words: kinds of events, classes, buckets, components, rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Any] = {
    "payment": _("payment"),
    "early_settlement": _("early settlement"),
    "recovery": _("recovery after charge-off"),
    "refund": _("refund by the merchant"),
    "return": _("goods returned"),
    "chargeback": _("chargeback"),
    "fee": _("fee"),
    "penalty": _("penalty"),
    "waiver": _("waiver"),
    "pause": _("pause"),
    "extension": _("extension"),
    "acceleration": _("acceleration"),
    "restructure": _("restructuring"),
    "charge_off": _("charge-off"),
    "payout": _("credit paid out"),
    "reversal": _("reversal"),
    "reported_balance": _("reported balance"),
    "reported_credit": _("reported credit balance"),
    "reported_status": _("reported months in arrears"),
    "set_off": _("set-off"),
    "dispute": _("dispute"),
    "dispute_end": _("end of a dispute"),
    "re_age": _("days past due counted anew"),
    "reinstatement": _("acceleration taken back"),
    "transfer": _("claim sold"),
    "assumption": _("debt taken over"),
    "joining": _("debtor joined"),
    "subsidy": _("subsidy received"),
}
COMPONENTS: dict[str, Any] = {
    "principal": _("principal"),
    "interest": _("interest"),
    "fee": _("fee"),
    "penalty": _("penalty"),
}
CLASSES = (_("normal"), _("special mention"), _("substandard"), _("doubtful"), _("loss"))
CLASS_KEYS = ("normal", "special_mention", "substandard", "doubtful", "loss")
BUCKET_KEYS = ("current", "1-30", "31-60", "61-90", "91-180", "181-270", "271-360", "361+")
# Eight buckets share six colours: past 180 days the word tells them apart.
BUCKET_COLOURS = (0, 1, 2, 3, 4, 5, 5, 5)

# Kinds whose amount is a number of days or months, or nothing at all, not money.
DAYS_KINDS = ("pause", "extension")
NO_AMOUNT_KINDS = (
    "reversal", "restructure", "acceleration", "charge_off", "re_age", "reinstatement", "assumption", "joining",
)  # fmt: skip
SEQ_KINDS = ("dispute", "dispute_end")  # the amount is the number of an instalment, 0 the whole debt
DEBTOR_KINDS = ("assumption", "joining")
LEAVING_KINDS = ("charge_off", "transfer")
MONEY_IN = ("payment", "early_settlement", "recovery", "refund", "return", "set_off", "transfer", "subsidy")
MONEY_OUT = ("chargeback", "fee", "penalty", "payout")


@dataclass(frozen=True, slots=True)
class Tag:
    """A swatch's class and the word beside it."""

    colour: str
    words: str


def bucket_words(code: int) -> str:
    """1–30 for bucket 1; the word for bucket 0."""
    return str(_("current")) if code == 0 else BUCKET_KEYS[code].replace("-", "–")


def bucket_of(days: int) -> int:
    """Code of the bucket that holds `days` past due."""
    limits = (0, 30, 60, 90, 180, 270, 360)
    return next((code for code, limit in enumerate(limits) if days <= limit), 7)


def days_tag(days: int) -> Tag:
    """DPD 21 with the colour of its bucket."""
    return Tag(f"dpd-{BUCKET_COLOURS[bucket_of(days)]}", str(_("DPD %(n)d")) % {"n": days})


def class_tag(code: int) -> Tag:
    """The class's word with its colour."""
    return Tag(f"class-{code}", str(CLASSES[code]))
