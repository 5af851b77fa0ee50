"""The first 21 rows of the table of permit-facts.md, each a function that says whether it refuses.

`when` is the part of the third column that puts a row in play (jurisdictions, profile, role, purpose, channel,
content); `applies` is the rest of that column; `needs` is every field that its cells read.
"""

from __future__ import annotations

from datetime import time

from tests.conduct.oracle_lost import lost

ROWS = []
LOCATE = ("locate", "relay")
COLLECT = ("collect", "remind")
LEVEL = {"none": 0, "relay": 1, "payment": 2, "debt": 3}
LAWFUL = ("contract", "reserved_by_debtor", "debtor_authorised", "lawful_public", "told_by_reserved_contact",
          "authorised_credit_bureau")  # fmt: skip
TZ = "person.timezone"


class Row:
    """A row: its number, its ids, when it is in play, what it needs, when it applies, when it refuses."""

    def __init__(self, number, ids, when, needs, applies, refuses):
        self.number, self.ids, self.when, self.needs = number, ids.split(), when, needs
        self.applies, self.refuses = applies, refuses


def row(number, ids, when, needs=(), applies=lambda f, at: True):
    def keep(refuses):
        ROWS.append(Row(number, ids, when, needs, applies, refuses))
        return refuses

    return keep


def local(f, at, field=TZ):
    return f[field] and at.astimezone(f[field])


def outside(clock, start, end):
    """Windows are half open, [start, end)."""
    return not time(start) <= clock < time(end)


def was(entry, *outcomes):
    """Pending counts as every outcome that a row counts."""
    return entry.outcome in outcomes or entry.outcome == "pending"


def attempt(entry):
    """An attempt is any outbound entry (not `inbound`)."""
    return entry.outcome != "inbound"


def made(entry):
    """A contact made is `notice`, `conversation`, `delivered`."""
    return was(entry, "notice", "conversation", "delivered")


def of(f, person):
    """Entries belong to a person by `person` alone."""
    return [entry for entry in f.history if entry.person == person]


def in_days(f, entries, at, days, field=TZ):
    """ "n days" means that day and the n-1 before it, in local days of the person to be reached."""
    today = local(f, at, field).date()
    return [entry for entry in entries if 0 <= (today - entry.day(f[field])).days < days]


def count(entries, like):
    return sum(1 for entry in entries if like(entry))


def voice(entry):
    return entry.channel == "voice" and attempt(entry)


@row(1, "ROLE", lambda r: True)
def role(f, at):
    to_contact = f.role == "contact"
    return (
        (f.purpose in COLLECT and f.role in ("contact", "representative"))
        or (f.purpose in ("locate", "relay", "pay-help") and not to_contact)
        or (f.content == "debt" and to_contact)
        or (LEVEL[f.content] > LEVEL["relay"] and f.purpose in ("locate", "relay", "verify"))
        or (f.content == "payment" and to_contact and f.purpose != "pay-help")
    )


@row(
    2,
    "CN-GB-02",
    lambda r: r.cn and r.role == "contact" and r.purpose in LOCATE,
    ("debtor.dead", "debtor.incapacitated", "debtor.timezone", "history"),
)
def cn_gb_02(f, at):
    return not f["debtor.dead"] and not f["debtor.incapacitated"] and not lost(f, at)


@row(3, "CN-GB-05", lambda r: (r.cn or r.strict) and r.role == "contact", ("person.refused_at",))
def cn_gb_05(f, at):
    return f["person.refused_at"] is not None and f["person.refused_at"] <= at


@row(4, "CN-GB-06", lambda r: r.role == "contact" and r.purpose == "pay-help", ("person.offer_to_pay_at",))
def cn_gb_06(f, at):
    return f["person.offer_to_pay_at"] is None or f["person.offer_to_pay_at"] > at


@row(5, "CN-GB-08", lambda r: r.cn and r.obligor and r.purpose in COLLECT, (TZ, "person.agreed_hours"))
def cn_gb_08(f, at):
    clock = local(f, at).time()
    if f["person.agreed_hours"] is not None:
        start, end = f["person.agreed_hours"]
        if start <= clock < end:
            return False
    return outside(clock, 8, 22)


