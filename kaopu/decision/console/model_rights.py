"""What staff may do with score models, and which roles may from the start."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaopu.kernel.console.access import Right
from kaopu.kernel.roles import Role

PROPOSE_MODEL = Right(
    "decision.propose_model", _("propose a score model"), (Role.ANALYST, Role.POLICY_MAKER, Role.ADMINISTRATOR)
)
APPROVE_MODEL = Right(
    "decision.approve_model", _("approve a score model"), (Role.CHECKER, Role.COMPLIANCE, Role.ADMINISTRATOR)
)
RIGHTS = (PROPOSE_MODEL, APPROVE_MODEL)
