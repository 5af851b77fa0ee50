"""What staff may do with policies and decisions, and which roles may from the start."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaopu.kernel.console.access import EVERY_ROLE, Right
from kaopu.kernel.roles import Role

SEE_POLICIES = Right("decision.see_policies", _("see policies"), EVERY_ROLE)
EDIT_POLICY = Right("decision.edit_policy", _("edit drafts of policies"), (Role.POLICY_MAKER, Role.ADMINISTRATOR))
RIGHTS = (SEE_POLICIES, EDIT_POLICY)
