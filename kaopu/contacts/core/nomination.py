"""Naming a contact: what is asked of the borrower, how many are enough, and what leaving it out never costs.

The field is optional: no law lets a lender make it a condition (PIPL 16), so nothing here answers for an application.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from kaopu.contacts.core.contact_state import LIVE, State

if TYPE_CHECKING:
    from collections.abc import Iterable

LIVE_MAX = 3  # few who agreed are worth more than many who did not
TEXT_VERSION = "contact-2026-11"  # of the words that a contact agrees to; a change of the page's promise is a new one


class Provenance(StrEnum):
    """Who gave the contact: the six lawful sources (banking association guideline, CN-CBA-06). One a contact."""

    CONTRACT = "contract"
    RESERVED_BY_DEBTOR = "reserved_by_debtor"
    DEBTOR_AUTHORISED = "debtor_authorised"
    LAWFUL_PUBLIC = "lawful_public"
    TOLD_BY_RESERVED_CONTACT = "told_by_reserved_contact"
    AUTHORISED_CREDIT_BUREAU = "authorised_credit_bureau"


class Mode(StrEnum):
    """How the invitation reaches the person."""

    FORWARDED = "forwarded"  # by the borrower, from their own phone: the lender holds nothing of the person
    LENDER_SENT = "lender_sent"  # by the lender to a number that the borrower gave: off unless switched on


class Refusal(StrEnum):
    """Why a nomination or an invitation was not made. Public: add new ones, keep the old."""

    NO_SUCH_BORROWER = "no_such_borrower"
    NO_SUCH_CONTACT = "no_such_contact"
    ENOUGH_CONTACTS = "enough_contacts"
    LENDER_INVITATIONS_ARE_OFF = "lender_invitations_are_off"
    NUMBER_NEEDED = "number_needed"
    NUMBER_NOT_TAKEN = "number_not_taken"  # one answer for a wrong number and for one that must not be reached
    ENDED = "ended"  # the person said no, or the borrower removed them: never invited again
    AGREED_ALREADY = "agreed_already"


def judge_nomination(standing: Iterable[State], mode: Mode, *, lender_invitations: bool) -> Refusal | None:
    """Why one more contact may not be named beside those that stand; None: it may."""
    if mode == Mode.LENDER_SENT and not lender_invitations:
        return Refusal.LENDER_INVITATIONS_ARE_OFF
    live = sum(state in LIVE for state in standing)
    return Refusal.ENOUGH_CONTACTS if live >= LIVE_MAX else None
