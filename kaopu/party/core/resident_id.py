"""The number of a Chinese resident identity card: GB 11643-1999 (18 signs), and the 15 digits of before.

Six digits of the division of first registration, the date of birth, three of order (odd: male, even: female), and a
check character by ISO 7064 MOD 11-2. The 15 digits of old lack the century and the check character.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from kaopu.party.core import regions
from kaopu.party.core.identity_check import Check, answer

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"  # by the remainder of the weighted sum by 11
SIGNS = re.compile(r"[0-9]{14}[0-9]|[0-9]{17}[0-9X]")
ADULT_YEARS = 18  # Civil Code, article 17
PLAUSIBLE_YEARS = 120


def weighted_sum(first_17: str) -> int:
    """The sum that GB 11643 divides by 11."""
    return sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True))


def check_character(first_17: str) -> str:
    """The 18th sign."""
    return CHECK_CHARACTERS[weighted_sum(first_17) % 11]


def upgrade(fifteen: str) -> str:
    """15 digits as 18 signs: 19 before the year, then the check character."""
    first_17 = fifteen[:6] + "19" + fifteen[6:]
    return first_17 + check_character(first_17)


def normalise(raw: str) -> str:
    """Full-width forms folded, outer blanks dropped, x as X. Nothing inside is dropped: a gap is a fault."""
    return unicodedata.normalize("NFKC", raw).strip().upper()


def age_on(birth: date, day: date) -> int:
    """Full years on `day`. Who was born on 29 February has the birthday on 1 March in other years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def is_minor(birth: date, day: date) -> bool:
    """Whether the person is under eighteen on `day`: on the eighteenth birthday no more."""
    return age_on(birth, day) < ADULT_YEARS


def check_resident_id(raw: str, as_of: date) -> Check:
    """Whether this can be a number on `as_of`, with every fault or every remark."""
    number = normalise(raw)
    if SIGNS.fullmatch(number) is None:
        return Check(valid=False, why=_shape_fault(number))
    remarks = []
    if len(number) == 15:
        number = upgrade(number)
        remarks.append(f"15 digits of the first generation, as 18: {number}")
    birth = _birth(number)
    faults = [*_date_faults(number, birth, as_of), *_region_faults(number[:6]), *_check_faults(number)]
    remarks += [*_region_remarks(number[:6], birth), *_age_remarks(birth, as_of)]
    sex = "male" if int(number[16]) % 2 else "female"
    return answer(faults, remarks, region=number[:6], birth_date=birth, sex=sex)


def _shape_fault(number: str) -> str:
    if not number:
        return "is empty"
    if len(number) not in {15, 18}:
        return f"length {len(number)}, expected 18 signs or the 15 digits of old"
    bad = next((place for place, sign in enumerate(number, 1) if not _sign_allowed(place, sign, len(number))), 1)
    return f"illegal character at place {bad}: digits only, and X in the 18th place only"


def _sign_allowed(place: int, sign: str, length: int) -> bool:
    return ("0" <= sign <= "9") or (sign == "X" and place == length == 18)


def _birth(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _date_faults(number: str, birth: date | None, as_of: date) -> list[str]:
    written = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    if birth is None:
        return [f"birth date {written} is no day of the calendar{_why_no_day(number)}"]
    if birth > as_of:
        return [f"birth date {written} is in the future of {as_of.isoformat()}"]
    return []


def _why_no_day(number: str) -> str:
    month, day = int(number[10:12]), int(number[12:14])
    if not 1 <= month <= 12:
        return f": month {month}"
    return ": 29 February of a year that has none" if (month, day) == (2, 29) else f": day {day}"


def _region_faults(code: str) -> list[str]:
    if not regions.province_is_known(code):
        return [f"region {code}: no province has the digits {code[:2]}"]
    if not regions.prefecture_is_known(code):
        return [f"region {code}: no division ever began with {code[:4]}"]
    return []


def _region_remarks(code: str, birth: date | None) -> list[str]:
    if not regions.is_known(code):
        years = f"{regions.LIST_FIRST_YEAR} to {regions.LIST_LAST_YEAR}"
        return [f"warning: region {code} is not on the list of {years}: a newer division, or a slip"]
    year = birth.year if birth else regions.LIST_LAST_YEAR
    remark = f"region {code} {regions.full_name(code, year)}"
    first = regions.spans(code)[0].first_year
    if first is not None and year < first:
        remark += f", which is younger ({first}) than its holder: a later registration"
    return [remark]


def _age_remarks(birth: date | None, as_of: date) -> list[str]:
    if birth is None or birth > as_of:
        return []
    years = age_on(birth, as_of)
    return [f"warning: the holder would be {years} years old"] if years > PLAUSIBLE_YEARS else []


def _check_faults(number: str) -> list[str]:
    expected = check_character(number[:17])
    return [] if number[17] == expected else [f"wrong check character {number[17]}, expected {expected}"]
