"""What the sample lender offers: a card that bears interest on the whole bill, a credit line on the part not paid."""

from __future__ import annotations

from typing import Any

PRODUCTS: dict[str, tuple[str, dict[str, Any]]] = {
    "card": (
        "信用卡",
        {
            "statement_day": 5,
            "due_day": 25,
            "interest_on": "whole",
            "minimum": {"percent": 10, "floor": "50.00"},
            "tolerance_days": 3,
            "tolerance_amount": "10.00",
            "instalment_fee_rate": "0.006",
            "rates": {"purchase": {"rate_daily": "0.0005"}, "cash": {"rate_daily": "0.0005"}},
        },
    ),
    "line": (
        "循环额度",
        {
            "statement_day": 31,
            "due_days": 20,
            "interest_on": "unpaid",
            "minimum": {"percent": 5, "floor": "100.00"},
            "rates": {
                "purchase": {"rate_daily": "0.0004"},
                "cash": {"rate_daily": "0.0005", "minimum_percent": 100},
                "instalment": {"rate_annual": "0.12"},
            },
        },
    ),
}
