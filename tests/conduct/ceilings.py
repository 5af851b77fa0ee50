"""Ceilings of what the adversary can reach, derived by hand from the table of permit-facts.md.

Each is (most in a day, most in 30 days, why). The 30 days begin on a Monday without holidays: 22 weekdays, 4 Saturdays
and 4 Sundays. Where no row counts, the ceiling is the minutes of the hours that are open: one attempt a minute.
"""

from __future__ import annotations

ALL_DAY = (1440, 30 * 1440, "no row counts and none names hours")
NEVER = (0, 0)


def hours(weekday, saturday, why):
    """Only hours bind: minutes of a weekday, and of 30 days."""
    return weekday * 60, (22 * weekday + 4 * saturday) * 60, f"no row counts; hours of {why}"


def every_day(open_hours, why):
    return open_hours * 60, 30 * open_hours * 60, f"no row counts; hours of {why}"


def ceiling(cell, family, measure):
    """What the table allows at most for a family of purposes."""
    of_role = {"contact": _contact, "debtor": _obligor, "guarantor": _obligor, "representative": _representative}
    return of_role[cell.role](cell, family, measure == "contacts")


def _contact(cell, family, contacts):
    strict = cell.profile == "strict"
    if family == "search":
        return _search(cell, strict, contacts)
    if family == "verify":
        # A conversation begins the count of two anew.
        return hours(10, 9, "X-DEF-29 (a conversation begins its count anew)") if strict else ALL_DAY
    if family == "help":
        if "IN" in cell.laws:
            return *NEVER, "IN-DL-01"
        if cell.own != "offered":
            return *NEVER, "CN-GB-06"
        return hours(10, 9, "X-DEF-31, for 30 days from the offer") if strict else ALL_DAY
    if strict and not contacts:
        return (2, 2, "X-DEF-28: two after their call") if cell.own == "called" else (*NEVER, "X-DEF-28")
    return ALL_DAY


def _search(cell, strict, contacts):
    if "IN" in cell.laws:
        return *NEVER, "IN-DL-01"
    if "US" in cell.laws and contacts:
        return 1, 1, "US-F-03: one contact ever"
    if strict:
        return 3, 3, "X-DEF-04: three in the episode; X-DEF-06: no other episode for 180 days"
    # US: seven calls in seven days (US-F-05), but nothing counts visits that fail.
    return ALL_DAY


def _obligor(cell, family, contacts):
    strict, debtor = cell.profile == "strict", cell.role == "debtor"
    if family == "collect":
        return (_collect_debtor if debtor else _collect_guarantor)(cell, strict, contacts)
    if family == "everything":
        assert strict, "debtor"
        assert cell.segment == "consumer", "cell.own empty"
        return _strict_consumer(cell, contacts, 15, "X-DEF-15 and X-DEF-30: three in seven days")
    if not strict:
        return ALL_DAY
    if cell.own == "called":
        return _called(cell, contacts)
    if contacts:
        return 3, 15, "X-DEF-30: three in seven days"
    if debtor and "CN" in cell.laws:
        return 4, 26 * 4, "X-DEF-30: three calls a day; CN-GB-13: one visit a day; Sundays shut"
    return hours(11, 9, "X-DEF-30 (visits that fail are not counted)")


def _called(cell, contacts):
    # For seven days from the call X-DEF-30 does not apply: verify and service are open all day, then as without a call.
    _, month, why = _obligor(
        type(cell)(cell.role, cell.laws, cell.profile, cell.segment), "verify or service", contacts
    )
    return 1440, 7 * 1440 + month, f"seven days after their own call nothing counts; then {why}"


def _collect_debtor(cell, strict, contacts):
    if strict and cell.segment == "consumer":
        return _strict_consumer(cell, contacts, 10, "X-DEF-15: three in seven days; X-DEF-25: ten in 30")
    chinese, american = "CN" in cell.laws, "US" in cell.laws
    if not contacts and chinese and american:
        days = 26 if strict else 30
        calls = 34 if strict and cell.segment == "consumer" else 35
        return 8, calls + days, "US-F-05: seven calls in seven days; CN-GB-13: one visit a day"
    if strict:
        return hours(11, 9, "X-DEF-16")
    if american:
        return every_day(13, "US-F-07")
    return every_day(14, "CN-GB-08") if chinese else ALL_DAY


def _strict_consumer(cell, contacts, most, why):
    if contacts:
        return 3, most, why
    if "CN" not in cell.laws:
        return hours(11, 9, "X-DEF-16 and X-DEF-30 (visits that fail are not counted)")
    if "US" in cell.laws and most == 10:
        # Seven calls in any seven days and three a day: 4 x 7 and the last two days 3 each.
        return 4, 34 + 26, "X-DEF-14: three calls a day; US-F-05: seven in seven days; CN-GB-13: one visit a day"
    return 4, 26 * 4, "X-DEF-14 and X-DEF-30: three calls a day; CN-GB-13: one visit a day; Sundays shut"


def _collect_guarantor(cell, strict, contacts):
    # X-DEF-13 to X-DEF-16 speak of the debtor only; US-F-05 counts calls, nothing counts visits.
    return every_day(14, "CN-GB-08") if "CN" in cell.laws else ALL_DAY


def _representative(cell, family, contacts):
    return ALL_DAY
