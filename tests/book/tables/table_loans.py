"""Small loans to build cases from: a progressive and a cumulative product, changed by what a test names."""

from __future__ import annotations

DEFAULT_RULES = {
    "default": {"future": "next_installment"},
    "goodwill_credit": {"future": "last_installment"},
    "merchant_issued_refund": {"future": "reamortization"},
}


def case(*events, product=None, **inputs):
    """A progressive loan of 1,000.00 over 4 months at 12% by 30/360, paid out on 15 January 2024."""
    settings = {
        "days_in_year": "360",
        "days_in_month": "30",
        "instalment_rounded_to": None,
        "schedule_type": "progressive",
        "interest_recalculation": False,
        "payment_allocation": DEFAULT_RULES,
        **(product or {}),
    }
    return {
        "id": "T1",
        "inputs": {
            "principal_applied": 1000.0,
            "submitted": "2024-01-15",
            "annual_rate_percent": 12.0,
            "interest_type": "declining_balance",
            "interest_calculated": "daily",
            "every": 1,
            "every_unit": "months",
            "instalments": 4,
            "product_settings": settings,
            **inputs,
        },
        "events": list(events),
    }


CUMULATIVE = {
    "schedule_type": "cumulative",
    "days_in_year": "actual",
    "days_in_month": "actual",
    "payment_allocation": None,
}


def happened(kind, day, amount=None, *, entered=None, **more):
    """An event; charges carry their day as `due_date`."""
    named = "due_date" if kind in {"fee", "penalty"} else "date"
    event = {"type": kind, named: day, "as_of": entered or day, **more}
    return event if amount is None else {**event, "amount": amount}


PAID_OUT = happened("disburse", "2024-01-15", 1000.0)
