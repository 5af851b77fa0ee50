"""Server time of the interactive pages of the sample book: each page many times, the 95th percentile of all.

Measured with Django's own client in this process: middleware, session, rights, queries, templates; no network.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

ROUNDS = 25
LIMIT_MS = 150.0
CORRECTION_LIMIT_SECONDS = 2.0


def run(home: str | None = None) -> dict:
    """`{"p95_ms", "pages": {page: {"p50_ms", "p95_ms"}}}` on the book of the home, made where it is empty."""
    import os

    if home:
        os.environ["KAOPU_HOME"] = home
    from kaopu.kernel.boot import boot

    boot()
    from kaopu.kernel.database import running_database

    with running_database():
        _prepare()
        return _measure()


def _prepare() -> None:
    from kaopu.book.opened_book import bring_up_to_date
    from kaopu.cli import prepare

    bring_up_to_date()
    prepare.compile_kernels()
    prepare.book_if_empty()


def _measure() -> dict:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.test import Client

    from kaopu.kernel.roles import Role

    people = get_user_model().objects
    person, made = people.get_or_create(username="pages-bench", defaults={"email": "pages-bench@kaopu.example"})
    person.groups.add(Group.objects.get(name=str(Role.ADMINISTRATOR)))
    try:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        found = _timed(client) | _corrected(client)
        found["met"] &= found["correction_visible_seconds_worst"] <= CORRECTION_LIMIT_SECONDS
        return found
    finally:
        if made:
            person.delete()


def _addresses() -> dict[str, list[str]]:
    """Several addresses a page, so that no cache answers alone: the longest histories, the latest, ordinary ones."""
    from django.db.models import Count

    from kaopu.book.models import Debt, PositionRow

    longest = list(Debt.objects.annotate(n=Count("events")).order_by("-n")[:5])
    latest = list(PositionRow.objects.order_by("-days_past_due").values_list("debt_id", flat=True)[:5])
    debts = [row.debt_id for row in longest] + latest
    return {
        "dashboard": ["/"],
        "debts": ["/debts/", "/debts/?bucket=late&sort=-overdue", "/debts/?class=normal&page=40", "/debts/?q=D-100"],
        "debt": [f"/debts/{debt}/" for debt in debts],
        "debt on another day": [f"/debts/{debt}/?as_of=2026-03-01&compare=2026-02-01" for debt in debts],
        "borrowers": ["/borrowers/", "/borrowers/?late=1&sort=-outstanding"],
        "borrower": [f"/borrowers/{row.party_id}/" for row in longest],
        "imports": ["/imports/"],
        "audit": ["/audit/"],
    }


def _timed(client) -> dict:
    pages, every = {}, []
    for name, addresses in _addresses().items():
        for address in addresses:
            _get(client, address)
        took = sorted(_get(client, address) for _ in range(ROUNDS) for address in addresses)
        every += took
        pages[name] = {"p50_ms": _at(took, 0.5), "p95_ms": _at(took, 0.95), "requests": len(took)}
    every.sort()
    p95 = max(page["p95_ms"] for page in pages.values())
    return {
        "p95_ms": _at(every, 0.95),
        "slowest_page_p95_ms": p95,
        "limit_ms": LIMIT_MS,
        "met": p95 <= LIMIT_MS,
        "pages": pages,
    }


def _corrected(client) -> dict:
    """Seconds from posting a payment dated a month back until list and debt page are read with it; the worst of ten."""
    from datetime import timedelta
    from uuid import uuid4

    from kaopu.book.actions.record_event import EventRecorded, RecordEvent, record_event
    from kaopu.book.models import PositionRow
    from kaopu.book.store import current_close
    from kaopu.kernel.clock import system_clock

    as_of, worst = current_close().as_of, 0.0
    late = PositionRow.objects.filter(days_past_due__gte=40, outstanding__gt=1_000).order_by("debt_id")[:10]
    for before in list(late):
        started = time.perf_counter()
        command = RecordEvent(
            debt_id=before.debt_id, kind="payment", on=as_of - timedelta(days=30), amount=1_000, key=f"bench-{uuid4()}"
        )
        if not isinstance(record_event(command, "staff:0", system_clock().now()), EventRecorded):
            raise TypeError(f"the payment on {before.debt_id} was refused")
        _get(client, f"/debts/?q=D-{before.debt_id}")
        _get(client, f"/debts/{before.debt_id}/")
        worst = max(worst, time.perf_counter() - started)
        after = PositionRow.objects.get(close_run_id=before.close_run_id, debt_id=before.debt_id)
        if after.paid_to_date != before.paid_to_date + 1_000:
            raise RuntimeError(f"the row of {before.debt_id} did not move")
    return {"correction_visible_seconds_worst": round(worst, 3), "correction_limit_seconds": CORRECTION_LIMIT_SECONDS}


def _get(client, address: str) -> float:
    started = time.perf_counter()
    response = client.get(address)
    took = (time.perf_counter() - started) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    return took


def _at(ordered: list[float], share: float) -> float:
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 1)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    print(json.dumps(run(sys.argv[1] if len(sys.argv) > 1 else None), indent=1))
