"""Codes of the room in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaopu.party.core.facts import FactKind
from kaopu.party.core.party import Kind, RevealReason
from kaopu.party.core.points import PointKind, Source
from kaopu.party.core.records import AddressKind, DocumentKind, VerificationResult

KINDS = {Kind.PERSON: _("person"), Kind.ORGANISATION: _("organisation")}
POINT_KINDS = {
    PointKind.PHONE: _("phone"),
    PointKind.EMAIL: _("e-mail"),
    PointKind.APP: _("app inbox"),
    PointKind.ADDRESS: _("post"),
}
SOURCES = {
    Source.CONTRACT: _("the contract"),
    Source.RESERVED_BY_DEBTOR: _("left by the borrower"),
    Source.DEBTOR_AUTHORISED: _("the borrower’s leave"),
    Source.LAWFUL_PUBLIC: _("a lawful public source"),
    Source.TOLD_BY_RESERVED_CONTACT: _("told by a named contact"),
    Source.AUTHORISED_CREDIT_BUREAU: _("a credit bureau, authorised"),
    Source.GIVEN_BY_SELF: _("the person"),
}
CARRIERS = {
    "mobile": _("mobile"),
    "virtual": _("resale segment"),
    "data": _("data card"),
    "satellite": _("satellite"),
    "fixed": _("landline"),
    "foreign": _("another country"),
}
DOCUMENT_KINDS = {
    DocumentKind.CN_ID: _("resident ID"),
    DocumentKind.PASSPORT: _("passport"),
    DocumentKind.USCC: _("social credit code"),
    DocumentKind.OTHER: _("another paper"),
}
ADDRESS_KINDS = {
    AddressKind.HOME: _("home"),
    AddressKind.WORK: _("work"),
    AddressKind.REGISTERED: _("registered seat"),
    AddressKind.POST: _("post"),
}
RESULTS = {
    VerificationResult.MATCH: _("the same"),
    VerificationResult.MISMATCH: _("says otherwise"),
    VerificationResult.UNKNOWN: _("no answer"),
}
FACT_KINDS = {
    FactKind.TIMEZONE: _("Time zone"),
    FactKind.LANGUAGE: _("Language"),
    FactKind.DEAD: _("Died on"),
    FactKind.INCAPACITATED: _("Cannot act since"),
}
REASONS = {
    RevealReason.CUSTOMER_REQUEST: _("the customer asked"),
    RevealReason.COLLECTION: _("to reach the borrower"),
    RevealReason.DISPUTE: _("a dispute"),
    RevealReason.FRAUD_CHECK: _("a check for fraud"),
    RevealReason.CORRECTION: _("to correct the record"),
    RevealReason.LEGAL_DUTY: _("a duty by law"),
}
REFUSALS = {
    "erased": _("It is erased: nobody can open it."),
    "restricted": _("This person is erased but for what a law orders to keep: choose a duty by law."),
}
