"""Five-category class and overdue bucket, and the sentence that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book.core.classification_rules import SHORT

if TYPE_CHECKING:
    from collections.abc import Sequence

CLASSES = ("normal", "special_mention", "substandard", "doubtful", "loss")

LADDER_LOAN = 0
LADDER_CARD = 1
# A class holds over so many days past due: special mention, substandard, doubtful, loss.
# Loan: Measures for Risk Classification of Financial Assets of Commercial Banks (2023). Card: 1-90, 91-120, 121-180,
# over 180.
LADDER_DAYS = ((0, 90, 270, 360), (0, 90, 120, 180))

BUCKETS = ("current", "1-30", "31-60", "61-90", "91-180", "181-270", "271-360", "361+")
_BUCKET_ENDS = (0, 30, 60, 90, 180, 270, 360)

# Rule codes: 10 × ladder + class by days past due; 100 more where the days come from reported months in arrears.
# From 200 on: classification_rules.py.
RULE_CHARGED_OFF = 90
RULE_REPORTED = 100

_MEASURE = {
    LADDER_LOAN: "Measures for Risk Classification of Financial Assets of Commercial Banks, 2023",
    LADDER_CARD: "card ladder 1-90, 91-120, 121-180, over 180 days",
}


def bucket_of(days_past_due: int) -> str:
    """The overdue bucket of so many days past due."""
    return BUCKETS[sum(days_past_due > end for end in _BUCKET_ENDS)]


def class_of(days_past_due: int, ladder: int = LADDER_LOAN, *, is_charged_off: bool = False) -> str:
    """The class by the ladder; charged off is loss."""
    if is_charged_off:
        return CLASSES[4]
    return CLASSES[sum(days_past_due > over for over in LADDER_DAYS[ladder])]


def class_reason(rule: int, days_past_due: int) -> str:
    """The binding rule as a sentence, from the `class_rule` code that the kernel wrote."""
    if rule == RULE_CHARGED_OFF:
        return "Charged off: all that was owed left the book, so loss"
    if rule in SHORT:
        return SHORT[rule]
    reported, rest = divmod(rule, RULE_REPORTED)
    ladder, class_ = divmod(rest, 10)
    days = f"{days_past_due} {'day' if days_past_due == 1 else 'days'} past due"
    if reported:
        months = days_past_due // 30
        days = f"Reported {months} {'month' if months == 1 else 'months'} in arrears, counted as {days}"
    if class_ == 0:
        return f"{days}: not overdue, so normal ({_MEASURE[ladder]})"
    over = LADDER_DAYS[ladder][class_ - 1]
    name = CLASSES[class_].replace("_", " ")
    rule_words = f"overdue is at least {name}" if over == 0 else f"over {over} days is {name}"
    return f"{days}: {rule_words} ({_MEASURE[ladder]})"


def worst_class(classes: Sequence[str]) -> str:
    """The worst of several classes, such as those of one borrower's debts."""
    return max(classes, key=CLASSES.index, default=CLASSES[0])
