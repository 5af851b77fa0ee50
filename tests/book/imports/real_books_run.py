"""The three real books imported, closed and reconciled loan by loan; writes docs/evidence/real-books.md."""

# ruff: noqa: S608, T201, ISC004
from __future__ import annotations

import os
import sys
import tempfile
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("KAOPU_SHARED") or ROOT.parent / "shared") / "data"
PAGE = ROOT / "docs" / "evidence" / "real-books.md"
BOOKS = {"berka": "berka_pkdd99", "lendingclub": "lending_club_p2p470k_labels", "taiwan": "taiwan_credit_card"}
# The loan's recorded facts beside what the kernel replays at the report day; cents.
LOANS = """
SELECT d.external_id, d.principal, p.paid_to_date, p.recovered, p.charged_off, p.credit_balance, p.outstanding,
  e.payload->>'reported' AS reported, (e.payload->>'total_pymnt')::bigint AS total,
  (e.payload->>'total_rec_prncp')::bigint AS rec_principal, (e.payload->>'total_rec_int')::bigint AS rec_interest,
  greatest((e.payload->>'total_rec_late_fee')::bigint, 0) AS rec_late, (e.payload->>'recoveries')::bigint AS recoveries
FROM book_debt d JOIN book_event e ON e.debt_id = d.debt_id AND e.kind = 'reported_status'
  JOIN book_positionrow p ON p.debt_id = d.debt_id JOIN book_closerun r ON r.id = p.close_run_id AND r.is_current
WHERE d.source = 'lendingclub'
"""
CHECKS = {
    "total received = principal + interest + late fee + recoveries, to the cent":
        "total = rec_principal + rec_interest + rec_late + recoveries",
    "… within 1 cent": "abs(total - rec_principal - rec_interest - rec_late - recoveries) <= 1",
    "… within 2 cents (the tolerance: five figures, each rounded to the cent)":
        "abs(total - rec_principal - rec_interest - rec_late - recoveries) <= 2",
    "paid to date of the replayed position = total received": "paid_to_date = total",
    "recovered of the replayed position = recoveries": "recovered = recoveries",
    "nothing outstanding on the report day": "outstanding = 0",
    "charged off in the replay exactly where the file says so": "(reported = 'Charged Off') = (charged_off > 0)",
    "fully paid: principal within 1 USD of principal received": "reported <> 'Fully Paid' OR abs(principal - rec_principal) <= 100",
    "charged off: principal received not above principal": "reported <> 'Charged Off' OR rec_principal <= principal",
    "no credit balance above 1.01 USD": "credit_balance <= 101",
}  # fmt: skip


