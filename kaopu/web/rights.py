"""All rights of all rooms, in one tuple: what `attach` gives to the roles and what the tests walk over."""

from __future__ import annotations

from kaopu.book.console import rights as book
from kaopu.conduct.console import rights as conduct
from kaopu.contacts.console import rights as contacts
from kaopu.decision.console import model_rights, policy_rights
from kaopu.kernel.console.access import MANAGE_WEBHOOKS, SEE_APPROVALS, SEE_AUDIT
from kaopu.ledger.console import rights as ledger
from kaopu.outreach.console import rights as outreach
from kaopu.party.console import rights as party
from kaopu.receipts.console import rights as receipts
from kaopu.revolving.console import rights as revolving

RIGHTS = (
    *party.RIGHTS,
    *book.RIGHTS,
    *receipts.RIGHTS,
    *revolving.RIGHTS,
    *ledger.RIGHTS,
    *model_rights.RIGHTS,
    *policy_rights.RIGHTS,
    *conduct.RIGHTS,
    *outreach.RIGHTS,
    *contacts.RIGHTS,
    SEE_APPROVALS,
    SEE_AUDIT,
    MANAGE_WEBHOOKS,
)
