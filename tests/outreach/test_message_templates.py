"""What a contact may read: every template, at every level, with every value, never tells of a debt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kaopu.outreach
from kaopu.kernel.core.errors import BadInput
from kaopu.outreach.core.debt_words import debt_word_in
from kaopu.outreach.core.level import LEVELS, above
from kaopu.outreach.core.stop_words import asks_to_stop
from kaopu.outreach.core.template import CONTACT_TEMPLATES, Rendered, Unfit, faults, render, suits
from kaopu.outreach.core.template_file import read_templates
from kaopu.outreach.core.value import HOUSE_KINDS, LEVEL, House, Kind, Value, spelled

FOLDER = Path(kaopu.outreach.__file__).parent / "messages"
SHIPPED = [each for file in sorted(FOLDER.glob("*.toml")) for each in read_templates(file.read_text(), file.name)]
TO_CONTACTS = [each for each in SHIPPED if "contact" in each.roles]
HOUSE = House("靠谱", "400 000 0000", "https://pay.example")
GOOD = {
    Kind.MASKED_NAME: "王*", Kind.REFERENCE: "7F-204", Kind.CODE: "204617",
    Kind.LINK: "https://pay.example/r/aaaaBBBBccccDDDD1111", Kind.PAY_LINK: "https://pay.example/p/aaaaBBBBccccDDDD1111",
    Kind.AMOUNT_TO_PAY: "CNY 30620", Kind.AMOUNT_OWED: "CNY 30620", Kind.DUE_DATE: "2026-11-27", Kind.DAYS_LATE: "9",
}  # fmt: skip
# What a debt looks like, however it is dressed: none of it may be read by a contact at any level below payment.
DEBT_TEXTS = [
    "欠款", "王欠*", "欠*", "债*", "他欠款5000元", "逾期9天", "owes 5,000", "Debt *", "OWE", "CNY 30620", "2026-11-27", "¥306.20",
    "５０００元", "L O A N", "http://evil.example/r/aaaaBBBBccccDDDD1111", "https://pay.example/owes/aaaaBBBBccccDDDD1111",
    "https://pay.example.evil/r/aaaaBBBBccccDDDD1111", "7F-204\n欠款", "204617 overdue", "9",
]  # fmt: skip


def good_values(template):
    return {name: Value(kind, GOOD[kind]) for name, kind in template.blanks if kind not in HOUSE_KINDS}


@pytest.mark.parametrize("template", SHIPPED, ids=lambda each: f"{each.code}-{each.language}")
def test_shipped_templates_are_sound_and_written(template):
    assert faults(template) == []
    made = render(template, good_values(template), "debt", HOUSE)
    assert isinstance(made, Rendered)
    assert "{" not in made.body + made.subject
    assert len(made.body) <= 400


def test_every_template_is_there_in_both_languages_with_the_same_blanks():
    by_code = {}
    for each in SHIPPED:
        by_code.setdefault(each.code, {})[each.language] = (each.level, each.roles, each.purposes, dict(each.blanks))
    for code, languages in by_code.items():
        assert set(languages) == {"zh", "en"}, code
        assert languages["zh"] == languages["en"], code


def test_a_contact_is_told_of_somebody_else_in_two_texts_alone():
    about_others = {each.code for each in SHIPPED if {"locate", "relay"} & set(each.purposes)}
    assert about_others == set(CONTACT_TEMPLATES)
    assert all(each.roles == ("contact",) for each in TO_CONTACTS)


@pytest.mark.parametrize("template", SHIPPED, ids=lambda each: f"{each.code}-{each.language}")
@pytest.mark.parametrize("disclosure", LEVELS)
def test_a_template_above_the_permit_is_not_written(template, disclosure):
    made = render(template, good_values(template), disclosure, HOUSE)
    assert (made is Unfit.ABOVE_DISCLOSURE) == above(template.level, disclosure)


any_text = st.one_of(st.sampled_from([*GOOD.values(), *DEBT_TEXTS]), st.text(max_size=40))
any_value = st.builds(Value, st.sampled_from(sorted(Kind)), any_text)


# The first text drawn on a machine makes a table of all letters, which takes seconds; that is no fault of the test.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    template=st.sampled_from(TO_CONTACTS),
    disclosure=st.sampled_from([*LEVELS, "more", ""]),
    values=st.lists(any_value, min_size=8, max_size=8),
    lender=st.one_of(st.just("靠谱"), st.sampled_from(DEBT_TEXTS), st.text(max_size=30)),
)
def test_no_contact_ever_reads_a_debt_fact(template, disclosure, values, lender):
    # Each blank once with its own kind and any text, once with anything at all.
    house = replace(HOUSE, lender=lender)
    for typed in (True, False):
        given_values = {
            name: Value(kind, value.text) if typed else value
            for (name, kind), value in zip(template.blanks, values, strict=False)
            if kind not in HOUSE_KINDS
        }
        made = render(template, given_values, disclosure, house)
        if not isinstance(made, Rendered):
            continue
        assert not above(template.level, disclosure)
        # The random part of a link spells what it spells.
        read = made.subject + made.body
        for name, kind in template.blanks:
            if kind in {Kind.LINK, Kind.PAY_LINK}:
                read = read.replace(given_values[name].text, "")
        assert debt_word_in(read) is None, read
        debt_kinds = {kind for _name, kind in template.blanks if LEVEL[kind] == "debt"}
        assert not debt_kinds
        if template.level in {"none", "relay"}:
            assert "¥" not in read
            assert "CNY" not in read


@given(template=st.sampled_from([each for each in SHIPPED if each.level in {"none", "relay"}]), text=any_text)
def test_a_debt_fact_is_no_value_of_a_neutral_template(template, text):
    for name, kind in template.blanks:
        if kind in HOUSE_KINDS:
            continue
        for debt_kind in (Kind.AMOUNT_OWED, Kind.DUE_DATE, Kind.DAYS_LATE, Kind.AMOUNT_TO_PAY, Kind.PAY_LINK):
            values = {**good_values(template), name: Value(debt_kind, text)}
            assert render(template, values, "debt", HOUSE) is Unfit.VALUE_OF_OTHER_KIND


@pytest.mark.parametrize("text", DEBT_TEXTS)
@pytest.mark.parametrize("template", TO_CONTACTS, ids=lambda each: f"{each.code}-{each.language}")
def test_a_debt_text_fits_no_blank_of_a_contact(template, text):
    for name, kind in template.blanks:
        if kind in HOUSE_KINDS or (kind is Kind.AMOUNT_TO_PAY and text == GOOD[kind]):
            continue
        assert render(template, {**good_values(template), name: Value(kind, text)}, "debt", HOUSE) is Unfit.VALUE_UNFIT


def test_values_are_asked_for_by_name_and_the_house_speaks_for_itself():
    template = next(each for each in SHIPPED if each.code == "contact-relay" and each.language == "zh")
    name = Value(Kind.MASKED_NAME, "王*")
    assert render(template, {}, "relay", HOUSE) is Unfit.VALUE_MISSING
    assert render(template, {"name": name, "note": name}, "relay", HOUSE) is Unfit.VALUE_UNKNOWN
    assert (
        render(template, {"name": name, "lender": Value(Kind.LENDER, "催收部")}, "relay", HOUSE) is Unfit.VALUE_UNKNOWN
    )
    assert render(template, {"name": name}, "relay", replace(HOUSE, lender="消费信贷")) is Unfit.VALUE_UNFIT
    assert suits(template, "contact", "relay") is None
    assert suits(template, "debtor", "relay") is Unfit.NOT_FOR_THIS_ROLE
    assert suits(template, "contact", "locate") is Unfit.NOT_FOR_THIS_PURPOSE


GOOD_FILE = '[[template]]\ncode = "x"\nlanguage = "en"\nversion = 1\nlevel = "none"\nroles = ["debtor"]\npurposes = ["collect"]\ntext = "Hello {phone}"\nvalues = {phone = "lender_phone"}\n'


@pytest.mark.parametrize(("old", "new", "says"), [
    ('"none"', '"some"', "level: 'some' given"),
    ('"en"', '"fr"', "language: 'fr' given"),
    ("version = 1", 'version = "1"', "version: '1' given, expected int"),
    ("Hello {phone}", "Hello {phone} {note}", "{note} is no blank"),
    ("Hello {phone}", "Hello", "phone stands nowhere"),
    ("Hello {phone}", "Your loan {phone}", "'loan' tells of a debt"),
    ("Hello {phone}", "Hello {phone", "expected blanks like"),
    ('"lender_phone"', '"amount_owed"', "above the template's none"),
    ('"lender_phone"', '"free"', "expected one of"),
    ('["debtor"]', '["debtor", "contact"]', "contacts alone"),
    ('["debtor"]', '["contact"]', "begins with contact-"),
    ('["collect"]', '["relay"]', None),
])  # fmt: skip
def test_a_faulty_file_says_where(old, new, says):
    text = GOOD_FILE.replace(old, new)
    if says is None:
        assert read_templates(text, "t.toml")
        return
    with pytest.raises(BadInput, match=r"t\.toml, template 1") as wrong:
        read_templates(text, "t.toml")
    assert says in str(wrong.value)


def test_a_third_text_about_somebody_else_is_refused():
    text = (
        GOOD_FILE.replace('["debtor"]', '["contact"]')
        .replace('["collect"]', '["relay"]')
        .replace('"x"', '"contact-ask"')
    )
    with pytest.raises(BadInput, match="one of the two fixed texts"):
        read_templates(text, "t.toml")


def test_money_and_days_are_spelled_for_the_reader():
    assert spelled(Value(Kind.AMOUNT_OWED, "CNY 30620"), "zh") == "¥306.20"
    assert spelled(Value(Kind.AMOUNT_OWED, "JPY 30620"), "en") == "JPY 30620"
    assert spelled(Value(Kind.DUE_DATE, "2026-11-27"), "zh") == "11月27日（周五）"
    assert spelled(Value(Kind.DUE_DATE, "2026-11-27"), "en") == "Friday 27 November"


@pytest.mark.parametrize("text", [
    "退订", " TD ", "ｔｄ", "STOP", "Stop.", "stop please", "请别再联系我", "不要再打了！", "UNSUBSCRIBE", "Don’t contact me again",
    "do not call", "打错了", "退 订", "T", "我不认识他",
])  # fmt: skip
def test_who_asks_to_be_left_alone_is(text):
    assert asks_to_stop(text)


@pytest.mark.parametrize(
    "text", ["好的", "ok", "I will tell him", "明天联系", "", "?", "I cannot stop by today", "thanks"]
)
def test_an_ordinary_reply_is_no_stop(text):
    assert not asks_to_stop(text)
