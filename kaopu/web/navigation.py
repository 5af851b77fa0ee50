"""The side navigation: which pages a person may open, in groups, with the number of things that wait there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaopu.book.console.rights import IMPORT_BOOK, SEE_BOOK
from kaopu.conduct.console.rights import SEE_PERMITS, SEE_RULES
from kaopu.contacts.console.rights import SEE_EPISODES, SEE_QUALITY
from kaopu.decision.console.policy_rights import SEE_DECISIONS, SEE_POLICIES
from kaopu.kernel.console.access import MANAGE_WEBHOOKS, SEE_APPROVALS, SEE_AUDIT
from kaopu.ledger.console.rights import SEE_LEDGER
from kaopu.outreach.console.rights import SEE_MESSAGES
from kaopu.party.console.rights import SEE_PARTIES
from kaopu.receipts.console.rights import SEE_RECEIPTS

if TYPE_CHECKING:
    from django.http import HttpRequest

    from kaopu.kernel.console.access import Right


@dataclass(frozen=True, slots=True)
class Entry:
    """One page in the navigation. `key` follows `g`."""

    words: Any
    view: str
    key: str
    right: Right


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as shown to this person on this page."""

    words: str
    url: str
    key: str
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and its links."""

    words: str
    links: tuple[Link, ...]


ENTRIES = (
    (
        _("Book"),
        (
            Entry(_("Dashboard"), "dashboard", "d", SEE_BOOK),
            Entry(_("Figures"), "lender_figures", "f", SEE_BOOK),
            Entry(_("Debts"), "debts", "l", SEE_BOOK),
            Entry(_("Revolving accounts"), "revolving", "s", SEE_BOOK),
            Entry(_("Overdue"), "overdue", "o", SEE_BOOK),
            Entry(_("Borrowers"), "borrowers", "b", SEE_BOOK),
            Entry(_("Parties"), "parties", "h", SEE_PARTIES),
            Entry(_("Products"), "products", "p", SEE_BOOK),
            Entry(_("Bulk pauses"), "pauses", "u", SEE_BOOK),
            Entry(_("Receipts"), "receipts", "r", SEE_RECEIPTS),
            Entry(_("Ledger"), "ledger", "t", SEE_LEDGER),
            Entry(_("Imports"), "imports", "i", IMPORT_BOOK),
        ),
    ),
    (
        _("Deciding"),
        (
            Entry(_("Policies"), "policies", "y", SEE_POLICIES),
            Entry(_("Decisions"), "decisions", "e", SEE_DECISIONS),
        ),
    ),
    (
        _("Contacts"),
        (
            Entry(_("Lost contact"), "contact_episodes", "j", SEE_EPISODES),
            Entry(_("Contact quality"), "contact_quality", "q", SEE_QUALITY),
        ),
    ),
    (
        _("Conduct"),
        (
            Entry(_("Permit explorer"), "conduct_explorer", "c", SEE_RULES),
            Entry(_("Permits"), "conduct_permits", "k", SEE_PERMITS),
            Entry(_("Outreach to contacts"), "conduct_switches", "x", SEE_PERMITS),
            Entry(_("Rules"), "conduct_rules", "z", SEE_RULES),
            Entry(_("Rulebooks"), "conduct_rulebooks", "n", SEE_PERMITS),
            Entry(_("Messages"), "outreach_messages", "g", SEE_MESSAGES),
            Entry(_("Texts"), "outreach_templates", "m", SEE_MESSAGES),
        ),
    ),
    (
        _("Records"),
        (
            Entry(_("Approvals"), "approvals", "v", SEE_APPROVALS),
            Entry(_("Audit"), "audit", "a", SEE_AUDIT),
            Entry(_("Webhooks"), "webhooks", "w", MANAGE_WEBHOOKS),
        ),
    ),
)


def groups_for(request: HttpRequest) -> tuple[Group, ...]:
    """The groups that this person may see, the current page marked by the start of its address."""
    shown = []
    for words, entries in ENTRIES:
        links = tuple(_link(entry, request) for entry in entries if request.user.has_perm(entry.right.permission))
        if links:
            shown.append(Group(str(words), links))
    return tuple(shown)


def _link(entry: Entry, request: HttpRequest) -> Link:
    url = reverse(entry.view)
    current = request.path == url or (url != "/" and request.path.startswith(url))
    return Link(str(entry.words), url, entry.key, current)
