"""Slips of form: every kind of missing and malformed field, and of a line that is no JSON object."""

from __future__ import annotations

from copy import deepcopy

from tests.conduct.oracle_reading import ALWAYS, FIELDS

TEXTS = ("", "[]", "null", "7", '"a1"', "{", '{"id":"a1"', '{"id":NaN}', "{}", '{"id":null}', '{"id":""}', '{"id":7}',
         '{"id":true}', '{"id":"a1"}', '{"id":["a1"]}', '[{"id":"a1"}]', "not json", '{"id":"a1",}', "\ufeff{}")  # fmt: skip
WRONG = (None, True, False, 0, 1, 1.0, 2.5, "", "x", "1", [], {}, [1], ["x"], {"id": "x"})
INSTANTS = ("2026-11-23", "2026-11-23T20:30:00", "2026-11-23 20:30:00+08:00", "2026-11-23T20:30+08:00",
            "2026-11-23T20:30:00+0800", "2026-11-23T20:30:00+08", "2026-02-30T20:30:00+08:00",
            "2026-11-23T24:00:00+08:00", "2026-11-23T20:60:00+08:00", "2026-W48-1T20:30:00+08:00",
            "20261123T203000+08:00", "2026-11-23T20:30:00.+08:00", "2026-11-23T20:30:00,5+08:00",
            "2026-11-23T20:30:00+24:00", " 2026-11-23T20:30:00+08:00", "2026-11-23T20:30:00Z\n", 1764000000)  # fmt: skip
ZONES = ("Asia/Nowhere", "asia/shanghai", "+08:00", "UTC+8", "Asia/", "../etc/localtime", "Beijing", " Asia/Shanghai")
DATES = ("2026-1-1", "20261001", "2026-02-30", "2026-W40-4", "2026-10-01T00:00:00Z", 20261001)
HOURS = ({"from": "09:00", "to": "09:00"}, {"from": "22:00", "to": "07:00"}, {"from": "9:00", "to": "12:00"},
         {"from": "09:00"}, {"from": "09:00", "to": None}, {"from": "09:00", "to": "24:00"},
         {"from": "09:00:00", "to": "12:00:00"}, {"from": 9, "to": 12}, "09:00-12:00")  # fmt: skip
ENTRY = ("at", "person", "role", "channel", "number", "purpose", "outcome", "episode")
EPISODES = ({}, {"id": "e1"}, {"opened_at": "2026-01-01T00:00:00Z"}, {"id": "", "opened_at": "2026-01-01T00:00:00Z"},
            {"id": "e1", "opened_at": None}, {"id": "e1", "opened_at": "2026-01-01"}, "e1", False, [])  # fmt: skip
SOMETIMES = tuple(name for name in FIELDS if name not in ALWAYS)
CONSENT = {"channel": "any", "from": "2026-01-01T00:00:00+08:00", "to": None}


def bad_text(rng):
    """A line of no use, or nearly."""
    return rng.choice(TEXTS)


def slip(rng, line):
    """Spoil one thing of a line, in place; now and then one that is never read."""
    draw = rng.random()
    # What was put into a line may be changed by the next slip: every line has its own.
    if draw < 0.06:
        _unread(rng, line)
    elif draw < 0.2:
        _entry(rng, line)
    elif draw < 0.26:
        _consent(rng, line)
    else:
        _field(rng, line)


def _field(rng, line):
    # What every line needs is spoiled less often than what only some rows read.
    name = rng.choice(ALWAYS if rng.random() < 0.15 else SOMETIMES)
    parent, last = line, name
    if "." in name:
        first, last = name.split(".")
        if rng.random() < 0.03:
            line[first] = deepcopy(rng.choice(WRONG))
        parent = line.get(first)
    if not isinstance(parent, dict):
        return
    if rng.random() < 0.3:
        parent.pop(last, None)
    else:
        parent[last] = _value(rng, name)


def _value(rng, name):
    special = {
        "at": INSTANTS,
        "person.refused_at": INSTANTS,
        "person.offer_to_pay_at": INSTANTS,
        "person.timezone": ZONES,
        "debtor.timezone": ZONES,
        "person.agreed_hours": HOURS,
        "episode": EPISODES,
        "holidays": tuple([bad] for bad in DATES),
        "jurisdictions": (["CN", "AU"], "CN", ["cn"], [None], []),
        "switches.contact_outreach": (["CN", "AU"], "CN", [None], [""], []),
        "person.source": ("other", "Contract"),
    }.get(name)
    return deepcopy(rng.choice(special if special and rng.random() < 0.6 else WRONG))


def _entry(rng, line):
    history = line.get("history")
    if not isinstance(history, list) or not history:
        line["history"] = [deepcopy(rng.choice(WRONG))]
        return
    entry = rng.choice(history)
    name = rng.choice(ENTRY)
    if rng.random() < 0.08 or not isinstance(entry, dict):
        history[rng.randrange(len(history))] = deepcopy(rng.choice(WRONG))
    elif rng.random() < 0.3:
        entry.pop(name, None)
    else:
        entry[name] = deepcopy(rng.choice(INSTANTS if name == "at" else WRONG))


def _consent(rng, line):
    person = line.get("person")
    if isinstance(person, dict):
        spoiled = {**CONSENT, rng.choice(tuple(CONSENT)): deepcopy(rng.choice((*WRONG, *INSTANTS)))}
        if rng.random() < 0.3:
            spoiled.pop(rng.choice(tuple(CONSENT)))
        person["consents"] = [dict(CONSENT), spoiled]


def _unread(rng, line):
    line["lender"] = deepcopy(rng.choice(WRONG))
    line["more"] = {"never": ["read"]}
    for entry in line["history"] if isinstance(line.get("history"), list) else []:
        if isinstance(entry, dict):
            entry["caller"] = deepcopy(rng.choice(WRONG))
