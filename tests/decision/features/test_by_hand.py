"""A second, slow calculation: every day walked, every payment matched by hand, one party at a time."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaopu.book.core.event_kind import EventKind as K
from kaopu.book.core.history import day_number
from kaopu.book.core.position import position
from kaopu.decision.core.features.book_columns import known_by
from kaopu.decision.core.features.catalogue import CATALOGUE
from kaopu.decision.core.features.evaluate import values_of_one
from kaopu.decision.core.features.party_facts import PartyFacts, partial
from tests.decision.features.books import columns_of, random_book

START = date(2024, 1, 20)
MONEY = {K.PAYMENT, K.EARLY_SETTLEMENT, K.SET_OFF, K.RECOVERY}


def live(history, as_of):
    """Events that happened by the day, reversals of reversals seen."""
    begun = [event for event in history.events if event.on <= as_of]
    gone = set()
    for event in sorted(begun, key=lambda each: (each.on, each.event_id), reverse=True):
        if event.kind is K.REVERSAL and event.event_id not in gone:
            gone.add(event.reverses)
    return [
        event for event in sorted(begun, key=lambda each: (each.on, each.event_id)) if event.event_id not in gone
    ], gone


def told_by(history, as_of):
    """A reversal counts when what it reverses does; a schedule version comes with the event that brought it."""
    events = [event for event in history.events if event.on <= as_of]
    ids = set()
    while ids != (ids := {event.event_id for event in events}):
        events = [event for event in events if event.kind is not K.REVERSAL or event.reverses in ids]
    rows = tuple(row for row in history.instalments if row.cause_event in {0, *ids})
    return replace(history, events=tuple(events), instalments=rows)


def schedule(history, as_of):
    """[due, principal, charges, seq] of the version in force, moved by extensions, in order of due day and seq."""
    events, gone = live(history, as_of)
    begun = [r for r in history.instalments if (r.from_on is None or r.from_on <= as_of) and r.cause_event not in gone]
    if not begun:
        return []
    last = max(row.version for row in begun)
    since = max((row.from_on or date.min) for row in begun if row.version == last)
    rows = sorted((r.due_on, r.seq, r.principal, r.interest + r.fee) for r in begun if r.version == last)
    rows = [[due, principal, charges, seq] for due, seq, principal, charges in rows]
    for event in events:
        if event.kind is K.EXTENSION and event.on > since:
            for row in rows:
                row[0] += timedelta(days=event.amount if row[0] >= event.on else 0)
    return rows


def met_days(history, as_of):
    """The schedule with the day on which each row was met (None: not)."""
    rows = schedule(history, as_of)
    met = [None] * len(rows)
    money = 0
    for event in live(history, as_of)[0]:
        if event.kind in MONEY or event.kind is K.WAIVER:
            money += event.amount
        elif event.kind is K.CHARGEBACK:
            money -= event.amount
        elif event.kind in {K.REFUND, K.RETURN}:
            left = event.amount
            for row in reversed(rows):
                part = min(left, row[1])
                row[1], left = row[1] - part, left - part
        if event.kind in {K.EARLY_SETTLEMENT, K.REFUND, K.RETURN}:
            due_now = sum(row[2] for row, day in zip(rows, met, strict=True) if day or row[0] <= event.on)
            if money >= sum(row[1] for row in rows) + due_now:
                for row, day in zip(rows, met, strict=True):
                    row[2] = 0 if row[0] > event.on and not day else row[2]
        for place in range(len(rows)):
            if met[place] is None:
                if sum(row[1] + row[2] for row in rows[: place + 1]) > money:
                    break
                met[place] = event.on
    return [(*row, day) for row, day in zip(rows, met, strict=True)]


def months_back(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for length in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, length))
        except ValueError:
            continue
    raise AssertionError


def by_hand(histories, other, as_of):
    """A good share of the catalogue for one party."""
    begun = [told_by(each, as_of) for each in histories if each.rules.disbursed_on <= as_of]
    now = [position(each, as_of) for each in begun]
    events = [event for each in begun for event in live(each, as_of)[0]]
    lent = {each.rules.debt_id: each.rules.principal for each in begun}
    age = {each.rules.debt_id: (as_of - each.rules.disbursed_on).days for each in begun}

    def spent(first, stop):
        return sum(lent[debt] for debt in lent if first <= age[debt] < stop)

    def paid(days):
        return sum(event.amount for event in events if event.kind in MONEY and (as_of - event.on).days < days)

    def count(*kinds):
        return sum(event.kind in kinds for event in events)

    def late(month):
        day = months_back(as_of, month)
        return max((position(each, day).days_past_due for each in begun if each.rules.disbursed_on <= day), default=0)

    points = [late(month) for month in range(25)]
    judged, left = [], 0
    for each, stands in zip(begun, now, strict=True):
        gone = stands.is_charged_off or stands.is_transferred
        for due, principal, charges, seq, met in met_days(each, as_of):
            if principal + charges == 0 or seq < 1:
                continue
            left += met is None and stands.outstanding.total > 0
            if due > as_of or (met is None and (due == as_of or (stands.outstanding.total <= 0 and not gone))):
                continue
            judged.append((due, met))
    dues = len(judged)
    lates = [((met or as_of) - due, due, met) for due, met in judged if met is None or met > due]
    owed = sum(each.outstanding.total for each in now)
    found = {
        "debts_count": len(begun),
        "open_debts_count": sum(each.outstanding.total > 0 for each in now),
        "days_past_due_days": points[0],
        "worst_past_due_3m_days": max(points[:4]),
        "worst_past_due_12m_days": max(points[:13]),
        "worst_past_due_24m_days": max(points),
        "worst_past_due_ever_days": max(each.worst_days_past_due for each in now),
        "months_late_30_12m_count": sum(days >= 30 for days in points[:13]),
        "months_since_late_months": next((month for month, days in enumerate(points) if days >= 1), None),
        "months_since_late_30_months": next((month for month, days in enumerate(points) if days >= 30), None),
        "overdue_debts_count": sum(each.days_past_due > 0 for each in now),
        "dues_count": dues,
        "paid_early_share": sum(met is not None and met < due for due, met in judged) / dues if dues else None,
        "paid_on_time_share": sum(met == due for due, met in judged) / dues if dues else None,
        "paid_late_share": sum(met is not None and met > due for due, met in judged) / dues if dues else None,
        "unpaid_share": sum(met is None for _, met in judged) / dues if dues else None,
        "late_instalments_count": len(lates) if dues else None,
        "late_instalments_30_count": sum(each[0].days >= 30 for each in lates) if dues else None,
        "late_within_week_count": sum(each[0].days <= 7 for each in lates) if dues else None,
        "days_late_average_days": sum(each[0].days for each in lates) / len(lates) if lates else None,
        "late_worst_90d_days": max(
            (days.days for days, _, met in lates if met is None or (as_of - met).days < 90), default=0
        ) if dues else None,
        "days_since_late_due_days": min(((as_of - due).days for _, due, _ in lates), default=None),
        "payments_count": count(*MONEY),
        "paid_30d_minor": paid(30),
        "paid_90d_minor": paid(90),
        "paid_365d_minor": paid(365),
        "days_since_payment_days": min(((as_of - e.on).days for e in events if e.kind in MONEY), default=None),
        "largest_payment_minor": max((e.amount for e in events if e.kind in MONEY), default=None),
        "spend_30d_minor": spent(0, 30),
        "spend_90d_minor": spent(0, 90),
        "spend_365d_minor": spent(0, 365),
        "spend_growth_90d": spent(0, 90) / spent(90, 180) - 1 if spent(90, 180) else None,
        "largest_debt_minor": max(lent.values()),
        "average_debt_minor": sum(lent.values()) / len(lent),
        "outstanding_minor": owed,
        "overdue_minor": sum(each.overdue.total for each in now),
        "overdue_share": sum(each.overdue.total for each in now) / owed if owed else None,
        "credit_balance_minor": sum(each.credit_balance for each in now),
        "largest_outstanding_share": max(each.outstanding.total for each in now) / owed if owed else None,
        "instalments_left_count": left,
        "days_since_first_debt_days": max(age.values()),
        "days_since_last_debt_days": min(age.values()),
        "settled_debts_count": sum(each.is_settled for each in now),
        "longest_gap_days": gap(age.values()),
        "weekend_share": sum(each.rules.disbursed_on.weekday() >= 5 for each in begun) / len(begun),
        "refunds_count": count(K.REFUND, K.RETURN),
        "pauses_count": count(K.PAUSE),
        "extensions_count": count(K.EXTENSION),
        "re_ages_count": count(K.RE_AGE),
        "disputes_count": count(K.DISPUTE),
        "disputed_now": any(each.is_in_dispute for each in now),
        "waived_minor": sum(each.waived for each in now),
        "charged_off_debts_count": sum(each.is_charged_off for each in now),
        "chargebacks_count": count(K.CHARGEBACK),
    }  # fmt: skip
    for name, place in (("category", 0), ("merchant", 1), ("product", 2)):
        amounts = {}
        for debt, amount in lent.items():
            if other[debt][place]:
                amounts[other[debt][place]] = amounts.get(other[debt][place], 0) + amount
        whole = sum(amounts.values())
        found[f"{name}_count"] = len(amounts) or None
        found[f"{name}_top_share"] = max(amounts.values()) / whole if whole else None
        found[f"{name}_entropy_nats"] = (
            -sum(each / whole * math.log(each / whole) for each in amounts.values() if each) if whole else None
        )
    return found


def gap(ages):
    ordered = sorted(ages)
    return max((b - a for a, b in pairwise(ordered)), default=None)


def facts(book, as_of):
    return PartyFacts(day_number(as_of), partial(known_by(columns_of(*book), day_number(as_of), None), as_of))


@settings(max_examples=120, deadline=None)
@given(seed=st.integers(0, 1 << 40), days=st.integers(1, 280))
def test_a_slow_daily_walk_finds_the_same(seed, days):
    histories, other, recorded = random_book(seed, debts=4, parties=1)
    as_of = START + timedelta(days=days)
    if not any(each.rules.disbursed_on <= as_of for each in histories):
        return
    found = {each.name: each.value for each in values_of_one(CATALOGUE, facts((histories, other, recorded), as_of))}
    for name, expected in by_hand(histories, other, as_of).items():
        if isinstance(expected, float):
            assert found[name] == pytest.approx(expected, rel=1e-12, abs=1e-15), name
        else:
            assert found[name] == expected, name


MADE = {name: place for place, name in enumerate(feature.name for feature in CATALOGUE)}


def test_trend_and_volatility_are_those_of_the_textbook():
    histories, other, recorded = random_book(3, debts=8, parties=1)
    begun = [0, 20, 45, 70, 130, 131, 220, 300]
    as_of = START + timedelta(days=310)
    histories = [
        replace(each, rules=replace(each.rules, disbursed_on=as_of - timedelta(days=ago)))
        for each, ago in zip(histories, begun, strict=True)
    ]
    spend = np.zeros(11)
    for each, ago in zip(histories, begun, strict=True):
        spend[10 - ago // 30] += each.rules.principal
    found = values_of_one(CATALOGUE, facts((histories, other, recorded), as_of))
    slope = np.polyfit(np.arange(11), spend, 1)[0]
    assert found[MADE["spend_trend_12m"]].value == pytest.approx(slope / spend.mean(), rel=1e-9)
    assert found[MADE["spend_volatility_12m"]].value == pytest.approx(spend.std() / spend.mean(), rel=1e-9)
