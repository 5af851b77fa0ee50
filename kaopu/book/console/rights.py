"""What staff may do with the book, and which roles may from the start."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaopu.kernel.console.access import EVERY_ROLE, Right
from kaopu.kernel.roles import Role

SEE_BOOK = Right("book.see_book", _("see debts, borrowers and the dashboard"), EVERY_ROLE)
EXPORT_BOOK = Right(
    "book.export_book",
    _("export lists and figures"),
    (
        Role.ANALYST,
        Role.POLICY_MAKER,
        Role.COMPLIANCE,
        Role.TREASURER,
        Role.CRISIS_LEAD,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ),
)
RECORD_EVENT = Right("book.record_event", _("post events to a debt"), (Role.AGENT, Role.TREASURER, Role.ADMINISTRATOR))
IMPORT_BOOK = Right("book.import_book", _("import files and undo imports"), (Role.ANALYST, Role.ADMINISTRATOR))
PROPOSE_TERMS = Right("book.propose_terms", _("propose product terms"), (Role.POLICY_MAKER, Role.ADMINISTRATOR))
APPROVE_TERMS = Right(
    "book.approve_terms", _("approve product terms"), (Role.CHECKER, Role.POLICY_MAKER, Role.ADMINISTRATOR)
)
ASSIGN_DEBTS = Right(
    "book.assign_debts",
    _("say who is responsible for a debt"),
    (Role.RELATIONSHIP_MANAGER, Role.CRISIS_LEAD, Role.ADMINISTRATOR),
)
PROPOSE_PAUSE = Right(
    "book.propose_pause",
    _("propose to pause many debts"),
    (Role.TREASURER, Role.CRISIS_LEAD, Role.ADMINISTRATOR),
)
APPROVE_PAUSE = Right(
    "book.approve_pause",
    _("agree to pause many debts"),
    (Role.CHECKER, Role.COMPLIANCE, Role.CRISIS_LEAD, Role.ADMINISTRATOR),
)
RIGHTS = (
    PROPOSE_PAUSE,
    APPROVE_PAUSE,
    SEE_BOOK,
    EXPORT_BOOK,
    RECORD_EVENT,
    IMPORT_BOOK,
    PROPOSE_TERMS,
    APPROVE_TERMS,
    ASSIGN_DEBTS,
)
