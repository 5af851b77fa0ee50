"""The unified social credit code of organisations, GB 32100-2015, and the organisation code in it, GB 11714-1997.

One sign of the registering authority, one of the kind, six digits of the division, nine of the organisation code (its
ninth a check by GB 11714), and a check character over all. Some codes of the pilot years break the standard and are in
use all the same: a failed check is a reason to look at the licence, no proof of fraud.
"""

from __future__ import annotations

import re
import unicodedata

from stdnum.cn import uscc

from kaopu.party.core import regions
from kaopu.party.core.identity_check import Check, answer

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
DIVISION = re.compile(r"[0-9]{6}")
# GB 32100-2015, table 1, with the authorities added since (A: armed forces, N: agriculture).
AUTHORITIES = "123456789ANY"


def character_values(code: str) -> tuple[int, ...]:
    """The values 0 to 30 of the signs. Raises ValueError for a sign that is not in the alphabet."""
    return tuple(map(ALPHABET.index, code))


def check_character(first_17: str) -> str:
    """The 18th sign: 31 less the sum of value times 3^(place - 1) modulo 31, 31 itself being 0."""
    return str(uscc.calc_check_digit(first_17))


def organisation_sum(first_8: str) -> int:
    """The sum that GB 11714 divides by 11; letters count from A = 10 to Z = 35."""
    return sum(int(sign, 36) * weight for sign, weight in zip(first_8, ORGANISATION_WEIGHTS, strict=True))


def organisation_check_character(first_8: str) -> str:
    """The ninth sign of an organisation code: 11 less the remainder, 10 being X and 11 being 0."""
    value = 11 - organisation_sum(first_8) % 11
    return {10: "X", 11: "0"}.get(value, str(value))


def normalise(raw: str) -> str:
    """Full-width forms folded, blanks and hyphens dropped, in capitals."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", raw)).upper()


def check_credit_code(raw: str) -> Check:
    """Whether this can be a code, with every fault or every remark."""
    code = normalise(raw)
    if len(code) != 18:
        return Check(valid=False, why=f"length {len(code)}, expected 18 signs" if code else "is empty")
    strange = sorted({sign for sign in code if sign not in ALPHABET})
    if strange:
        return Check(valid=False, why=f"illegal character {', '.join(strange)}: 0-9 and A-Z without I, O, S, V, Z")
    if DIVISION.fullmatch(code[2:8]) is None:
        return Check(valid=False, why=f"illegal character in the division {code[2:8]}: digits only")
    region = code[2:8]
    return answer([*_authority_faults(code), *_check_faults(code)], _remarks(code), region=region)


def _authority_faults(code: str) -> list[str]:
    return [] if code[0] in AUTHORITIES else [f"registering authority {code[0]}, expected one of {AUTHORITIES}"]


def _check_faults(code: str) -> list[str]:
    faults = []
    organisation, expected = code[8:17], organisation_check_character(code[8:16])
    if organisation[8] != expected:
        faults.append(f"wrong check of the organisation code {organisation}: {organisation[8]}, expected {expected}")
    expected = check_character(code[:17])
    if code[17] != expected:
        faults.append(f"wrong check character {code[17]}, expected {expected}")
    return faults


def _remarks(code: str) -> list[str]:
    region = code[2:8]
    known = regions.full_name(region, regions.LIST_LAST_YEAR) if regions.is_known(region) else ""
    told = (
        f"division {region} {known}" if known else f"division {region} is not on the list of {regions.LIST_LAST_YEAR}"
    )
    return [told, f"organisation code {code[8:16]}-{code[16]}"]
