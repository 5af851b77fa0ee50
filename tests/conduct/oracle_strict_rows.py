"""Rows 22 to 41 of the table of permit-facts.md (see oracle_rows.py for the words used here)."""

from __future__ import annotations

from datetime import time

from tests.conduct.oracle_lost import failed_days
from tests.conduct.oracle_rows import (
    COLLECT,
    LOCATE,
    ROWS,
    TZ,
    attempt,
    count,
    in_days,
    local,
    made,
    of,
    row,
    voice,
    was,
)

__all__ = ["ROWS"]
FLAGS = ("debtor.arrangement_kept", "debtor.disputed", "debtor.complaint_open", "debtor.represented", "debtor.dead",
         "debtor.incapacitated")  # fmt: skip


def to_find(r):
    """strict, contact, locate/relay"""
    return r.strict and r.role == "contact" and r.purpose in LOCATE


def with_episode(f, at):
    return f["episode"] is not None


def in_this_episode(f, entries):
    """An entry whose `episode` is null is under none."""
    return [entry for entry in entries if entry.episode is not None and entry.episode == f["episode"][0]]


def shut(f, here, weekday_opens):
    """Outside Mon-Fri `weekday_opens`-19:00, Sat 09:00-18:00; Sunday or a day in `holidays`."""
    if here.date() in f["holidays"] or here.isoweekday() == 7:
        return True
    if here.isoweekday() == 6:
        return not time(9) <= here.time() < time(18)
    return not time(weekday_opens) <= here.time() < time(19)


def last_spoken(entries):
    """The instant of the last conversation/inbound, None if there is none; what is pending is neither."""
    return max((entry.at for entry in entries if entry.outcome in ("conversation", "inbound")), default=None)


@row(22, "X-DEF-02", to_find, ("history", "episode"), with_episode)
def x_def_02(f, at):
    return count(in_this_episode(f, of(f, f.person)), lambda e: was(e, "conversation")) >= 1


@row(23, "X-DEF-03", lambda r: to_find(r) and r.channel == "voice", (TZ, "history"))
def x_def_03(f, at):
    return count(in_days(f, of(f, f.person), at, 1), voice) >= 2


@row(24, "X-DEF-04", to_find, ("history", "episode"), with_episode)
def x_def_04(f, at):
    return count(in_this_episode(f, of(f, f.person)), attempt) >= 3


@row(25, "X-DEF-05", to_find, ("history", "episode"), with_episode)
def x_def_05(f, at):
    tried = in_this_episode(f, f.history)
    return len({e.person for e in tried if attempt(e) and e.role == "contact" and e.person != f.person}) >= 2


@row(26, "X-DEF-06", to_find, (TZ, "history", "episode"), with_episode)
def x_def_06(f, at):
    recent = in_days(f, of(f, f.person), at, 180)
    return count(recent, lambda e: attempt(e) and e.episode is not None and e.episode != f["episode"][0]) >= 1


@row(27, "X-DEF-07", to_find, (TZ, "debtor.timezone", "holidays"))
def x_def_07(f, at):
    return shut(f, local(f, at), 9) or shut(f, local(f, at, "debtor.timezone"), 9)


@row(
    28,
    "X-DEF-08 X-DEF-09",
    to_find,
    ("debtor.dead", "debtor.incapacitated", "debtor.timezone", "debtor.days_past_due", "history"),
    lambda f, at: not f["debtor.dead"] and not f["debtor.incapacitated"],
)
def x_def_08_09(f, at):
    return failed_days(f, at) < 3, f["debtor.days_past_due"] < 7


@row(29, "EPISODE", to_find, ("episode",))
def episode(f, at):
    return f["episode"] is None or f["episode"][1] > at


def strict_to_debtor(r):
    return r.strict and r.role == "debtor" and r.purpose in COLLECT


def strict_call_to_debtor(r):
    return strict_to_debtor(r) and r.channel == "voice"


def consumer(f, at):
    return f["segment"] == "consumer"


@row(30, "X-DEF-13", strict_call_to_debtor, ("segment", TZ, "history"), consumer)
def x_def_13(f, at):
    return count(in_days(f, of(f, f.debtor), at, 1), lambda e: was(e, "conversation")) >= 1


