"""What staff may do in the room, and which roles may from the start."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaopu.kernel.console.access import Right
from kaopu.kernel.roles import Role

SEE_MESSAGES = Right(
    "outreach.see_messages",
    _("see texts of messages"),
    (Role.AGENT, Role.CHECKER, Role.COMPLIANCE, Role.POLICY_MAKER, Role.AUDITOR, Role.ADMINISTRATOR),
)
CHANGE_TEMPLATES = Right(
    "outreach.change_templates",
    _("propose texts of messages"),
    (Role.POLICY_MAKER, Role.COMPLIANCE, Role.ADMINISTRATOR),
)
APPROVE_TEMPLATES = Right(
    "outreach.approve_templates",
    _("agree to texts of messages"),
    (Role.CHECKER, Role.COMPLIANCE, Role.ADMINISTRATOR),
)
READ_CONVERSATIONS = Right(
    "outreach.read_conversations",
    _("read what was said to a person and by them"),
    (Role.COMPLIANCE, Role.AUDITOR),
)
MAKE_CALLS = Right("outreach.make_calls", _("make calls to persons"), (Role.AGENT,))
RIGHTS: tuple[Right, ...] = (SEE_MESSAGES, CHANGE_TEMPLATES, APPROVE_TEMPLATES, READ_CONVERSATIONS, MAKE_CALLS)
