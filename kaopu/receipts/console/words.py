"""Codes of rules, reasons, refusals and states in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from kaopu.receipts.actions.outcome import Refusal, Refused
from kaopu.receipts.actions.return_receipt import Reason
from kaopu.receipts.core.why import Rule, Why

if TYPE_CHECKING:
    from kaopu.receipts.models import Standing

RULES: dict[str, Any] = {
    Rule.DEBT_NAMED: _("the text names this debt and no other"),
    Rule.PAYER_DUE: _("a known payer, and exactly what was due on this debt"),
    Rule.PAYER_ALL_DUE: _("a known payer, and exactly what was due on all debts together"),
    Rule.PAYER_SETTLES: _("a known payer, and exactly all that was owed on this debt"),
    Rule.PERSON: _("a person decided"),
}
WHYS: dict[str, Any] = {
    Why.NOTHING_KNOWN: _("the text names no debt, and the payer is not known"),
    Why.SEVERAL_DEBTS_NAMED: _("the text names several debts"),
    Why.NAMED_DEBT_UNKNOWN: _("the text names a debt that does not exist"),
    Why.NAME_IS_DOUBTFUL: _("a number in the text may be a debt, or a date or a count"),
    Why.OTHER_CURRENCY: _("the debt is in another currency"),
    Why.DEBT_NOT_BEGUN: _("the debt had not begun on that day"),
    Why.DEBT_SETTLED: _("the debt was settled already"),
    Why.DEBT_TRANSFERRED: _("the debt was transferred to another lender"),
    Why.PAYER_OF_SEVERAL: _("the payer pays for several borrowers"),
    Why.NAME_ALONE: _("only the name is known, and a name is no identity"),
    Why.NO_OPEN_DEBT: _("the payer is known and has no open debt"),
    Why.TOO_MANY_DEBTS: _("the payer has too many debts to choose by amount"),
    Why.AMOUNT_FITS_NOTHING: _("the payer is known, but the amount fits nothing that is due"),
    Why.AMOUNT_FITS_SEVERAL: _("the payer is known, but the amount fits several debts"),
    Why.REFUSED_BY_THE_BOOK: _("the book refused the payment"),
    Why.UNMATCHED: _("a match was taken back"),
}
PART_LEFT = _("a part is left over")
REASONS: dict[str, Any] = {
    Reason.NOT_OURS: _("the money is not for us"),
    Reason.PAID_TWICE: _("it was paid twice"),
    Reason.PAYER_ASKED: _("the payer asked for it"),
    Reason.NO_DEBT_FOUND: _("no debt was found for it"),
    Reason.LEGAL_DUTY: _("a duty by law"),
}
REFUSALS: dict[str, tuple[str, Any]] = {
    Refusal.DEBT_UNKNOWN: ("debt", _("There is no such debt. Enter its number, as D-12, or its outside number.")),
    Refusal.OTHER_CURRENCY: ("debt", _("This debt is in another currency. Choose one in the currency of the receipt.")),
    Refusal.DEBT_NOT_BEGUN: ("debt", _("This debt had not begun on the day of the receipt. Choose another one.")),
    Refusal.NOTHING_LEFT: ("debt", _("Nothing is left: a colleague was first. The page below shows where it went.")),
    Refusal.ABOVE_WHAT_IS_LEFT: ("amount", _("More than is left. Enter at most what is in suspense.")),
    Refusal.AMOUNT_MUST_BE_POSITIVE: ("amount", _("Enter an amount above 0.")),
    Refusal.CHANGED_MEANWHILE: ("amount", _("A colleague acted meanwhile. Look at what is left now and try again.")),
    Refusal.NOT_MATCHED: ("debt", _("There is no such match.")),
    Refusal.ALREADY_UNMATCHED: ("debt", _("This match was taken back already.")),
    Refusal.DAY_BEFORE_THE_RECEIPT: ("on", _("Money cannot go back before it came. Enter a later day.")),
    Refusal.RETURN_IS_WAITING: ("amount", _("A return of this receipt waits for a second person already.")),
    Refusal.BOOK_REFUSED: ("debt", _("The book refused: %(why)s")),
}


def refusal(refused: Refused) -> tuple[str, str]:
    """The field that a refusal belongs to, and what to do."""
    field, text = REFUSALS[refused.why]
    why = {"why": refused.detail.replace("_", " ")}
    return field, str(text) % why if refused.why is Refusal.BOOK_REFUSED else str(text)


def state(standing: Standing) -> tuple[str, str, Any]:
    """Tone, sign and word of where the money is."""
    if standing.suspense == standing.amount:
        return "refer", "…", _("in suspense")
    if standing.suspense:
        return "refer", "◐", _("partly in suspense")
    if standing.returned == standing.amount:
        return "info", "↩", _("returned")
    if standing.returned:
        return "allowed", "✓", _("matched and returned")
    return "allowed", "✓", _("matched")