@row(31, "X-DEF-14", strict_call_to_debtor, ("segment", TZ, "history"), consumer)
def x_def_14(f, at):
    return count(in_days(f, of(f, f.debtor), at, 1), voice) >= 3


@row(32, "X-DEF-15 X-DEF-25", strict_to_debtor, ("segment", TZ, "history"), consumer)
def x_def_15_25(f, at):
    theirs = of(f, f.debtor)
    return count(in_days(f, theirs, at, 7), made) >= 3, count(in_days(f, theirs, at, 30), made) >= 10


@row(33, "X-DEF-16", strict_to_debtor, (TZ, "holidays"))
def x_def_16(f, at):
    return shut(f, local(f, at), 8)


@row(
    34,
    "X-DEF-17",
    lambda r: r.strict and r.content == "debt" and r.channel == "voice",
    ("person.identity_factors",),
)
def x_def_17(f, at):
    return f["person.identity_factors"] < 2


@row(35, "X-DEF-23", lambda r: r.strict and r.role == "contact" and r.channel == "voice", ("caller",))
def x_def_23(f, at):
    return f["caller"] == "robot"


@row(36, "X-DEF-27", lambda r: r.strict and r.obligor and r.purpose in COLLECT, FLAGS)
def x_def_27(f, at):
    return any(f[name] for name in FLAGS)


@row(37, "CN-CARD-01", lambda r: r.cn and r.role == "contact" and r.purpose in LOCATE, ("product",))
def cn_card_01(f, at):
    return f["product"] == "card"


@row(
    38,
    "X-DEF-28",
    lambda r: r.strict and r.purpose == "service" and r.channel in ("voice", "visit"),
    (TZ, "history"),
)
def x_def_28(f, at):
    calls_in = [e.at for e in in_days(f, of(f, f.person), at, 7) if e.outcome == "inbound"]
    if not calls_in:
        return True
    return count(of(f, f.person), lambda e: attempt(e) and e.at > max(calls_in)) >= 2


@row(
    39,
    "X-DEF-29",
    lambda r: r.strict and r.role == "contact" and r.purpose == "verify",
    ("person.opted_in", TZ, "history", "holidays"),
)
def x_def_29(f, at):
    theirs = of(f, f.person)
    spoken = last_spoken(theirs)
    verified = [e for e in theirs if attempt(e) and e.purpose == "verify" and (spoken is None or e.at > spoken)]
    return (
        (f.channel == "voice" and not f["person.opted_in"])
        or len(verified) >= 2
        or shut(f, local(f, at), 9)
    )  # fmt: skip


def late_and_silent(f, at):
    """days_past_due > 0 and no `inbound` of this person in 7 days"""
    week = in_days(f, of(f, f.person), at, 7)
    return f["debtor.days_past_due"] > 0 and not any(entry.outcome == "inbound" for entry in week)


@row(
    40,
    "X-DEF-30",
    lambda r: r.strict and r.obligor and r.purpose in ("verify", "service"),
    ("debtor.days_past_due", TZ, "history", "holidays", *FLAGS),
    late_and_silent,
)
def x_def_30(f, at):
    theirs = of(f, f.person)
    today = in_days(f, theirs, at, 1)
    by_voice = f.channel == "voice" and (
        count(today, lambda e: was(e, "conversation")) >= 1 or count(today, voice) >= 3
    )
    return (
        shut(f, local(f, at), 8)
        or any(f[name] for name in FLAGS)
        or by_voice
        or count(in_days(f, theirs, at, 7), made) >= 3
    )


@row(
    41,
    "X-DEF-31",
    lambda r: r.strict and r.role == "contact" and r.purpose == "pay-help",
    (TZ, "holidays", "person.offer_to_pay_at"),
)
def x_def_31(f, at):
    offer, today = f["person.offer_to_pay_at"], local(f, at)
    stale = offer is not None and (today.date() - offer.astimezone(f[TZ]).date()).days > 29
    return shut(f, today, 9) or stale
