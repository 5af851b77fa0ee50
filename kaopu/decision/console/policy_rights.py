"""What staff may do with policies and decisions, and which roles may from the start."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaopu.kernel.console.access import EVERY_ROLE, Right
from kaopu.kernel.roles import Role

MAKERS = (Role.POLICY_MAKER, Role.ADMINISTRATOR)
SEE_POLICIES = Right("decision.see_policies", _("see policies"), EVERY_ROLE)
EDIT_POLICY = Right("decision.edit_policy", _("edit drafts of policies"), MAKERS)
PROPOSE_POLICY = Right("decision.propose_policy", _("propose versions of policies and place them"), MAKERS)
APPROVE_POLICY = Right(
    "decision.approve_policy", _("approve versions of policies"), (Role.CHECKER, Role.COMPLIANCE, Role.ADMINISTRATOR)
)
STOP_POLICY = Right(
    "decision.stop_policy",
    _("stop policies at once"),
    (Role.POLICY_MAKER, Role.CHECKER, Role.COMPLIANCE, Role.CRISIS_LEAD, Role.ADMINISTRATOR),
)
SEE_DECISIONS = Right(
    "decision.see_decisions",
    _("see decisions"),
    (Role.ANALYST, Role.POLICY_MAKER, Role.CHECKER, Role.AGENT, Role.COMPLIANCE, Role.AUDITOR, Role.ADMINISTRATOR),
)
REVEAL_DECISION = Right(
    "decision.reveal_decision",
    _("see what a decision was given"),
    (Role.CHECKER, Role.COMPLIANCE, Role.ADMINISTRATOR),
)
RIGHTS = (SEE_POLICIES, EDIT_POLICY, PROPOSE_POLICY, APPROVE_POLICY, STOP_POLICY, SEE_DECISIONS, REVEAL_DECISION)
