"""Which module brings which word of the command line."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

# word: (module, attribute, is a group of commands)
ROOMS: dict[str, tuple[str, str, bool]] = {
    "quote": ("kaopu.book.quote_command", "quote", False),
    "cost": ("kaopu.kernel.commands", "cost", False),
    "party": ("kaopu.party.commands", "app", True),
    "audit": ("kaopu.kernel.audit_commands", "app", True),
    "vault": ("kaopu.kernel.vault_commands", "app", True),
    "book": ("kaopu.book.commands", "app", True),
    "revolving": ("kaopu.revolving.commands", "app", True),
    "ledger": ("kaopu.ledger.commands", "app", True),
    "policy": ("kaopu.decision.policy_commands", "app", True),
    "score": ("kaopu.decision.score_commands", "app", True),
    "decision": ("kaopu.decision.decision_commands", "app", True),
    "conduct": ("kaopu.conduct.conduct_commands", "app", True),
    "outreach": ("kaopu.outreach.outreach_commands", "app", True),
    "contacts": ("kaopu.contacts.contact_commands", "app", True),
    "twin": ("kaopu.twin.twin_commands", "app", True),
    "webhook": ("kaopu.kernel.webhook_commands", "app", True),
    "user": ("kaopu.web.user_command", "app", True),
    "api-key": ("kaopu.web.api_key_command", "app", True),
    "backup": ("kaopu.cli.backup_command", "backup", False),
    "restore": ("kaopu.cli.backup_command", "restore", False),
    "serve": ("kaopu.cli.serve", "serve", False),
    "setup": ("kaopu.cli.setup", "setup", False),
}

# Words that rooms on higher floors hang on a group below them: group: {word: (module, attribute)}
ADDED: dict[str, dict[str, tuple[str, str]]] = {
    "book": {
        "statements": ("kaopu.revolving.statements_command", "statements"),
        "receipts": ("kaopu.receipts.commands", "receipts"),
        "suspense": ("kaopu.receipts.commands", "suspense"),
        "match-receipt": ("kaopu.receipts.commands", "match_receipt"),
        "unmatch-receipt": ("kaopu.receipts.commands", "unmatch_receipt"),
        "return-receipt": ("kaopu.receipts.commands", "return_receipt"),
    },
}


def load(app: typer.Typer, name: str) -> None:
    """Import the module behind `name` and hang it on `app`."""
    module, attribute, is_group = ROOMS[name]
    thing = getattr(import_module(module), attribute)
    if is_group:
        for word, (where, what) in ADDED.get(name, {}).items():
            thing.command(word)(getattr(import_module(where), what))
        app.add_typer(thing, name=name)
    else:
        app.command(name)(thing)
