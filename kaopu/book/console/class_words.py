"""The rules of a class beyond days past due, in the words of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.book.core import classification_rules as rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.book.core.classification_obligor import Classification

SENTENCES = {
    rules.RULE_OBSERVED: gettext_lazy(
        "It was non-performing, and 2 due days and 6 months after all arrears were paid are not over: "
        "at least substandard."
    ),
    rules.RULE_NOT_TOLD_ELSEWHERE: gettext_lazy(
        "It was non-performing, and what the borrower owes other lenders is not known: at least substandard."
    ),
    rules.RULE_OBLIGOR_IMPAIRED: gettext_lazy(
        "It was non-performing, and the borrower has a credit-impaired debt here: at least substandard."
    ),
    rules.RULE_RESTRUCTURED: gettext_lazy(
        "It was restructured, and 2 periods and 1 year from the first new due day are not over: "
        "at least special mention."
    ),
    rules.RULE_IMPAIRED: gettext_lazy("It is credit-impaired: at least substandard."),
    rules.RULE_SHARE_HERE: gettext_lazy(
        "%(percent)s % of the debt of party %(obligor)s here is non-performing, over 10 %: at least substandard."
    ),
    rules.RULE_OTHER_DEBT: gettext_lazy(
        "Another debt of party %(obligor)s here is non-performing: at least special mention."
    ),
    rules.RULE_SHARE_EVERYWHERE: gettext_lazy(
        "%(percent)s % of the debt of party %(obligor)s across lenders is over 90 days past due, over 20 %: "
        "at least substandard."
    ),
    rules.RULE_ELSEWHERE: gettext_lazy(
        "A debt of party %(obligor)s at another lender is over 90 days past due: at least special mention."
    ),
}


def beyond_days(told: Classification) -> tuple[str, ...]:
    """A sentence for each rule beyond the ladder's, the binding ones first, and for what is not known."""
    said = [_filled(str(SENTENCES[rule.code]), rule.parameters) for rule in told.rules if rule.code in SENTENCES]
    if told.notes:
        said.append(_("What the borrower owes other lenders is not known here, so no rule on it is judged."))
    return tuple(said)


def _filled(text: str, figures: Mapping[str, object]) -> str:
    # The per cent signs of the sentence stay as they are.
    for name in ("percent", "obligor"):
        text = text.replace(f"%({name})s", str(figures.get(name, "")))
    return text
