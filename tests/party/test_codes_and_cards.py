"""Credit codes, bank cards and telephones: the examples of topic f and more. Numbers are public samples or made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from kaopu.party.core import card, credit_code
from kaopu.party.core.card import check_card, digit_sum, passes_luhn
from kaopu.party.core.credit_code import (
    ALPHABET,
    check_credit_code,
    organisation_check_character,
    organisation_sum,
)
from kaopu.party.core.phone import check_phone, read_any_phone, read_phone


def test_the_worked_example_of_gb_32100():  # f-10
    first_17 = "91350100M000100Y4"
    values = credit_code.character_values(first_17)
    assert values == (9, 1, 3, 5, 0, 1, 0, 0, 21, 0, 0, 0, 1, 0, 0, 30, 4)
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values))
    assert (total, total % 31, credit_code.check_character(first_17)) == (1640, 28, "3")
    assert check_credit_code(first_17 + "3").valid
    assert check_credit_code(first_17 + "Z").why == "illegal character Z: 0-9 and A-Z without I, O, S, V, Z"


# fmt: off
@pytest.mark.parametrize(("code", "why"), [  # f-12, f-13 and more of their kind
    ("91310110666007217T", ""),
    ("91110108MA00ABC16Y", ""),
    ("91440300MA5DEF2G9J", ""),
    ("123300004700123489", ""),
    ("91110108ma00abc16y", ""),
    ("９１１１０１０８ＭＡ００ＡＢＣ１６Ｙ", ""),
    ("91350211M00013FA1N", "wrong check character N, expected 3"),
    ("91110108MA00ABC160", "wrong check character 0, expected Y"),
    ("91410300MA5DEF2G9J", "wrong check character"),
    ("123300004700124389", "wrong check of the organisation code 470012438: 8, expected 6"),
    ("91110108OA00ABC16Y", "illegal character O"),
    ("91110108MA00ABC16",  "length 17"),
    ("9111010AMA00ABC16Y", "illegal character in the division"),
    ("",                   "is empty"),
])
def test_credit_codes(code, why):
    check = check_credit_code(code)
    assert check.valid is (why == ""), check.why
    assert why in check.why
# fmt: on


def test_a_code_tells_its_division_and_the_organisation_code():
    check = check_credit_code("91110108MA00ABC16Y")
    assert (check.region, check.birth_date, check.sex) == ("110108", None, None)
    assert check.why == "division 110108 北京市海淀区; organisation code MA00ABC1-6"


def test_the_last_check_alone_does_not_carry_a_wrong_organisation_code():
    first_17 = "91110108MA00ABC15"
    check = check_credit_code(first_17 + credit_code.check_character(first_17))
    assert check.why == "wrong check of the organisation code MA00ABC15: 5, expected 6"


def test_the_sample_of_gb_11714():  # f-15
    assert (organisation_sum("D2143569"), organisation_sum("D2143569") % 11) == (199, 1)
    assert organisation_check_character("D2143569") == "X"


@given(st.text("0123456789", min_size=8, max_size=8), st.text(ALPHABET, min_size=8, max_size=8))
def test_what_passes_here_passes_elsewhere(head, organisation):
    first_17 = "91" + head[:6] + organisation + organisation_check_character(organisation)
    code = first_17 + credit_code.check_character(first_17)
    assert check_credit_code(code).valid
    assert uscc.is_valid(code)


# fmt: off
@pytest.mark.parametrize(("number", "total", "valid"), [  # f-20
    ("79927398713",      70, True),
    ("79927398710",      67, False),
    ("4111111111111111", 30, True),
    ("4111111111111112", 31, False),
    ("5555555555554444", 60, True),
    ("6011111111111117", 30, True),
    ("371449635398431",  80, True),
    ("30569309025904",   50, True),
    ("3530111333300000", 40, True),
    ("49927398716",      70, True),
    ("49927398717",      71, False),
    ("1234567812345670", 60, True),
    ("1234567812345678", 68, False),
])
def test_luhn(number, total, valid):
    assert (digit_sum(number), passes_luhn(number), check_card(number).valid) == (total, valid, valid)
# fmt: on


# fmt: off
@pytest.mark.parametrize(("number", "why"), [  # f-22 and more of their kind
    ("6222020001123451",     ""),
    ("6217001234567890122",  ""),
    ("3568000000000016",     ""),
    ("6222 0200 0112 3451",  ""),
    ("６２２２０２０００１１２３４５１", ""),
    ("6222020001123452",     "wrong check digit"),
    ("6217001324567890122",  "wrong check digit"),
    ("0000000000000000",     "all zeros"),
    ("62220200011234",       "length 14, UnionPay has 16 to 19 digits"),
    ("62220900000000",       "length 14"),   # passes Luhn
    ("62229000000000",       "length 14"),   # its 0 and 9 changed places, passes Luhn too
    ("62170012345678901220", "length 20"),
    ("41111111111X1111",     "illegal character"),
    ("",                     "is empty"),
])
def test_cards(number, why):
    check = check_card(number)
    assert check.valid is (why == ""), check.why
    assert why in check.why
# fmt: on


def test_luhn_is_blind_to_a_nine_and_a_zero_that_change_places():
    assert passes_luhn("62220900000000")
    assert passes_luhn("62229000000000")


def test_the_brand_is_told_and_a_short_number_warned_of():
    assert check_card("371449635398431").why == "Luhn holds; brand American Express"
    assert check_card("30569309025904").why == "Luhn holds; brand Diners Club"
    assert "too few for a payment card" in check_card("79927398713").why
    assert card.brand_of("1234567812345670") is None


@given(st.integers(10**14, 10**18))
def test_no_single_wrong_digit_passes_luhn(start):
    body = str(start)
    number = body + str(-digit_sum(body + "0") % 10)
    assert passes_luhn(number)
    for place, digit in enumerate(number):
        assert not passes_luhn(number[:place] + str((int(digit) + 1) % 10) + number[place + 1 :])


# fmt: off
@pytest.mark.parametrize(("raw", "normalised"), [  # f-30 and more of their kind
    ("13800138000",         "13800138000"),
    ("+86 138-0013-8000",   "13800138000"),
    ("0086 19912345678",    "19912345678"),
    ("8613800138000",       "13800138000"),
    ("(+86)138.0013.8000",  "13800138000"),
    ("138 0013 8000",  "13800138000"),   # non-breaking blanks
    ("12345678901",         None),
    ("1380013800",          None),
    ("138001380001",        None),
    ("10086",               None),
    ("010-62345678",        None),
    ("１３８００１３８０００", "13800138000"),
    ("17012345678",         "17012345678"),
    ("1380013800a",         None),
    ("",                    None),
    ("+85261234567",        None),            # Hong Kong: no mainland mobile
])
def test_mainland_mobiles(raw, normalised):
    assert (read_phone(raw).normalised, read_phone(raw).is_mobile) == (normalised, normalised is not None)
    if not raw.startswith("+852"):
        assert check_phone(raw).valid is (normalised is not None)
# fmt: on


# fmt: off
@pytest.mark.parametrize(("raw", "kind", "segment", "operator"), [
    ("13800138000",   "mobile",    "138", "China Mobile"),
    ("13000000000",   "mobile",    "130", "China Unicom"),
    ("19912345678",   "mobile",    "199", "China Telecom"),
    ("19212345678",   "mobile",    "192", "China Broadnet"),
    ("17012345678",   "virtual",   "170", ""),
    ("17112345678",   "virtual",   "171", ""),
    ("16212345678",   "virtual",   "162", ""),
    ("16512345678",   "virtual",   "165", ""),
    ("16712345678",   "virtual",   "167", ""),
    ("14512345678",   "data",      "145", "China Unicom"),
    ("13491234567",   "satellite", "134", "China Mobile"),
    ("15412345678",   "mobile",    "154", ""),
    ("010-62345678",  "fixed",     "",    ""),
    ("+852 6123 4567", "foreign",  "",    ""),
    ("+44 7911 123456", "foreign", "",    ""),
])
def test_whose_segment_it_is(raw, kind, segment, operator):
    phone = read_any_phone(raw)
    assert (phone.carrier_type, phone.segment, phone.operator) == (kind, segment, operator)
# fmt: on


def test_a_resale_segment_is_flagged_not_refused():
    check = check_phone("17012345678")
    assert (check.valid, check.region, "resale" in check.why) == (True, None, True)


def test_numbers_of_other_countries_need_their_plus():
    assert check_phone("+44 7911 123456").valid
    assert check_phone("0044 7911 123456").valid
    assert not check_phone("07911 123456").valid
    assert not check_phone("+44 1").valid
