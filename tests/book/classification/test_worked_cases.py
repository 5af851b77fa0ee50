"""Worked cases of the 2023 Measures, one a line: facts in, class and rules out."""

from __future__ import annotations

from datetime import date

import pytest

from kaopu.book.core.classification import CLASSES
from kaopu.book.core.classification_obligor import Elsewhere, classify
from kaopu.book.core.classification_own import DebtFacts

DAY = date(2026, 11, 30)
LOSS_FROM = (0, 90, 270, 360)


def debt(number=1, owed=100, days=0, *, obligors=(7,), currency="CNY", **more):
    class_ = sum(days > over for over in LOSS_FROM)
    contractual = more.pop("contractual", days)
    return DebtFacts(
        number, frozenset(obligors), currency, owed, class_, class_, days, contractual_days_past_due=contractual, **more
    )


def once_bad(cleared, dues, **more):
    return debt(upgrade=1, non_performing_on=date(2026, 1, 31), cleared_on=cleared, dues_since_cleared=dues, **more)


def restructured(first, dues, **more):
    return debt(
        upgrade=1,
        restructured_on=date(2025, 3, 1),
        first_due_since_restructured=first,
        dues_since_restructured=dues,
        **more,
    )


@pytest.mark.parametrize(("what", "facts", "class_", "codes"), [
    ("rules by days alone: once non-performing shows no more",
     debt(non_performing_on=date(2026, 1, 31)), "normal", [0]),
    ("cleared, 6 months and 6 dues later", once_bad(date(2026, 5, 30), 6), "normal", [0]),
    ("a day short of 6 months", once_bad(date(2026, 5, 31), 6), "normal", [0]),  # 30 November has no 31st
    ("5 months and 29 days", once_bad(date(2026, 6, 1), 6), "substandard", [210, 0]),
    ("two dues in 6 months are enough", once_bad(date(2026, 5, 1), 2), "normal", [0]),
    ("one due in 7 months is not: two periods are longer", once_bad(date(2026, 4, 1), 1), "substandard", [210, 0]),
    ("late again by a day while observed", once_bad(date(2026, 4, 1), 5, days=1), "substandard", [210, 1]),
    ("late again by a day, upgraded in June", once_bad(date(2026, 4, 1), 5, days=1, upgrade_proven_on=date(2026, 6, 30)),
     "special_mention", [1]),
    ("a proof from before it was non-performing", once_bad(None, 0, days=1, upgrade_proven_on=date(2025, 6, 30)),
     "substandard", [210, 1]),
    ("re-aged, not paid", once_bad(date(2026, 4, 1), 5, contractual=200), "substandard", [210, 0]),
    ("never cleared", once_bad(None, 0, days=30), "substandard", [210, 1]),
    ("non-performing still", once_bad(None, 0, days=300), "doubtful", [3]),
    ("restructured, 1 year and 12 periods on", restructured(date(2025, 4, 1), 20), "normal", [0]),
    ("restructured, a day short of 1 year", restructured(date(2025, 12, 1), 12), "special_mention", [220, 0]),
    ("restructured, 1 year on the day", restructured(date(2025, 11, 30), 13), "normal", [0]),
    ("restructured, paid once a year: one period in 18 months", restructured(date(2025, 5, 1), 2), "special_mention",
     [220, 0]),
    ("restructured, first due day to come", restructured(date(2026, 12, 31), 0), "special_mention", [220, 0]),
    ("restructured, no due day", restructured(None, 0), "special_mention", [220, 0]),
    ("restructured, late meanwhile: anew", restructured(date(2025, 4, 1), 20, cleared_on=date(2026, 8, 1), dues_since_cleared=4),
     "special_mention", [220, 0]),
    ("restructured, fell non-performing, cleared 8 months ago: upgraded to special mention only",
     restructured(date(2025, 4, 1), 20, non_performing_on=date(2026, 2, 1), cleared_on=date(2026, 3, 1), dues_since_cleared=8),
     "special_mention", [220, 0]),
    ("restructured and just cleared: both", restructured(date(2025, 4, 1), 20, non_performing_on=date(2026, 9, 1),
     cleared_on=date(2026, 10, 1), dues_since_cleared=2), "substandard", [210, 220, 0]),
    ("restructured without upgrade rules", debt(restructured_on=date(2026, 1, 1)), "normal", [0]),
    ("credit-impaired, paid on time", debt(credit_impaired=True), "substandard", [230, 0]),
    ("credit-impaired and 300 days late", debt(days=300, credit_impaired=True), "doubtful", [3, 230]),
    ("nothing owed any more", debt(owed=0, upgrade=1, non_performing_on=date(2026, 11, 1), restructured_on=date(2026, 1, 1)),
     "normal", [0]),
])  # fmt: skip
def test_one_debt(what, facts, class_, codes):
    found = classify([facts], DAY)[1]
    assert (found.class_, [rule.code for rule in found.rules]) == (class_, codes), what
    assert CLASSES[found.binding.floor] == class_


