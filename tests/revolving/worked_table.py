"""The worked cycles as a page that a lender can check: `python -m tests.revolving.worked_table` writes it anew."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from worked_cycles import CYCLES, SHOWN, TERMS, cycles_of

EVIDENCE = Path(__file__).resolve().parents[2] / "docs" / "evidence" / "statement-cycles.md"
HEAD = """# Worked statement cycles

Made by `python -m tests.revolving.worked_table`; the test `tests/revolving/test_worked_cycles.py` compares it with what
the code says, and every expected figure was reckoned by hand beforehand. The sums are beside each account.

Unless an account says otherwise: statement on the 5th, due on the 25th, 0.05% a day on purchases and cash, minimum 10% of
principal + new fees and interest + what is past due, at least 50.00 and at most what is owed, interest on the whole bill
from the posting day when a bill is not paid in full, CNY. All days are of 2024. The posting day and the statement day bear
interest, the day of a payment does not: from 30 March to the statement of 5 May that is 37 days, to a payment on 24 April
25 days.
"""
WORDS = {
    "statement_on": "statement", "minimum_due": "minimum", "paid_by_due": "paid by due day", "days_past_due": "DPD",
}  # fmt: skip


def table() -> str:
    """The page."""
    parts = [HEAD]
    for nr, (title, one) in enumerate(CYCLES.items(), 1):
        cycles = cycles_of(one.lines, **one.terms)[: len(one.rows)]
        parts += [f"\n## {nr}. {title.capitalize()}\n", f"{_posted(one.lines)}{_terms(one.terms)}\n"]
        parts.append(_row([WORDS.get(name, name) for name in SHOWN]))
        parts.append(_row(["---", *["---:"] * (len(SHOWN) - 1)]))
        parts += [_row([str(cycle[name]) for name in SHOWN]) for cycle in cycles]
        parts.append(f"\nBy hand: {one.sums}\n")
    return "\n".join(parts).replace("\n\n\n", "\n\n").strip() + "\n"


def _row(cells) -> str:
    return f"| {' | '.join(cells)} |"


def _posted(lines) -> str:
    words = []
    for line in lines:
        kind, day, amount, *more = line.split()
        words.append(f"{kind} {amount} on {day}" + (f" ({', '.join(more)})" if more else ""))
    return f"Posted: {'; '.join(words)}."


def _terms(terms) -> str:
    changed = {name: value for name, value in terms.items() if TERMS.get(name) != value}
    return f" Terms: {'; '.join(f'`{name}` {value}' for name, value in changed.items())}." if changed else ""


if __name__ == "__main__":
    EVIDENCE.write_text(table(), encoding="utf-8")
    sys.stdout.write(f"{len(CYCLES)} accounts written to {EVIDENCE.name}\n")
