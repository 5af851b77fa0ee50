"""What staff may do in the room, and which roles may from the start."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaopu.kernel.console.access import EVERY_ROLE, Right
from kaopu.kernel.roles import Role

SEE_RULES = Right("conduct.see_rules", _("read the rules of conduct and try cases against them"), EVERY_ROLE)
SEE_PERMITS = Right(
    "conduct.see_permits",
    _("see permits and refusals"),
    (Role.AGENT, Role.CHECKER, Role.COMPLIANCE, Role.POLICY_MAKER, Role.AUDITOR, Role.ADMINISTRATOR),
)
SEE_FACTS = Right(
    "conduct.see_facts", _("see the facts behind a permit"), (Role.COMPLIANCE, Role.AUDITOR, Role.ADMINISTRATOR)
)
SWITCH_OUTREACH = Right(
    "conduct.switch_outreach",
    _("turn outreach to contacts off, and ask for it to be on"),
    (Role.POLICY_MAKER, Role.COMPLIANCE, Role.ADMINISTRATOR),
)
APPROVE_OUTREACH = Right(
    "conduct.approve_outreach", _("agree to outreach to contacts"), (Role.COMPLIANCE, Role.ADMINISTRATOR)
)
CHANGE_RULES = Right(
    "conduct.change_rules", _("propose rules of conduct"), (Role.POLICY_MAKER, Role.COMPLIANCE, Role.ADMINISTRATOR)
)
APPROVE_RULES = Right(
    "conduct.approve_rules", _("agree to rules of conduct"), (Role.CHECKER, Role.COMPLIANCE, Role.ADMINISTRATOR)
)
RIGHTS: tuple[Right, ...] = (
    SEE_RULES,
    SEE_PERMITS,
    SEE_FACTS,
    SWITCH_OUTREACH,
    APPROVE_OUTREACH,
    CHANGE_RULES,
    APPROVE_RULES,
)
