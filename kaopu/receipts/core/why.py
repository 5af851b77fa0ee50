"""Codes of the rules that match and of the reasons that do not. Public: add new ones, keep the old."""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """Why money went to a debt."""

    DEBT_NAMED = "debt_named"  # the text names exactly this debt
    PAYER_DUE = "payer_due"  # a known payer, and exactly what is due on this debt
    PAYER_ALL_DUE = "payer_all_due"  # a known payer, and exactly what is due on all debts together
    PAYER_SETTLES = "payer_settles"  # a known payer, and exactly all that is owed on this debt
    PERSON = "person"  # somebody decided


class Why(StrEnum):
    """Why a receipt is held in suspense."""

    NOTHING_KNOWN = "nothing_known"  # no debt named, payer not known
    SEVERAL_DEBTS_NAMED = "several_debts_named"
    NAMED_DEBT_UNKNOWN = "named_debt_unknown"
    NAME_IS_DOUBTFUL = "name_is_doubtful"  # a short number or a date that is also a debt's outside id
    OTHER_CURRENCY = "other_currency"
    DEBT_NOT_BEGUN = "debt_not_begun"
    DEBT_SETTLED = "debt_settled"
    DEBT_TRANSFERRED = "debt_transferred"
    PAYER_OF_SEVERAL = "payer_of_several"  # account and phone lead to several parties
    NAME_ALONE = "name_alone"  # a name is held by one party, but a name is no identity
    NO_OPEN_DEBT = "no_open_debt"
    TOO_MANY_DEBTS = "too_many_debts"
    AMOUNT_FITS_NOTHING = "amount_fits_nothing"
    AMOUNT_FITS_SEVERAL = "amount_fits_several"
    REFUSED_BY_THE_BOOK = "refused_by_the_book"
    UNMATCHED = "unmatched"  # somebody took the match back
