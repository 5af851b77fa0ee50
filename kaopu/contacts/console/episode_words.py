"""Words of lost-contact episodes for readers, in their language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kaopu.contacts.actions.open_episode import Why
from kaopu.contacts.core.episode import End, NextAct, Step

ACTS: dict[str, Any] = {
    NextAct.CARE: _("Stop the search: this person needs care"),
    NextAct.OWN_POINT: _("Try a point of the borrower’s own"),
    NextAct.ASK_CONTACT: _("Ask a contact to pass a message on"),
    NextAct.OTHER_SOURCE: _("Ask another lawful source"),
    NextAct.WAIT: _("Wait"),
    NextAct.GIVE_UP: _("End the search"),
    NextAct.REFER: _("A person has to look at this"),
}
STEPS: dict[str, Any] = {
    Step.OWN_TRIED: _("tried a point of the borrower’s own"),
    Step.REVERIFIED: _("a point was checked again"),
    Step.CONTACT_ASKED: _("asked a contact to pass a message on"),
    Step.PASSED_ON: _("the contact passes the message on"),
    Step.WHEREABOUTS_TOLD: _("the contact said how to reach the borrower"),
    Step.CONTACT_DECLINED: _("the contact would rather not"),
    Step.OTHER_SOURCE: _("another lawful source was asked"),
    Step.OFFERED_HELP: _("the contact offered, unasked, to help pay"),
    Step.HARD_TIMES: _("the borrower told of hard times"),
    Step.HANDED_OVER: _("handed over to a colleague"),
}
NOTED = (Step.PASSED_ON, Step.WHEREABOUTS_TOLD, Step.CONTACT_DECLINED, Step.OTHER_SOURCE)
ENDS: dict[str, Any] = {
    End.FOUND: _("found: the borrower spoke to us"),
    End.CARE: _("care: the search stops, help begins"),
    End.GIVEN_UP: _("given up"),
    End.NOT_LOST: _("was never lost"),
    End.PAID: _("paid"),
}
WHY_NOT: dict[str, Any] = {
    Why.NOT_LOST: _("Not lost by the rules yet; what is missing stands below."),
    Why.FACTS_UNKNOWN: _("Nothing can be said: a fact is unknown."),
    Why.ALREADY_OPEN: _("An episode is open already."),
}


def word(words: dict[str, Any], code: str) -> str:
    """The word of a code; the code itself where there is none."""
    return str(words.get(code, code))
