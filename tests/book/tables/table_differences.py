"""What differs between a printed table and the one that a case expects."""

from __future__ import annotations

import json
import math

PLAIN_KEYS = ("instalment", "count", "total_interest", "total_payment", "paid_interest", "paid_principal")


def read_cases(path):
    return json.loads(path.read_text(encoding="utf-8"))["cases"]


def same(got, expected):
    if isinstance(got, (int, float)) and isinstance(expected, (int, float)):
        return math.isclose(got, expected, abs_tol=0.001)
    return got == expected


def unlike(got, expected, names):
    """The fields of two objects that differ, each with both figures."""
    return {name: (got.get(name), expected.get(name)) for name in names if not same(got.get(name), expected.get(name))}


def differences(got, expected):
    """Every row and total field that is not equal; empty when the tables are the same."""
    if "after_event" not in expected:
        return plain_differences(got, expected)
    found = []
    if len(got["rows"]) != len(expected["rows"]):
        found.append(("rows", len(got["rows"]), len(expected["rows"])))
    for mine, theirs in zip(got["rows"], expected["rows"], strict=False):
        fields = unlike(mine, theirs, sorted({*mine, *theirs}))
        if fields:
            found.append((f"row {theirs['nr']}", fields))
    if "totals" in expected:
        fields = unlike(got["totals"], expected["totals"], sorted({*got["totals"], *expected["totals"]}))
        if fields:
            found.append(("totals", fields))
    return found


def plain_differences(got, expected):
    """For loans told without dates: the rows that are given, by number, and the summary figures."""
    found = [
        (f"row {row['nr']}", fields)
        for row in expected.get("rows", [])
        if (fields := unlike(got["rows"][row["nr"] - 1], row, row))
    ]
    summary = unlike(got, expected, [key for key in PLAIN_KEYS if key in expected])
    return [*found, ("summary", summary)] if summary else found