def company(number, owed, days=0, **more):
    return debt(number, owed, days, retail=False, **more)


NOT_KNOWN = None
NOTHING = {(7, "CNY"): Elsewhere(0, 0)}


@pytest.mark.parametrize(("what", "debts", "elsewhere", "classes"), [
    ("10 % bad is not over 10 %", [company(1, 100, 91), company(2, 900)], NOTHING, [2, 1]),
    ("a fen more is", [company(1, 101, 91), company(2, 900)], NOTHING, [2, 2]),
    ("retail debts of the same party stay", [debt(1, 500, 91), debt(2, 500)], NOTHING, [2, 0]),
    ("a bad retail debt counts for the company's others", [debt(1, 500, 91), company(2, 500)], NOTHING, [2, 2]),
    ("another party's debt does not", [company(1, 500, 91, obligors=(8,)), company(2, 500)], NOTHING, [2, 0]),
    ("worse stays worse", [company(1, 500, 91), company(2, 500, 300)], NOTHING, [2, 3]),
    ("credit-impaired counts", [company(1, 500, credit_impaired=True), company(2, 500)], NOTHING, [2, 2]),
    ("observed counts", [company(1, 500, upgrade=1, non_performing_on=date(2026, 9, 1)), company(2, 500)], NOTHING, [2, 2]),
    ("joint debtors carry it on", [company(1, 500, 91), company(2, 500, obligors=(7, 8)), company(3, 500, obligors=(8,))],
     NOTHING, [2, 2, 2]),
    ("currencies are not added up", [company(1, 1, 91), company(2, 900), company(3, 900, currency="USD")], NOTHING, [2, 1, 1]),
    ("20 % late everywhere is not over 20 %", [company(1, 80)], {(7, "CNY"): Elsewhere(20, 20)}, [1]),
    ("a fen more is", [company(1, 79)], {(7, "CNY"): Elsewhere(20, 20)}, [2]),
    ("late here counts too", [company(1, 10, 91), company(2, 90)], {(7, "CNY"): Elsewhere(100, 31)}, [2, 2]),
    ("retail does not follow other lenders", [debt(1, 79)], {(7, "CNY"): Elsewhere(20, 20)}, [0]),
    ("not known is not judged", [company(1, 100)], NOT_KNOWN, [0]),
    ("observed in full, other lenders not known: no upgrade",
     [once_bad(date(2026, 4, 1), 6, retail=False)], NOT_KNOWN, [2]),
    ("observed in full, other lenders known", [once_bad(date(2026, 4, 1), 6, retail=False)], NOTHING, [0]),
    ("observed in full, another debt credit-impaired",
     [once_bad(date(2026, 4, 1), 6), debt(2, 1, credit_impaired=True)], NOTHING, [2, 2]),
    ("nothing owed follows nobody", [company(1, 500, 91), company(2, 0)], NOTHING, [2, 0]),
])  # fmt: skip
def test_an_obligor(what, debts, elsewhere, classes):
    found = classify(debts, DAY, elsewhere)
    assert [found[each.debt_id].class_code for each in debts] == classes, what


def test_the_reason_names_share_and_limit():
    found = classify([company(1, 101, 91), company(2, 900)], DAY, NOTHING)[2]
    assert found.binding.sentence == (
        "101 of 1001 minor units (10.08 %) of the debt of obligor 7 here in CNY are non-performing, over 10 %: "
        "all of it is non-performing, at least substandard (article 7)"
    )
    assert [rule["binding"] for rule in found.as_json()] == [True, False, False]


def test_what_is_not_known_is_said():
    found = classify([company(1, 100)], DAY)[1]
    assert found.notes == ("What obligor 7 owes other lenders in CNY is not known; the 20 % rule is not judged on it",)
    assert classify([debt()], DAY)[1].notes == ()
