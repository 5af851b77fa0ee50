"""Telephone numbers: one spelling, whether it can be a mainland mobile, and whose segment it is.

Mainland mobiles have eleven digits and begin with 13 to 19 (MIIT numbering plan). The segment names the operator to
which the numbers were given; since numbers may be carried over (2019) it proves no operator, and it never proved life.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from kaopu.party.core.identity_check import Check

MOBILE = re.compile(r"1[3-9][0-9]{9}")
SEPARATORS = re.compile(r"[\s\-‐-―−().·/]+")
ALLOWED = re.compile(r"\+?[0-9]+")

# Segments given to operators, three digits each (MIIT).
OPERATORS = {
    "China Mobile": "134 135 136 137 138 139 147 148 150 151 152 157 158 159 172 178 182 183 184 187 188 195 197 198",
    "China Unicom": "130 131 132 140 145 146 155 156 166 175 176 185 186 196",
    "China Telecom": "133 141 149 153 173 174 177 180 181 189 190 191 193 199",
    "China Broadnet": "192",
}
OPERATOR_BY_SEGMENT = {segment: name for name, segments in OPERATORS.items() for segment in segments.split()}
RESALE = frozenset({"162", "165", "167", "170", "171"})
DATA = frozenset({"140", "141", "144", "145", "146", "147", "148", "149"})
SATELLITE = ("1349", "1740")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as read. `normalised` is None where it is no number that can be reached.

    Mainland mobiles are eleven digits without country code; other numbers are E.164 with a plus. `carrier_type` is
    mobile, virtual, data, satellite, fixed, foreign or empty; `segment` the first three digits of a mobile.
    """

    normalised: str | None
    is_mobile: bool
    carrier_type: str
    segment: str
    operator: str
    why: str

    @property
    def valid(self) -> bool:
        """Whether the number can be reached at all."""
        return self.normalised is not None


def read_phone(raw: str) -> Phone:
    """A mainland mobile in any usual spelling: full-width digits, +86 or 0086, blanks and hyphens."""
    text = bare(raw)
    if ALLOWED.fullmatch(text) is None:
        return _no("illegal character: no telephone number has it" if text else "is empty")
    if text.startswith("+") and not text.startswith("+86"):
        return _no("is of another country")
    national = without_country_code(text)
    if MOBILE.fullmatch(national):
        return _mobile(national)
    return _no(_why_no_mobile(national))


def read_any_phone(raw: str) -> Phone:
    """As `read_phone`, and landlines and numbers of other countries (with + or 00) by the tables of `phonenumbers`."""
    mobile = read_phone(raw)
    text = bare(raw)
    if mobile.valid or ALLOWED.fullmatch(text) is None:
        return mobile
    import phonenumbers  # its tables cost a tenth of a second, and most numbers are mobiles

    text = "+" + text[2:] if text.startswith("00") else text
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return mobile
    if not phonenumbers.is_valid_number(number):
        return mobile
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.country_code == 86:
        return Phone(e164, is_mobile=False, carrier_type="fixed", segment="", operator="", why="a landline")
    country = phonenumbers.region_code_for_number(number) or "several countries"
    return Phone(e164, is_mobile=False, carrier_type="foreign", segment="", operator="", why=f"a number of {country}")


def bare(raw: str) -> str:
    """Full-width forms folded (NFKC), separators dropped."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", raw))


def without_country_code(text: str) -> str:
    """The number without +86, 0086, or a bare 86 before eleven digits."""
    for code in ("+86", "0086"):
        if text.startswith(code):
            return text[len(code) :]
    return text[2:] if len(text) == 13 and text.startswith("86") else text


def _mobile(number: str) -> Phone:
    segment = number[:3]
    kind = _carrier_type(number)
    operator = OPERATOR_BY_SEGMENT.get(segment, "")
    why = f"a mainland mobile, segment {segment}" + (f" of {operator}" if operator else "")
    if kind == "virtual":
        why += ": resale segment of virtual operators, a risk flag and no fault"
    elif kind in {"data", "satellite"}:
        why += f": {kind} cards mostly, often without a voice line"
    elif not operator:
        why += ": not known as given to an operator"
    return Phone(number, is_mobile=True, carrier_type=kind, segment=segment, operator=operator, why=why)


def _carrier_type(number: str) -> str:
    if number[:3] in RESALE:
        return "virtual"
    if number.startswith(SATELLITE):
        return "satellite"
    return "data" if number[:3] in DATA else "mobile"


def _why_no_mobile(national: str) -> str:
    if national.startswith("0"):
        return "begins with 0: a landline, no mobile"
    if len(national) <= 6:
        return f"has {len(national)} digits: a service number, no mobile"
    if len(national) != 11:
        return f"has {len(national)} digits, a mainland mobile has 11"
    return f"begins with {national[:2]}, a mainland mobile with 13 to 19"


def _no(why: str) -> Phone:
    return Phone(None, is_mobile=False, carrier_type="", segment="", operator="", why=why)


def check_phone(raw: str) -> Check:
    """Whether this can be a mainland mobile or, with + or 00, a number of another country."""
    foreign = bare(raw).startswith(("+", "00")) and without_country_code(bare(raw)) == bare(raw)
    phone = read_any_phone(raw) if foreign else read_phone(raw)
    told = f": {phone.normalised}" if phone.normalised else ""
    return Check(valid=phone.valid, why=phone.why + told)
