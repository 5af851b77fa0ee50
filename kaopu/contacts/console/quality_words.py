"""Words of the pages of contact quality: states, outcomes, kinds of groups, signals, reasons to look."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaopu.contacts.core.contact_state import State
from kaopu.contacts.core.quality import GroupKind
from kaopu.contacts.core.trust import Outcome
from kaopu.contacts.trust_files import shipped_weights
from kaopu.kernel.console import figures

OUTCOMES = {
    Outcome.OK: _("in order"),
    Outcome.NOT_YET: _("not confirmed yet"),
    Outcome.ASK_ANOTHER: _("ask for another contact"),
    Outcome.REVIEW: _("a person looks"),
}
TONES = {Outcome.OK: "allowed", Outcome.NOT_YET: "info", Outcome.ASK_ANOTHER: "refer", Outcome.REVIEW: "refer"}
KINDS = {
    GroupKind.CIRCLE: _("borrowers who name one another in a circle"),
    GroupKind.SHARED: _("one contact of borrowers who have nothing to do with one another"),
}
# The steps of the page: which states each counts, the best first.
STEPS = (
    (_("verified by a second channel"), (State.VERIFIED,)),
    (_("agreed"), (State.ACCEPTED,)),
    (_("invited or reading"), (State.INVITED, State.OPENED)),
    (_("named only"), (State.NOMINATED,)),
    (_("said no"), (State.REFUSED, State.DOES_NOT_KNOW, State.WITHDRAWN)),
    (_("not answered in time"), (State.EXPIRED,)),
    (_("taken off by the borrower"), (State.REMOVED,)),
)
LOOKS = {
    "fraud_check": _("a check for fraud"),
    "identity_check": _("a check of who somebody is"),
    "complaint": _("a complaint"),
    "legal_duty": _("a duty by law"),
}


def signals() -> dict[str, str]:
    """What each signal means, in the reader's language; the words stand with the weights."""
    return {each.name: each.zh if figures.chinese() else each.en for each in shipped_weights().signals}