def main() -> int:
    """Write the page; 1 where a row was rejected or a tolerance does not hold."""
    if not SHARED.is_dir():
        print("The shared data is not on this machine; set KAOPU_SHARED to its folder.", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory(prefix="kaopu-") as folder:
        os.environ["KAOPU_HOME"] = folder
        from kaopu.book.opened_book import opened_book

        with opened_book():
            return _prove()


def _prove() -> int:
    from kaopu.book.actions.close_book import close_book
    from kaopu.book.actions.import_book import ImportBook, import_book
    from kaopu.book.models import ImportBatch
    from kaopu.kernel.clock import system_clock

    answers = {}
    for mapping, folder in BOOKS.items():
        answers[mapping] = import_book(ImportBook(mapping, SHARED / folder), "evidence", system_clock().now())
    close_book(date(2019, 1, 31))
    reports = {row.mapping: row.report for row in ImportBatch.objects.all()}
    lines = ["# Real books", "", "Written by `python -m tests.book.imports.real_books_run`.", ""]
    lines += ["| book | rows taken | rows rejected | debts | instalments | events |", "|---|--:|--:|--:|--:|--:|"]
    for mapping, answer in answers.items():
        lines.append(
            f"| {mapping} | {answer.accepted:,} | {answer.rejected:,} | {answer.debts:,} |"
            f" {reports[mapping]['instalments']:,} | {answer.events:,} |"
        )
    failed = sum(answer.rejected for answer in answers.values())
    for mapping, report in reports.items():
        lines += ["", f"## {mapping}: what no file states", ""]
        lines += [f"- `{name}`: {told}" for name, told in report["inferred"].items()]
    lines += _berka(reports["berka"]) + _taiwan()
    more, broken = _lending_club(reports["lendingclub"])
    PAGE.write_text("\n".join([*lines, *more, ""]), encoding="utf-8")
    return 1 if failed or broken else 0


def _ask(query: str) -> list[tuple]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def _berka(report: dict) -> list[str]:
    facts = report["facts"]
    (equal,) = _ask(
        "SELECT count(*) FROM book_debt d JOIN book_scheduleversion s USING (debt_id) WHERE d.source = 'berka'"
        " AND d.principal = s.principal[1] * cardinality(s.principal)"
    )[0]
    statuses = _ask(
        "SELECT payload->>'reported', count(*) FROM book_event e JOIN book_debt d USING (debt_id)"
        " WHERE d.source = 'berka' AND e.kind = 'reported_status' GROUP BY 1 ORDER BY 1"
    )
    told = ", ".join(f"{status} {count}" for status, count in statuses)
    return [
        "", "## berka: reconciled", "",
        f"- amount = payments × duration, exactly: {equal} of 682 loans",
        f"- status as in SOURCE.txt (A 203, B 31, C 403, D 45): {told}",
        f"- loan payments stored: {facts['loan_payments']} on {facts['loans_with_payments']} loans, all in"
        " trans_first; trans_354 ends before each grant and holds none",
    ]  # fmt: skip


def _taiwan() -> list[str]:
    rows = _ask(
        "SELECT kind, count(*), sum(amount) / 100 FROM book_event e JOIN book_debt d USING (debt_id)"
        " WHERE d.source = 'taiwan' GROUP BY 1 ORDER BY 1"
    )
    lines = ["", "## taiwan: stored", "", "| kind | events | Σ amount (TWD; months for the status) |", "|---|--:|--:|"]
    for kind, count, total in rows:
        lines.append(f"| {kind} | {count:,} | {total * 100 if kind == 'reported_status' else total:,.0f} |")
    return [*lines, "", "A payment of 0 is no event; instalments and minimums: none, the file has none."]


def _lending_club(report: dict) -> tuple[list[str], bool]:
    count = _ask(f"SELECT count(*) FROM ({LOANS}) l")[0][0]
    lines = ["", "## lendingclub: reconciled loan by loan", "", "| check | holds | of |", "|---|--:|--:|"]
    query = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in CHECKS.values())
    held = dict(zip(CHECKS, _ask(f"SELECT {query} FROM ({LOANS}) l")[0], strict=True))
    lines += [f"| {check} | {number:,} | {count:,} |" for check, number in held.items()]
    principal = _ask("SELECT sum(principal) / 100 FROM book_debt WHERE source = 'lendingclub'")[0][0]
    lines += ["", f"Σ principal: {principal:,.0f} USD (SOURCE.txt: about 1,520.4 million)."]
    exceptions = report["facts"]["principal_contradicts_formula"]
    lines += [
        "",
        f"### Principal: {len(exceptions)} exceptions",
        "",
        "Fully paid loans whose received principal is more than 1 USD from the formula (terms were changed in their life):"
        " booked with the principal received, to the nearest 25 USD; their schedule is that of the recorded instalment.",
        "",
        "| loan | by the formula, USD | principal received, USD |",
        "|--:|--:|--:|",
    ]
    lines += [f"| {one['id']} | {one['by_formula'] / 100:,.2f} | {one['received'] / 100:,.2f} |" for one in exceptions]
    tolerated = list(CHECKS)[1:]
    return lines, any(held[check] != count for check in tolerated)


if __name__ == "__main__":
    sys.exit(main())
