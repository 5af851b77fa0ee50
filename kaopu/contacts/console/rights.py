"""What staff may do in the room, and which roles may from the start."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaopu.kernel.console.access import Right
from kaopu.kernel.roles import Role

SEE_QUALITY = Right(
    "contacts.see_quality",
    _("see the quality of contacts"),
    (Role.ANALYST, Role.POLICY_MAKER, Role.CHECKER, Role.COMPLIANCE, Role.AUDITOR, Role.ADMINISTRATOR),
)
SEE_RING = Right(
    "contacts.see_ring",
    _("look at the people of a ring, with a reason"),
    (Role.ANALYST, Role.COMPLIANCE, Role.ADMINISTRATOR),
)
SEE_EPISODES = Right(
    "contacts.see_episodes",
    _("see lost-contact episodes"),
    (Role.AGENT, Role.CHECKER, Role.COMPLIANCE, Role.AUDITOR, Role.ADMINISTRATOR),
)
WORK_EPISODES = Right("contacts.work_episodes", _("work on lost-contact episodes"), (Role.AGENT, Role.ADMINISTRATOR))
RIGHTS: tuple[Right, ...] = (SEE_EPISODES, WORK_EPISODES, SEE_QUALITY, SEE_RING)
