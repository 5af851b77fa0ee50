"""What can happen to a debt, in the order in which events of one day are taken when they carry no id."""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    """The kinds of docs/snapshot.md, in its order. The strings are public: add new ones at the end."""

    REVERSAL = "reversal"
    RESTRUCTURE = "restructure"
    EXTENSION = "extension"
    PAUSE = "pause"
    ACCELERATION = "acceleration"
    FEE = "fee"
    PENALTY = "penalty"
    CHARGEBACK = "chargeback"
    PAYMENT = "payment"
    EARLY_SETTLEMENT = "early_settlement"
    REFUND = "refund"
    RETURN = "return"
    WAIVER = "waiver"
    CHARGE_OFF = "charge_off"
    RECOVERY = "recovery"
    PAYOUT = "payout"
    REPORTED_BALANCE = "reported_balance"
    REPORTED_CREDIT = "reported_credit"
    REPORTED_STATUS = "reported_status"
    SET_OFF = "set_off"
    DISPUTE = "dispute"
    DISPUTE_END = "dispute_end"
    RE_AGE = "re_age"
    REINSTATEMENT = "reinstatement"
    TRANSFER = "transfer"
    ASSUMPTION = "assumption"
    JOINING = "joining"
    SUBSIDY = "subsidy"


class Component(StrEnum):
    """The four parts of what is owed."""

    PRINCIPAL = "principal"
    INTEREST = "interest"
    FEE = "fee"
    PENALTY = "penalty"


# Codes inside the kernel; 0 stands for none.
CODE = {kind: code for code, kind in enumerate(EventKind, 1)}
KIND = {code: kind for kind, code in CODE.items()}
COMPONENT_CODE = {component: code for code, component in enumerate(Component, 1)}
