"""Histories drawn by a seed: every kind of event, rule and clash, close together in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from kaopu.book.core.event_kind import Component, EventKind
from kaopu.book.core.history import DebtRules, EventRow, History, InstalmentRow

START = date(2024, 1, 20)
MONEY = (EventKind.PAYMENT,) * 6
# What a history is about: mixtures so that rare kinds meet often enough, and some histories of payments alone.
MIXTURES = (
    MONEY,
    (*MONEY, EventKind.FEE, EventKind.PENALTY, EventKind.WAIVER, EventKind.REVERSAL),
    (*MONEY, EventKind.PAUSE, EventKind.EXTENSION, EventKind.ACCELERATION, EventKind.RESTRUCTURE, EventKind.REVERSAL),
    (*MONEY, EventKind.CHARGEBACK, EventKind.REFUND, EventKind.RETURN, EventKind.PAYOUT, EventKind.EARLY_SETTLEMENT),
    (EventKind.PAYMENT, EventKind.CHARGE_OFF, EventKind.RECOVERY, EventKind.FEE, EventKind.REVERSAL, EventKind.REFUND),
    (EventKind.PAYMENT, EventKind.REPORTED_BALANCE, EventKind.REPORTED_CREDIT, EventKind.REPORTED_STATUS),
    tuple(EventKind),
    (*MONEY, *(EventKind.DISPUTE, EventKind.DISPUTE_END) * 3, EventKind.RE_AGE, EventKind.PAUSE, EventKind.REVERSAL),
    (*MONEY, EventKind.DISPUTE, EventKind.DISPUTE_END, EventKind.EXTENSION, EventKind.CHARGE_OFF, EventKind.TRANSFER),
    (*MONEY[:3], EventKind.ACCELERATION, *(EventKind.REINSTATEMENT,) * 3, EventKind.EXTENSION, EventKind.REVERSAL),
    (*MONEY, EventKind.REINSTATEMENT, EventKind.RE_AGE, EventKind.CHARGEBACK, EventKind.WAIVER, EventKind.SET_OFF),
    (*MONEY[:3], EventKind.ACCELERATION, EventKind.REINSTATEMENT, EventKind.CHARGEBACK, EventKind.DISPUTE),
    (*MONEY[:3], EventKind.TRANSFER, EventKind.CHARGE_OFF, EventKind.RECOVERY, EventKind.FEE, EventKind.REFUND),
    (
        EventKind.SET_OFF,
        EventKind.WAIVER,
        EventKind.TRANSFER,
        EventKind.PENALTY,
        EventKind.CHARGEBACK,
        EventKind.REVERSAL,
    ),
    (*MONEY[:3], *(EventKind.REFUND, EventKind.RETURN) * 2, EventKind.SUBSIDY, EventKind.CHARGEBACK, EventKind.FEE),
    (*MONEY[:3], EventKind.SET_OFF, EventKind.ASSUMPTION, EventKind.JOINING, EventKind.RESTRUCTURE, EventKind.SUBSIDY),
    (
        *MONEY[:2],
        EventKind.REPORTED_STATUS,
        EventKind.REPORTED_BALANCE,
        EventKind.TRANSFER,
        EventKind.REFUND,
        EventKind.RE_AGE,
    ),
)
DISPUTES = (EventKind.DISPUTE, EventKind.DISPUTE_END)


def random_history(seed: int, debt_id: int = 1) -> History:
    """One debt over about half a year; the same seed gives the same history."""
    draw = Random(seed)
    unit = draw.choice((1, 1, 1, 10, 1_000_000_000))
    mixture = draw.choice(MIXTURES)
    rules = _rules(draw, debt_id, unit)
    plain = mixture is MONEY and draw.random() < 0.5
    events = _events(draw, mixture, unit, rules.principal)
    return History(
        DebtRules(debt_id, debt_id, "CNY", rules.disbursed_on, rules.principal) if plain else rules,
        _instalments(draw, unit, events, versions=1 if plain else draw.choice((1, 1, 2, 3))),
        events,
    )


def _rules(draw, debt_id, unit):
    penal = draw.random() < 0.5
    base = draw.randint(0, 1)
    return replace(_plain_rules(draw, debt_id, unit, penal, base), **_later_rules(draw, unit, penal, base))


def _later_rules(draw, unit, penal, base):
    """The rules that came with kinds 20 to 28: none of them, or each often enough to meet the others."""
    if draw.random() < 0.3:
        return {}
    return {
        "compound_rate_ppm": draw.choice((0, 50_000, 2_400_000)) if penal and base == 0 else 0,
        "refund_order": draw.randint(0, 3),
        "refund_fee": draw.randint(0, 1),
        "pause_resets": draw.randint(0, 1),
        "dispute_resets": draw.randint(0, 1),
        "accelerate_after_days": draw.choice((0, 0, 0, 3, 10, 25, 60)),
        "late_allocation": draw.choice((0, draw.randint(1, 24))),
        "late_allocation_days": draw.choice((0, 0, 10, 40)),
        "non_accrual_days": draw.choice((90, 90, 0, 5, 20, 45)),
        "subsidy": draw.choice((0, unit * draw.randint(1, 90))),
    }


def _plain_rules(draw, debt_id, unit, penal, base):
    return DebtRules(
        debt_id=debt_id,
        party_id=debt_id,
        currency="CNY",
        disbursed_on=START + timedelta(days=draw.choice((0, 0, 0, 0, 10, 40))),
        principal=unit * draw.randint(1, 600),
        ladder=draw.randint(0, 1),
        allocation=draw.randint(0, 23),
        grace_days=draw.choice((0, 0, 3, 10)),
        grace_amount=draw.choice((0, 0, unit * draw.randint(1, 50))),
        penalty_rate_ppm=draw.choice((0, 180_000, 365_000, 2_400_000)) if penal else 0,
        penalty_days_in_year=draw.choice((360, 365)),
        penalty_base=base,
        penalty_fixed=draw.choice((0, 0, unit * 5)) if penal else 0,
        penalty_cap=draw.choice((0, 0, unit * draw.randint(1, 30))) if penal else 0,
    )


def _instalments(draw, unit, events, versions):
    rows = []
    causes = [event.event_id for event in events if event.event_id]
    for version in range(1, versions + 1):
        from_on, cause = None, 0
        if version > 1:
            from_on = draw.choice((None, START + timedelta(days=draw.randint(0, 150))))
            cause = draw.choice((0, *causes[:4]))
        due = START + timedelta(days=draw.choice((0, 10, 30)))
        down = draw.random() < 0.15
        for seq in range(0 if down else 1, draw.choice((0, 1, 3, 6, 6)) + 1):
            if seq == 0:
                due = START
            amounts = [unit * draw.choice((0, draw.randint(0, 100), draw.randint(0, 100))) for _ in range(3)]
            rows.append(InstalmentRow(seq, due, *amounts, version, from_on, cause))
            due += timedelta(days=draw.choice((0, 7, 15, 30, 31)) if draw.random() < 0.2 else 30)
    draw.shuffle(rows)
    return tuple(rows)


def _events(draw, mixture, unit, principal):
    with_ids = draw.random() < 0.85
    days = [draw.randint(-5 if draw.random() < 0.05 else 0, 210) for _ in range(draw.choice((1, 3, 8, 8, 14)))]
    if draw.random() < 0.3:
        days = [day // 20 * 20 for day in days]  # clashes on one day
    ids = draw.sample(range(1, 60), len(days))
    if draw.random() < 0.7:
        days, ids = sorted(days), sorted(ids)
    events = []
    for day, event_id in zip(days, ids, strict=True):
        kind = draw.choice(mixture)
        if kind is EventKind.REVERSAL and not with_ids:
            kind = EventKind.PAYMENT
        events.append(
            EventRow(
                on=START + timedelta(days=day),
                kind=kind,
                amount=_amount(draw, kind, unit, principal),
                event_id=event_id if with_ids else 0,
                component=draw.choice((None, *Component)) if kind is EventKind.WAIVER else None,
                reverses=draw.choice(ids) if kind is EventKind.REVERSAL else 0,
            )
        )
    draw.shuffle(events)
    return tuple(events)


def _amount(draw, kind, unit, principal):
    if kind in (EventKind.EXTENSION, EventKind.PAUSE):
        return draw.choice((0, 1, 7, 30, 45))
    if kind in DISPUTES:
        return draw.choice((0, 0, 1, 1, 2, 2, 3, 6))
    if kind is EventKind.REPORTED_STATUS:
        return draw.randint(0, 6)
    if kind in (EventKind.REFUND, EventKind.RETURN, EventKind.EARLY_SETTLEMENT) and draw.random() < 0.4:
        return principal
    if kind in (EventKind.FEE, EventKind.PENALTY):
        return unit * draw.randint(0, 30)
    return unit * draw.choice((draw.randint(0, 60), draw.randint(0, 200), 100, draw.randint(100, 900)))
