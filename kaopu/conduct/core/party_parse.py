"""Reading the person, the debtor, the episode, the switches and the holidays of a line of facts."""

from __future__ import annotations

from typing import Any

from kaopu.conduct.core.facts import CONSENT_CHANNELS, ROLES, AgreedHours, Consent, Debtor, Episode, Person
from kaopu.conduct.core.fields import MISSING, Fields
from kaopu.conduct.core.instants import day_number, instant, second_of_day
from kaopu.conduct.core.zones import clock_of

ZONE = "an IANA time zone"
CONSENTS = "a list of consents, each with channel, from and to"


def person(found: Fields | None) -> Person | None:
    """The person to be reached; None if there is none, or without a readable id or role."""
    if found is None:
        return None
    given, role = found.text("id"), found.one_of("role", ROLES)
    if given is None or role is None:
        return None
    return Person(
        given,
        role,
        _zone(found),
        found.flag("opted_in"),
        found.instant_or_null("refused_at"),
        _consents(found),
        _agreed_hours(found),
        found.whole("identity_factors"),
        found.instant_or_null("offer_to_pay_at", may_be_absent=True),
        found.text("source"),
    )


def debtor(found: Fields | None) -> Debtor | None:
    """The debtor; None if there is none, or without a readable id."""
    given = None if found is None else found.text("id")
    if found is None or given is None:
        return None
    flags = {name: found.flag(name) for name in FLAGS}
    return Debtor(given, _zone(found), found.whole("days_past_due"), **flags)


FLAGS = ("dead", "incapacitated", "disputed", "complaint_open", "represented", "arrangement_kept")


def episode(found: Fields) -> Episode | None:
    """The episode; None when it is absent or null. A part that cannot be read is None with a problem noted."""
    given = found.raw("episode")
    if given is None or given is MISSING:
        return None
    inside = found.inside("episode")
    if inside is None:
        for part in ("episode.id", "episode.opened_at"):
            found.problems[part] = found.problems["episode"]
        return None
    return Episode(inside.text("id"), inside.instant("opened_at"))


def switches(found: Fields) -> frozenset[str] | None:
    """Where outreach to contacts is switched on."""
    inside = found.inside("switches")
    if inside is None:
        found.problems["switches.contact_outreach"] = found.problems["switches"]
        return None
    return inside.places("contact_outreach", may_be_empty=True)


def holidays(found: Fields) -> frozenset[int] | None:
    """Public holidays, as days since 1970-01-01. One that is no day spoils the list."""
    value = found.raw("holidays")
    days = [day_number(day) for day in value] if type(value) is list else [None]
    known = frozenset(day for day in days if day is not None)
    return found.good(None if None in days else known, "holidays", "a list of days as YYYY-MM-DD")


def _zone(found: Fields) -> str | None:
    name = found.raw("timezone")
    known = type(name) is str and clock_of(name) is not None
    return found.good(name if known else None, "timezone", ZONE)


def _agreed_hours(found: Fields) -> AgreedHours | None:
    value = found.raw("agreed_hours")
    if value is None:
        return None
    if type(value) is dict:
        start, end = second_of_day(value.get("from")), second_of_day(value.get("to"))
        if start is not None and end is not None and start < end:
            return AgreedHours(start, end)
    return found.good(None, "agreed_hours", "null, or from and to as HH:MM with from before to")


def _consents(found: Fields) -> tuple[Consent, ...] | None:
    value = found.raw("consents")
    consents = [_consent(one) for one in value] if type(value) is list else [None]
    known = tuple([one for one in consents if one is not None])
    return found.good(known if len(known) == len(consents) else None, "consents", CONSENTS)


def _consent(value: Any) -> Consent | None:
    if type(value) is not dict:
        return None
    channel, since, until = value.get("channel"), instant(value.get("from")), value.get("to", MISSING)
    end = None if until is None else instant(until)
    if type(channel) is not str or channel not in CONSENT_CHANNELS or since is None or (end is None) != (until is None):
        return None
    return Consent(channel, since, end)
