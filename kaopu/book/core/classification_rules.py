"""The rules of classification beyond days past due: codes, floors, limits, and the sentence of each.

Source: Measures for Risk Classification of Financial Assets of Commercial Banks (商业银行金融资产风险分类办法),
Order No. 1 [2023] of CBIRC and PBC, in force since 1 July 2023; articles as given with each code. The manual is
docs/classification.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NORMAL, SPECIAL_MENTION, SUBSTANDARD = 0, 1, 2
NON_PERFORMING_FROM = SUBSTANDARD

# `upgrade` of a debt: which observation periods count.
UPGRADE_NONE, UPGRADE_2023 = 0, 1

# Codes of rules, after those of the ladders (see classification.py). A class by one of these is at least the floor.
RULE_OBSERVED = 210
RULE_NOT_TOLD_ELSEWHERE = 211
RULE_OBLIGOR_IMPAIRED = 212
RULE_RESTRUCTURED = 220
RULE_IMPAIRED = 230
RULE_SHARE_HERE = 240
RULE_OTHER_DEBT = 241
RULE_SHARE_EVERYWHERE = 250
RULE_ELSEWHERE = 251

FLOORS = {
    RULE_OBSERVED: SUBSTANDARD,
    RULE_NOT_TOLD_ELSEWHERE: SUBSTANDARD,
    RULE_OBLIGOR_IMPAIRED: SUBSTANDARD,
    RULE_RESTRUCTURED: SPECIAL_MENTION,
    RULE_IMPAIRED: SUBSTANDARD,
    RULE_SHARE_HERE: SUBSTANDARD,
    RULE_OTHER_DEBT: SPECIAL_MENTION,
    RULE_SHARE_EVERYWHERE: SUBSTANDARD,
    RULE_ELSEWHERE: SPECIAL_MENTION,
}
# Among rules of one class the first of these is the binding one, after the ladder's own: what
# the debt did itself before what its obligors did.
ORDER = (
    RULE_IMPAIRED,
    RULE_OBSERVED,
    RULE_OBLIGOR_IMPAIRED,
    RULE_NOT_TOLD_ELSEWHERE,
    RULE_SHARE_EVERYWHERE,
    RULE_SHARE_HERE,
    RULE_RESTRUCTURED,
    RULE_OTHER_DEBT,
    RULE_ELSEWHERE,
)

OBSERVED_DUES = 2
OBSERVED_MONTHS = 6
RESTRUCTURED_DUES = 2
RESTRUCTURED_MONTHS = 12
SHARE_HERE_PERCENT = 10
SHARE_EVERYWHERE_PERCENT = 20
NON_PERFORMING_DAYS = 90

# What the code alone says, for lists that hold no more than it.
SHORT = {
    RULE_OBSERVED: (
        "Non-performing before, and not yet observed for 2 due days and 6 months after all arrears were paid: "
        "at least substandard (article 14)"
    ),
    RULE_NOT_TOLD_ELSEWHERE: (
        "Non-performing before, and the obligor's debt at other lenders is not known: no upgrade, "
        "at least substandard (articles 11, 14)"
    ),
    RULE_OBLIGOR_IMPAIRED: (
        "Non-performing before, and the obligor has a credit-impaired debt here: no upgrade, "
        "at least substandard (article 14)"
    ),
    RULE_RESTRUCTURED: (
        "Restructured, and not yet observed for 2 periods and 1 year from the first due day under the new terms: "
        "at least special mention (articles 20, 21)"
    ),
    RULE_IMPAIRED: "Credit-impaired: at least substandard (article 11)",
    RULE_SHARE_HERE: (
        "Over 10 % of the obligor's debt here is non-performing, so all of it is: at least substandard (article 7)"
    ),
    RULE_OTHER_DEBT: "Another debt of the obligor here is non-performing: at least special mention (article 10)",
    RULE_SHARE_EVERYWHERE: (
        "Over 20 % of the obligor's debt across lenders is over 90 days past due: at least substandard (article 11)"
    ),
    RULE_ELSEWHERE: (
        "A debt of the obligor at another lender is over 90 days past due: at least special mention (article 10)"
    ),
}

_BAD_HERE = (
    "{non_performing} of {owed} minor units ({percent} %) of the debt of obligor {obligor} here in {currency} "
    "are non-performing"
)
_FULL = {
    RULE_OBSERVED: (
        "Over 90 days past due until {non_performing_on}; {cleared}: 2 due days and 6 months of payment in order "
        "after all arrears were paid come first, so at least substandard (article 14)"
    ),
    RULE_RESTRUCTURED: (
        "Restructured on {restructured_on}; {observed}: at least special mention until 2 periods and 1 year are "
        "observed from the first due day under the new terms (articles 20, 21)"
    ),
    RULE_SHARE_HERE: f"{_BAD_HERE}, over 10 %: all of it is non-performing, at least substandard (article 7)",
    RULE_OTHER_DEBT: f"{_BAD_HERE} beside this one: at least special mention (article 10)",
    RULE_SHARE_EVERYWHERE: (
        "{late} of {owed} minor units ({percent} %) of the debt of obligor {obligor} across lenders in {currency} "
        "are over 90 days past due, over 20 %: at least substandard (article 11)"
    ),
    RULE_ELSEWHERE: (
        "{late} of {owed} minor units of the debt of obligor {obligor} at other lenders in {currency} are over 90 "
        "days past due: at least special mention (article 10)"
    ),
}


@dataclass(frozen=True, slots=True)
class HeldRule:
    """A rule that holds for a debt: the class that it asks for at least, and the figures it rests on."""

    code: int
    floor: int
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)
    words: str = ""  # the sentence where the rule is one of the ladder's

    @property
    def sentence(self) -> str:
        """The rule with its figures."""
        if self.words:
            return self.words
        text = _FULL.get(self.code)
        return text.format(**self.parameters) if text else SHORT[self.code]


def held(code: int, **parameters: Any) -> HeldRule:
    """A rule beyond the ladder with its figures."""
    return HeldRule(code, FLOORS[code], parameters)


def binding_first(rules: list[HeldRule]) -> tuple[HeldRule, ...]:
    """Worst class first; inside a class the ladder's rule, then by `ORDER`."""
    return tuple(sorted(rules, key=lambda rule: (-rule.floor, 1 + ORDER.index(rule.code) if rule.code in ORDER else 0)))


def percent(part: int, whole: int) -> str:
    """A share in percent with two places, cut, for a sentence; exact shares are compared as whole numbers."""
    hundredths = part * 10_000 // whole if whole else 0
    return f"{hundredths // 100}.{hundredths % 100:02d}"