@row(6, "US-F-07", lambda r: r.us and r.role == "debtor" and r.purpose in COLLECT, (TZ,))
def us_f_07(f, at):
    return outside(local(f, at).time(), 8, 21)


@row(
    7,
    "IN-RA-01",
    lambda r: r.india and r.role == "debtor" and r.channel == "voice" and r.purpose in COLLECT,
    (TZ,),
)
def in_ra_01(f, at):
    return outside(local(f, at).time(), 8, 19)


def cn_call_to_debtor(r):
    return r.cn and r.role == "debtor" and r.channel == "voice" and r.purpose in COLLECT


@row(8, "CN-GB-09", cn_call_to_debtor, (TZ, "history"))
def cn_gb_09(f, at):
    return count(in_days(f, of(f, f.debtor), at, 1), lambda e: was(e, "conversation")) >= 3


@row(9, "CN-GB-10", cn_call_to_debtor, (TZ, "history"))
def cn_gb_10(f, at):
    return count(in_days(f, of(f, f.debtor), at, 1), lambda e: was(e, "notice")) >= 3


@row(
    10,
    "CN-CBA-01",
    lambda r: r.cn and r.channel == "voice" and r.purpose in COLLECT + LOCATE,
    (TZ, "history", "number"),
)
def cn_cba_01(f, at):
    # "whoever was called"
    on_number = [entry for entry in f.history if entry.number == f["number"]]
    return count(in_days(f, on_number, at, 1), lambda e: was(e, "no-answer")) >= 6


@row(11, "CN-GB-13", lambda r: r.cn and r.role == "debtor" and r.channel == "visit", (TZ, "history"))
def cn_gb_13(f, at):
    return count(in_days(f, of(f, f.debtor), at, 1), lambda e: attempt(e) and e.channel == "visit") >= 1


@row(12, "US-F-05", lambda r: r.us and r.channel == "voice" and r.purpose in COLLECT + LOCATE, (TZ, "history"))
def us_f_05(f, at):
    return count(in_days(f, of(f, f.person), at, 7), voice) >= 7


@row(13, "US-F-06", lambda r: r.us and r.channel == "voice" and r.purpose in COLLECT, (TZ, "history"))
def us_f_06(f, at):
    # "today or on any of the 7 days before today (8 local days)"
    return count(in_days(f, of(f, f.person), at, 8), lambda e: was(e, "conversation")) >= 1


@row(14, "US-F-03", lambda r: r.us and r.role == "contact" and r.purpose in LOCATE, ("history",))
def us_f_03(f, at):
    return count(of(f, f.person), lambda e: made(e) and e.purpose in LOCATE) >= 1


@row(15, "US-F-01", lambda r: r.us and r.role == "contact")
def us_f_01(f, at):
    return f.purpose == "relay"


@row(
    16,
    "US-F-10",
    lambda r: r.us and r.role in ("debtor", "contact") and r.purpose != "service",
    ("debtor.represented",),
)
def us_f_10(f, at):
    return f["debtor.represented"]


@row(17, "IN-DL-01", lambda r: r.india and r.role == "contact" and r.purpose in ("locate", "relay", "pay-help"))
def in_dl_01(f, at):
    return True


@row(
    18,
    "PIPL-CONSENT",
    lambda r: r.cn and r.role == "contact" and r.purpose not in ("verify", "service"),
    ("person.consents",),
)
def pipl_consent(f, at):
    # "no single consent": one alone must cover the instant
    for channel, start, end in f["person.consents"]:
        if channel in (f.channel, "any") and start <= at and (end is None or at < end):
            return False
    return True


@row(19, "SOURCE", lambda r: r.cn and r.purpose != "service", ("person.source",))
def source(f, at):
    return f["person.source"] not in LAWFUL


@row(
    20,
    "X-DEF-26",
    lambda r: r.strict and r.role == "contact" and r.purpose in LOCATE,
    ("switches.contact_outreach",),
)
def x_def_26(f, at):
    return any(each not in f["switches.contact_outreach"] for each in f.jurisdictions)


@row(
    21,
    "X-DEF-01",
    lambda r: r.strict and r.role == "contact" and r.purpose not in ("verify", "service"),
    ("person.opted_in",),
)
def x_def_01(f, at):
    return not f["person.opted_in"]
