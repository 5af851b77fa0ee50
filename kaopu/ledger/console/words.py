"""The ledger's words on pages: causes, kinds of accounts, natures of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from kaopu.kernel.console.figures import chinese
from kaopu.ledger.core.cause import BY_CODE
from kaopu.ledger.models import CORRECTION, OWN

if TYPE_CHECKING:
    from kaopu.ledger.core.chart import Account

CAUSES: dict[str, Any] = {
    "lent": _("lent"),
    "rescheduled": _("principal changed by a new schedule"),
    "chargeback": _("money clawed back"),
    "reported_principal": _("balance as reported"),
    "reported_credit": _("credit balance as reported"),
    "accrued_interest": _("interest accrued"),
    "billed_interest": _("interest fallen due"),
    "billed_fee": _("fees fallen due"),
    "charged_penalty": _("penalty charged"),
    "suspended_interest": _("interest suspended, non-accrual"),
    "suspended_penalty": _("penalty suspended, non-accrual"),
    "dropped_interest": _("suspended interest given up"),
    "dropped_penalty": _("suspended penalty given up"),
    "paid": _("paid by borrowers"),
    "set_off": _("set off"),
    "merchant_refund": _("refunded by merchants"),
    "received_principal": _("principal settled by the borrower"),
    "received_interest": _("interest settled by the borrower"),
    "received_fee": _("fees settled by the borrower"),
    "received_penalty": _("penalty settled by the borrower"),
    "refunded_principal": _("principal settled by refunds"),
    "refunded_interest": _("interest settled by refunds"),
    "refunded_fee": _("fees settled by refunds"),
    "refunded_penalty": _("penalty settled by refunds"),
    "waived_principal": _("principal waived"),
    "waived_interest": _("interest waived"),
    "waived_fee": _("fees waived"),
    "waived_penalty": _("penalty waived"),
    "charged_off_principal": _("principal charged off"),
    "charged_off_interest": _("interest charged off"),
    "charged_off_fee": _("fees charged off"),
    "charged_off_penalty": _("penalty charged off"),
    "transferred_principal": _("principal sold"),
    "transferred_interest": _("interest sold"),
    "transferred_fee": _("fees sold"),
    "transferred_penalty": _("penalty sold"),
    "transfer_price": _("price of claims sold"),
    "recovered": _("recovered after charge-off"),
    "passed_on": _("collected for the new owner"),
    "paid_out": _("paid out to borrowers"),
    "subsidy_due": _("subsidy agreed"),
    "subsidy_clawed": _("subsidy clawed back"),
    "subsidy_earned": _("subsidy earned"),
    "subsidy_received": _("subsidy received"),
    "vat_interest": _("VAT in interest"),
    "vat_fee": _("VAT in fees"),
    "vat_penalty": _("VAT in penalty"),
    "vat_subsidy": _("VAT in subsidy"),
    "impairment": _("impairment"),
    "memo_suspended": _("suspended, off the balance sheet"),
    "memo_written_off": _("written off, still claimed"),
    "receipts_received": _("receipts of the bank"),
    "receipts_matched": _("receipts matched to debts"),
    "receipts_returned": _("receipts returned"),
    "revolving_drawn": _("drawn on revolving accounts"),
    "revolving_opening": _("revolving balances carried over"),
    "revolving_opening_credit": _("revolving credit balances carried over"),
    "revolving_accrued_interest": _("interest accrued on revolving accounts"),
    "revolving_billed_interest": _("interest billed on revolving accounts"),
    "revolving_fee": _("fees of revolving accounts"),
    "revolving_paid": _("paid on revolving accounts"),
    "revolving_refunded": _("refunded to revolving accounts"),
    "revolving_settled_principal": _("principal of revolving accounts settled"),
    "revolving_settled_interest": _("interest of revolving accounts settled"),
    "revolving_settled_fee": _("fees of revolving accounts settled"),
    "revolving_vat_interest": _("VAT in interest of revolving accounts"),
    "revolving_vat_fee": _("VAT in fees of revolving accounts"),
    "revolving_impairment": _("impairment of revolving accounts"),
}
KINDS: dict[str, Any] = {
    "asset": _("asset"),
    "liability": _("liability"),
    "common": _("clearing"),
    "equity": _("equity"),
    "income": _("income account"),
    "expense": _("expense"),
    "memo": _("memo"),
}
NATURES: dict[int, Any] = {OWN: _("own period"), CORRECTION: _("correction")}


def cause_words(code: int) -> str:
    """The cause behind a code."""
    return str(CAUSES[BY_CODE[code].name])


def account_words(account: Account) -> str:
    """An account's name in the reader's language."""
    return account.name(chinese=chinese())
