"""What staff may do with the ledger, and which roles may from the start."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaopu.kernel.console.access import Right
from kaopu.kernel.roles import Role

SEE_LEDGER = Right(
    "ledger.see_ledger",
    _("read the ledger"),
    (Role.ANALYST, Role.CHECKER, Role.COMPLIANCE, Role.TREASURER, Role.AUDITOR, Role.ADMINISTRATOR),
)
POST_LEDGER = Right("ledger.post_ledger", _("post the ledger"), (Role.TREASURER, Role.ADMINISTRATOR))
PROPOSE_CHART = Right("ledger.propose_chart", _("propose a chart of accounts"), (Role.TREASURER, Role.ADMINISTRATOR))
APPROVE_CHART = Right(
    "ledger.approve_chart", _("approve a chart of accounts"), (Role.CHECKER, Role.TREASURER, Role.ADMINISTRATOR)
)
RIGHTS = (SEE_LEDGER, POST_LEDGER, PROPOSE_CHART, APPROVE_CHART)
