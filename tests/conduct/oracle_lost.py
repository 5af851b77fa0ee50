"""Lost (CN-CBA-03) and the failed days of X-DEF-08, from the fine print of permit-facts.md.

Both read the history without what is pending: it is never evidence, never breaks a run, never spoils a day.
"""

from __future__ import annotations

FAILED = ("no-answer", "invalid", "bounced")
MADE = ("notice", "conversation", "delivered")
#: "Entries of one instant are taken in the order `invalid`, `no-answer`, all others."
ORDER = {"invalid": 0, "no-answer": 1}


def of_debtor(f):
    """Entries of the debtor in the order in which they are taken."""
    known = [entry for entry in f.history if entry.person == f.debtor and entry.outcome != "pending"]
    return sorted(known, key=lambda entry: (entry.at, ORDER.get(entry.outcome, 2)))


def since(entries):
    """Those later than the last `conversation` or `inbound`; all if there is none."""
    ends = [entry.at for entry in entries if entry.outcome in ("conversation", "inbound")]
    return [entry for entry in entries if not ends or entry.at > max(ends)]


def failed_days(f, at):
    """How many distinct local days of the debtor have a failed attempt later than the last conversation/inbound."""
    return len({e.day(f["debtor.timezone"]) for e in since(of_debtor(f)) if e.outcome in FAILED})


def lost(f, at):
    entries = of_debtor(f)
    where = f["debtor.timezone"]
    today = at.astimezone(where).date()
    return numbers_invalid(entries) or run_of_three(entries, where, today) or three_days(entries, where, today)


def numbers_invalid(entries):
    """1. every number of the debtor's voice entries: the latest is `invalid` and lies since."""
    calls = [entry for entry in entries if entry.channel == "voice"]
    latest = {}
    for entry in calls:
        latest[entry.number] = entry
    after = since(entries)
    return bool(calls) and all(entry.outcome == "invalid" and entry in after for entry in latest.values())


def run_of_three(entries, where, today):
    """2. the latest voice attempts since are at least three failures in a row, the third on an earlier day."""
    calls = [entry for entry in since(entries) if entry.channel == "voice" and entry.outcome != "inbound"]
    run = []
    for entry in reversed(calls):
        if entry.outcome not in ("no-answer", "invalid"):
            break
        run.insert(0, entry)
    return len(run) >= 3 and run[2].day(where) < today


def three_days(entries, where, today):
    """3. each of the three days before today: a failed attempt and nothing else; today nobody spoke."""
    for back in (1, 2, 3):
        on_day = [entry.outcome for entry in entries if (today - entry.day(where)).days == back]
        if not any(outcome in FAILED for outcome in on_day):
            return False
        if any(outcome in (*MADE, "inbound") for outcome in on_day):
            return False
    on_today = [entry.outcome for entry in entries if entry.day(where) == today]
    return "conversation" not in on_today and "inbound" not in on_today
