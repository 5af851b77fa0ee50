"""What must hold for the class of any debts, whatever their facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kaopu.book.core import classification_rules as r
from kaopu.book.core.classification_obligor import Elsewhere, classify
from kaopu.book.core.classification_own import DebtFacts, months_after

AS_OF = date(2026, 11, 30)
some_days = st.none() | st.integers(0, 900).map(lambda back: AS_OF - timedelta(days=back))
STEPS = (0, 90, 270, 360)


@st.composite
def debts(draw, number=1):
    days = draw(st.sampled_from((0, 0, 0, 1, 30, 90, 91, 271, 400)))
    class_ = sum(days > step for step in STEPS)
    first = draw(some_days)
    return DebtFacts(
        debt_id=number,
        obligors=frozenset(draw(st.sampled_from(((1,), (1,), (2,), (1, 2), (3,))))),
        currency=draw(st.sampled_from(("CNY", "CNY", "USD"))),
        owed=draw(st.sampled_from((0, 1, 10, 89, 100, 1000))),
        class_by_days=class_,
        rule_by_days=class_,
        days_past_due=days,
        contractual_days_past_due=draw(st.sampled_from((days, days, days + 30))),
        non_performing_on=AS_OF if days > 90 else draw(some_days),
        cleared_on=draw(some_days),
        restructured_on=None if first is None else first - timedelta(days=draw(st.integers(1, 40))),
        dues_since_cleared=draw(st.integers(0, 14)),
        dues_since_restructured=draw(st.integers(0, 14)),
        first_due_since_restructured=first,
        upgrade=draw(st.sampled_from((0, 1, 1))),
        retail=draw(st.booleans()),
        credit_impaired=draw(st.sampled_from((False, False, False, True))),
    )


books = st.integers(1, 6).flatmap(lambda count: st.tuples(*(debts(number) for number in range(1, count + 1))))
told = st.dictionaries(
    st.tuples(st.integers(1, 3), st.sampled_from(("CNY", "USD"))),
    st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda both: Elsewhere(max(both), min(both))),
)


@given(book=books, elsewhere=told)
def test_never_better_than_the_days_and_the_worst_rule_binds(book, elsewhere):
    for each in book:
        found = classify(book, AS_OF, elsewhere)[each.debt_id]
        assert found.class_code >= each.class_by_days
        assert found.class_code == max(rule.floor for rule in found.rules) == found.binding.floor
        assert all(rule.sentence for rule in found.rules)


@given(book=books)
def test_the_defaults_are_the_ladder_alone(book):
    plain = [replace(each, upgrade=0, retail=True, credit_impaired=False) for each in book]
    for each in plain:
        found = classify(plain, AS_OF)[each.debt_id]
        assert (found.class_code, [rule.code for rule in found.rules], found.notes) == (
            each.class_by_days,
            [each.rule_by_days],
            (),
        )


@given(book=books, elsewhere=told, worse=st.integers(0, 5))
def test_contagion_is_monotone(book, elsewhere, worse):
    """A debt that gets worse, and more that is late elsewhere, never make any debt better."""
    before = classify(book, AS_OF, elsewhere)
    at = worse % len(book)
    bad = replace(book[at], days_past_due=400, class_by_days=4, rule_by_days=4, non_performing_on=AS_OF)
    after = classify([bad if each is book[at] else each for each in book], AS_OF, elsewhere)
    late = {pair: replace(each, over_90=each.owed) for pair, each in elsewhere.items()}
    later = classify(book, AS_OF, late)
    for number, found in before.items():
        assert after[number].class_code >= found.class_code
        assert later[number].class_code >= found.class_code


@given(book=books, elsewhere=told)
def test_not_knowing_other_lenders_upgrades_nothing(book, elsewhere):
    """What was held at substandard for its past stays so when what others lend is taken away."""
    known, unknown = classify(book, AS_OF, elsewhere), classify(book, AS_OF)
    for each in book:
        codes = {rule.code for rule in known[each.debt_id].rules}
        if codes & {r.RULE_OBSERVED, r.RULE_NOT_TOLD_ELSEWHERE, r.RULE_OBLIGOR_IMPAIRED}:
            assert unknown[each.debt_id].class_code >= r.SUBSTANDARD


@given(book=books, elsewhere=told)
def test_an_upgrade_comes_only_after_its_observation(book, elsewhere):
    for each in book:
        found = classify(book, AS_OF, elsewhere)[each.debt_id]
        last, cleared = each.non_performing_on, each.cleared_on
        if each.upgrade and each.owed and last and found.class_code < r.SUBSTANDARD:
            assert cleared is not None and cleared > last
            assert each.days_past_due == each.contractual_days_past_due == 0
            assert each.dues_since_cleared >= 2
            assert months_after(cleared, 6) <= AS_OF
        if each.upgrade and each.owed and each.restructured_on and found.class_code == r.NORMAL:
            begun = max(day for day in (each.first_due_since_restructured, cleared) if day is not None)
            assert months_after(begun, 12) <= AS_OF or begun == cleared < each.first_due_since_restructured


@given(book=books, elsewhere=told)
def test_every_rule_listed_is_true_on_its_facts(book, elsewhere):
    found = classify(book, AS_OF, elsewhere)
    for each in book:
        for rule in found[each.debt_id].rules:
            figures = rule.parameters
            same = [d for d in book if figures.get("obligor") in d.obligors and d.currency == figures.get("currency")]
            if rule.code == r.RULE_SHARE_HERE:
                assert not each.retail and each in same
                assert figures["owed"] == sum(d.owed for d in same)
                assert figures["non_performing"] * 100 > figures["owed"] * 10
                assert sum(d.owed for d in same if found[d.debt_id].class_code >= 2) >= figures["non_performing"]
            elif rule.code == r.RULE_SHARE_EVERYWHERE:
                outside = elsewhere[figures["obligor"], figures["currency"]]
                assert figures["owed"] == sum(d.owed for d in same) + outside.owed
                assert figures["late"] == sum(d.owed for d in same if d.days_past_due > 90) + outside.over_90
                assert figures["late"] * 100 > figures["owed"] * 20
            elif rule.code == r.RULE_OTHER_DEBT:
                others = sum(d.owed for d in same if d is not each and found[d.debt_id].class_code >= 2)
                assert 0 < figures["non_performing"] <= others
            elif rule.code == r.RULE_ELSEWHERE:
                assert elsewhere[figures["obligor"], figures["currency"]].over_90 == figures["late"] > 0
            elif rule.code == r.RULE_IMPAIRED:
                assert each.credit_impaired
            elif rule.code == r.RULE_RESTRUCTURED:
                assert each.restructured_on is not None and each.upgrade == 1
            elif rule.code == r.RULE_OBSERVED:
                assert each.non_performing_on is not None and each.upgrade == 1 and each.days_past_due <= 90
            elif rule.code == r.RULE_NOT_TOLD_ELSEWHERE:
                assert any((obligor, each.currency) not in elsewhere for obligor in each.obligors)
            elif rule.code == r.RULE_OBLIGOR_IMPAIRED:
                assert any(d.credit_impaired and d.obligors & each.obligors for d in book)
            else:
                assert rule.code == each.rule_by_days


@given(book=books, elsewhere=told)
def test_the_order_of_debts_never_shows(book, elsewhere):
    one, other = classify(book, AS_OF, elsewhere), classify(book[::-1], AS_OF, elsewhere)
    assert {n: c.class_code for n, c in one.items()} == {n: c.class_code for n, c in other.items()}
    for number, found in one.items():
        assert sorted(map(repr, found.rules)) == sorted(map(repr, other[number].rules))
