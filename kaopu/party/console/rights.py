"""What staff may do with parties, and which roles may from the start."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaopu.kernel.console.access import Right
from kaopu.kernel.roles import Role

SEE_PARTIES = Right(
    "party.see_parties",
    _("see what is known of persons and organisations, masked"),
    (Role.AGENT, Role.COMPLIANCE, Role.RELATIONSHIP_MANAGER, Role.CRISIS_LEAD, Role.AUDITOR, Role.ADMINISTRATOR),
)
REVEAL_NAME = Right(
    "party.reveal_name",
    _("see full names and phones, each time with a reason"),
    (Role.AGENT, Role.COMPLIANCE, Role.RELATIONSHIP_MANAGER, Role.ADMINISTRATOR),
)
RIGHTS = (SEE_PARTIES, REVEAL_NAME)
