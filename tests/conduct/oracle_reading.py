"""How the oracle reads a line: permit-facts.md, "Fine print", the paragraph "Malformed", word by word.

A reader gives the value or raises `Bad`. Nothing here knows which row needs which field.
"""

from __future__ import annotations

import re
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta, timezone

ABSENT = object()
JURISDICTIONS = ("CN", "US", "IN")
PROFILES = ("strict", "law-only")
ROLES = ("debtor", "guarantor", "contact", "representative")
PURPOSES = ("collect", "remind", "locate", "relay", "pay-help", "verify", "service")
CHANNELS = ("voice", "sms", "email", "app", "visit")
CONTENTS = ("none", "relay", "payment", "debt")
OUTCOMES = ("no-answer", "invalid", "bounced", "delivered", "notice", "conversation", "inbound", "pending")
ZONES = frozenset(zoneinfo.available_timezones())
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?([Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})")
_zones: dict[str, zoneinfo.ZoneInfo] = {}


class Bad(Exception):
    """A missing or malformed value."""


def text(value):
    # "wrong JSON type", "empty text"
    if not isinstance(value, str) or value == "":
        raise Bad
    return value


def flag(value):
    if value is not True and value is not False:
        raise Bad
    return value


def whole(value):
    # "`true` is no integer"; a number written with a point is not one either.
    if isinstance(value, bool) or not isinstance(value, int):
        raise Bad
    return value


def instant(value):
    """(The instant in UTC); "an instant that is not RFC 3339 with an offset" is malformed."""
    return instant_and_offset(value)[0]


def instant_and_offset(value):
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Bad
    year, month, day, hour, minute, second, fraction, zulu, sign, hours, minutes = found.groups()
    offset = timedelta(0)
    if zulu not in ("Z", "z"):
        if int(hours) > 23 or int(minutes) > 59:
            raise Bad
        offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    micro = int(((fraction or "") + "000000")[:6])
    try:
        wall = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), micro, tzinfo=UTC)
        return wall - offset, timezone(offset)
    except (ValueError, OverflowError):  # also second 60: no clock of ours shows it, so it is refused
        raise Bad from None


def zone(value):
    # "an unknown IANA zone"
    if not isinstance(value, str) or value not in ZONES:
        raise Bad
    if value not in _zones:
        _zones[value] = zoneinfo.ZoneInfo(value)
    return _zones[value]


def day(value):
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Bad
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise Bad from None


def clock(value):
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Bad
    try:
        return time(int(found[1]), int(found[2]))
    except ValueError:
        raise Bad from None


def one_of(*listed):
    def read(value):
        # "a value outside its list"
        if not isinstance(value, str) or value not in listed:
            raise Bad
        return value

    return read


def or_null(read):
    return lambda value: None if value is None else read(value)


def or_absent(read):
    return lambda value: None if value is ABSENT else read(value)


def member(value, name):
    """A member of an object; what is no object has none."""
    if not isinstance(value, dict):
        raise Bad
    return value.get(name, ABSENT)


def listed(read):
    def all_of(value):
        # "One bad entry spoils its list"
        if not isinstance(value, list):
            raise Bad
        return [read(each) for each in value]

    return all_of


def jurisdictions(value):
    # "no jurisdiction or one outside CN, US, IN"
    found = listed(one_of(*JURISDICTIONS))(value)
    if not found:
        raise Bad
    return found


def agreed_hours(value):
    start, end = clock(member(value, "from")), clock(member(value, "to"))
    # "`agreed_hours` with from >= to"
    if start >= end:
        raise Bad
    return start, end


def consent(value):
    channel = one_of(*CHANNELS, "any")(member(value, "channel"))
    return channel, instant(member(value, "from")), or_null(instant)(member(value, "to"))


def episode(value):
    return text(member(value, "id")), instant(member(value, "opened_at"))


class Entry:
    """One entry of the history; its `caller` is never read."""

    def __init__(self, value):
        self.at = instant(member(value, "at"))
        self.person = text(member(value, "person"))
        self.role = _role(member(value, "role"))
        self.channel = _channel(member(value, "channel"))
        self.number = _text_or_null(member(value, "number"))
        self.purpose = _purpose(member(value, "purpose"))
        self.outcome = _outcome(member(value, "outcome"))
        self.episode = _text_or_null(member(value, "episode"))
        self._days = {}

    def day(self, where):
        """The local calendar day at `where` (kept: a search by the minute asks for it often)."""
        if where not in self._days:
            self._days[where] = self.at.astimezone(where).date()
        return self._days[where]


_role, _channel, _purpose, _outcome = one_of(*ROLES), one_of(*CHANNELS), one_of(*PURPOSES), one_of(*OUTCOMES)
_text_or_null = or_null(text)

#: Every field that some row reads, and its reader. `lender` is never read.
FIELDS = {
    "id": text,
    "at": instant,
    "jurisdictions": jurisdictions,
    "profile": one_of(*PROFILES),
    "purpose": _purpose,
    "channel": _channel,
    "content": one_of(*CONTENTS),
    "person.id": text,
    "person.role": _role,
    "debtor.id": text,
    "product": one_of("card", "loan"),
    "segment": one_of("consumer", "enterprise"),
    "caller": one_of("human", "robot"),
    "number": text,
    "person.timezone": zone,
    "person.opted_in": flag,
    "person.refused_at": or_null(instant),
    "person.consents": listed(consent),
    "person.agreed_hours": or_null(agreed_hours),
    "person.identity_factors": whole,
    "person.offer_to_pay_at": or_absent(or_null(instant)),
    "person.source": text,
    "debtor.timezone": zone,
    "debtor.days_past_due": whole,
    "debtor.dead": flag,
    "debtor.incapacitated": flag,
    "debtor.disputed": flag,
    "debtor.complaint_open": flag,
    "debtor.represented": flag,
    "debtor.arrangement_kept": flag,
    "episode": or_absent(or_null(episode)),
    "switches.contact_outreach": listed(one_of(*JURISDICTIONS)),
    "holidays": listed(day),
    "history": listed(Entry),
}
#: "Needed by every line".
ALWAYS = tuple(FIELDS)[:10]


def read(line, field):
    """The value of a field of a line, by its dotted name."""
    value = line
    for name in field.split("."):
        value = member(value, name)
    return FIELDS[field](value)
