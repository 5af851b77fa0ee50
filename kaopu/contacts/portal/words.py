"""What codes are called on the pages."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.contacts.actions import send_code
from kaopu.contacts.core.complaint import About
from kaopu.contacts.core.contact_state import State
from kaopu.contacts.core.held_data import Held, Hours
from kaopu.contacts.core.one_time_code import Verdict
from kaopu.contacts.core.relation import Relation

RELATIONS = {
    Relation.PARTNER: gettext_lazy("Husband, wife or partner"),
    Relation.PARENT: gettext_lazy("Mother or father"),
    Relation.CHILD: gettext_lazy("Daughter or son"),
    Relation.SIBLING: gettext_lazy("Sister or brother"),
    Relation.RELATIVE: gettext_lazy("Another relative"),
    Relation.FRIEND: gettext_lazy("Friend"),
    Relation.COLLEAGUE: gettext_lazy("Colleague"),
    Relation.OTHER: gettext_lazy("Somebody else"),
}
STATES = {
    State.NOMINATED: ("…", "refer", gettext_lazy("not asked yet")),
    State.INVITED: ("…", "refer", gettext_lazy("link made, not opened yet")),
    State.OPENED: ("…", "refer", gettext_lazy("opened, not answered yet")),
    State.ACCEPTED: ("✓", "allowed", gettext_lazy("agreed")),
    State.VERIFIED: ("✓", "allowed", gettext_lazy("agreed, confirmed in two ways")),
    State.RECHECK_DUE: ("✓", "allowed", gettext_lazy("agreed, to be asked again")),
    State.REFUSED: ("✕", "muted", gettext_lazy("said no")),
    State.DOES_NOT_KNOW: ("✕", "muted", gettext_lazy("said no")),
    State.WITHDRAWN: ("✕", "muted", gettext_lazy("no longer agrees")),
    State.EXPIRED: ("?", "refer", gettext_lazy("did not answer in 7 days")),
    State.REMOVED: ("✕", "muted", gettext_lazy("removed by you")),
    State.CLOSED: ("✕", "muted", gettext_lazy("no longer needed")),
}
HOURS = {
    Hours.DAY: gettext_lazy("Any time from 9:00 to 19:00"),
    Hours.MORNING: gettext_lazy("Mornings, 9:00 to 12:00"),
    Hours.AFTERNOON: gettext_lazy("Afternoons, 12:00 to 17:00"),
    Hours.EVENING: gettext_lazy("Evenings, 17:00 to 19:00"),
}
CHANNELS = {"voice": gettext_lazy("Phone call"), "sms": gettext_lazy("Text message")}
OTHER_CHANNELS = {"email": gettext_lazy("E-mail"), "app": gettext_lazy("App"), "visit": gettext_lazy("Visit")}
LANGUAGES = {"zh-hans": "中文", "en": "English"}
HELD = {
    Held.NUMBER: gettext_lazy("Your number"),
    Held.SECOND_WAY: gettext_lazy("A second way to reach you"),
    Held.CHANNELS: gettext_lazy("How we may reach you"),
    Held.HOURS: gettext_lazy("What time of day"),
    Held.LANGUAGE: gettext_lazy("Language"),
    Held.RELATION: gettext_lazy("Who you are to them"),
    Held.AGREEMENT: gettext_lazy("That you agreed"),
}
ABOUT = {
    About.TOO_OFTEN: gettext_lazy("You reached me too often, or at a bad time"),
    About.WRONG_PERSON: gettext_lazy("I am not the person you think"),
    About.ASKED_TO_PAY: gettext_lazy("Somebody asked me to pay"),
    About.TOLD_OF_MONEY: gettext_lazy("Somebody told me about another person’s money"),
    About.PRESSURE: gettext_lazy("Somebody was rude or put pressure on me"),
    About.OTHER: gettext_lazy("Something else"),
}
PURPOSES = {
    "locate": gettext_lazy("asked how to find the person who named you"),
    "relay": gettext_lazy("asked you to pass on a message"),
    "verify": gettext_lazy("asked whether your number is still right"),
    "service": gettext_lazy("something that you asked for"),
    "pay-help": gettext_lazy("about your own offer to help"),
}
CODE_WRONG = {
    Verdict.WRONG: gettext_lazy("This is not the code that we sent. Look at the newest message."),
    Verdict.TOO_MANY_TRIES: gettext_lazy("That was tried five times. Ask for a new code."),
    Verdict.TOO_LATE: gettext_lazy("This code is older than 10 minutes. Ask for a new one."),
    Verdict.USED: gettext_lazy("This code was used already. Ask for a new one."),
    Verdict.NO_SUCH_CODE: gettext_lazy("Ask for a new code."),
}
NOT_SENT = {
    send_code.Refusal.NOT_A_MOBILE: gettext_lazy("Enter an 11-digit mobile number, such as 139 0000 0000."),
    send_code.Refusal.NOT_AN_ADDRESS: gettext_lazy("Enter an e-mail address, such as name@example.com."),
    send_code.Refusal.NOT_NOW: gettext_lazy("We cannot send a code right now. Nothing is lost: please try later."),
    send_code.Refusal.NUMBER_OF_THE_BORROWER: gettext_lazy(
        "Enter your own number, not that of the person who named you."
    ),
}


def not_sent(outcome: send_code.Refusal | send_code.Limited) -> str:
    """Why no code was sent; where there were too many, when the next may be."""
    if isinstance(outcome, send_code.Limited):
        return _("We just sent a code. Wait a little before you ask for another one.")
    return str(NOT_SENT[outcome])
