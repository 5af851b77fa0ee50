"""Take in a chart of accounts: the next posting books under it, and sums so far are stated by it from then on."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from django.db import connection, transaction

from kaopu.kernel import audit
from kaopu.kernel.core.errors import BadInput
from kaopu.ledger import store
from kaopu.ledger.core.chart import Chart, chart_from_json
from kaopu.ledger.models import ChartVersion, PostingRun

if TYPE_CHECKING:
    from datetime import datetime

_LOCK = 0x6B616F7004


def install_chart(chart: Chart, actor: str, now: datetime) -> ChartVersion:
    """The stored chart; the one in force, if it is the same.

    Raises:
        BadInput: for tax rates other than those posted with: tax is a cumulative sum, so another rate would restate
            the tax of closed periods.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        digest = hashlib.sha256(json.dumps(chart.as_json(), sort_keys=True).encode()).hexdigest()
        newest = store.newest_chart()
        if newest and newest.sha256 == digest:
            return newest
        if newest and PostingRun.objects.exists():
            posted = chart_from_json(newest.content).rates
            if posted.vat_ppm != chart.rates.vat_ppm:
                raise BadInput(
                    f"{chart.name}, vat: the ledger was posted with other rates {posted.vat_ppm} (parts in a million);"
                    " expected the same: another rate would restate the tax of closed periods"
                )
        row = ChartVersion.objects.create(
            name=chart.name[:120], content=chart.as_json(), sha256=digest, installed_at=now, installed_by=actor
        )
        audit.record(
            act="ledger.chart_installed", subject=f"chart:{row.pk}", actor=actor, at=now, details={"sha256": digest}
        )
    return row


def chart_row(actor: str, now: datetime) -> ChartVersion:
    """The chart in force as a stored row; the packaged one is taken in by whoever posts first."""
    return store.newest_chart() or install_chart(store.packaged_chart(), actor, now)
