"""`python -m tests.book.figures.forecast_report`: the loss forecast of the sample lender, 20,000 borrowers, written down.

Makes the sample book in a home of its own, closes it, and writes docs/evidence/loss-forecast.md.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

PLACE = Path(__file__).resolve().parents[3] / "docs" / "evidence" / "loss-forecast.md"
AS_OF = date(2026, 11, 22)
WORDS = {"charged_off": "Charged off", "over_90": "Over 90 days past due, or charged off"}


def report() -> dict[str, Any]:
    """The figures and the forecast of the sample book."""
    from kaopu.book.opened_book import opened_book

    with opened_book():
        from kaopu.book.actions.lender_figures import book_figures
        from kaopu.book.sample.load import load_sample

        load_sample(seed=1, end=AS_OF)
        return book_figures(AS_OF)


def text(found: dict[str, Any]) -> str:
    """The page, in Markdown; money in thousands of yuan."""
    figures, forecast = found["figures"]["currencies"]["CNY"], found["forecast"]["currencies"]["CNY"]
    opening = f"""\
# The loss forecast beside what came

`python -m tests.book.figures.forecast_report`: the sample lender of 20,000 borrowers ({figures["debts"]:,} debts on the
balance sheet), seed 1, to {AS_OF}. At each of twelve past month ends: balance that is lost in the next six months by the
roll rates of the twelve months before, by a naive forecast (the share lost in the six months before × the balance at
risk), and what came. Thousands of yuan. A forecast reads only what had happened by its day; `tests/book/figures` moves
every later event and finds it unchanged.

Products are pooled by credibility: a bucket's own rates weigh n ÷ (n + {found["forecast"]["credibility_k"]}), n being the debt-months they
rest on; the rest is the rate of all products.

Target that the page shows: **{WORDS[forecast["target"]].lower()}** ({forecast["why"]})."""
    lines = opening.splitlines()
    for target, told in forecast["targets"].items():
        lines += _table(WORDS[target], told)
    lines += ["", forecast["bias"], ""]
    lines += _read(forecast["targets"])
    return "\n".join(lines)


def _table(title: str, told: dict[str, Any]) -> list[str]:
    head = [
        "",
        f"## {title}",
        "",
        "| on | at risk | forecast | naive | came | debts |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    rows = [
        f"| {row['on']} | {_k(row['at_risk'])} | {_k(row['forecast'])} | {_k(row['naive'])} | {_k(row['came'])} "
        f"| {row['came_debts']} |"
        for row in told["dates"]
    ]
    errors = ["", "| | mean absolute error | of what came | bias | of what came |", "|---|---:|---:|---:|---:|"]
    for way in ("forecast", "naive"):
        each = told["errors"][way]
        errors.append(
            f"| {way} | {_k(each['mean_absolute'])} | {each['mean_absolute_share']:.1%} | {_k(each['bias'])} "
            f"| {each['bias_share']:+.1%} |"
        )
    coming = told["coming"]
    last = f"From {coming['on']} on: {_k(coming['forecast'])} in six months; naive {_k(coming['naive'])}."
    return [*head, *rows, *errors, "", last]


def _read(targets: dict[str, Any]) -> list[str]:
    lines = []
    for target, told in targets.items():
        blind = [row["on"] for row in told["dates"] if row["forecast"] == 0 < row["came"]]
        if blind:
            lines.append(
                f"On {', '.join(blind)} the book had seen no loss of this kind ({WORDS[target].lower()}), so roll rates said 0."
            )
        ahead = sum(abs(row["forecast"] - row["came"]) < abs(row["naive"] - row["came"]) for row in told["dates"])
        lines.append(
            f"{WORDS[target]}: the forecast was nearer than the naive one on {ahead} of {len(told['dates'])} dates."
        )
    return [*lines, ""]


def _k(minor: int) -> str:
    return f"{minor / 100_000:,.0f}"


def main() -> None:
    """Write the page."""
    os.environ.pop("KAOPU_DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="kaopu-") as home:
        os.environ["KAOPU_HOME"] = home
        PLACE.write_text(text(report()), encoding="utf-8")
    sys.stdout.write(f"{PLACE.name} written\n")


if __name__ == "__main__":
    main()
