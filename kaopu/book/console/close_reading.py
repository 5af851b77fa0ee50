"""What the close left in its JSON, as the values that the dashboard draws. One currency at a time, the largest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kaopu.book.console.charts import bars, days_past_due, roll_rates, vintages

if TYPE_CHECKING:
    from kaopu.book.models import CloseRun
    from kaopu.kernel.console.chart import Chart

OVER_30 = ("31-60", "61-90", "91-180", "181-270", "271-360", "361+")
LATE = ("1-30", *OVER_30)
FIRST_PAYMENT_AFTER = "30"
CASH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Reading:
    """The close of one day. Amounts in minor units of `currency`; `others` are currencies that are not drawn."""

    as_of: date
    currency: str
    others: tuple[str, ...]
    totals: dict[str, Any]
    analyses: dict[str, Any]
    names: dict[str, str]

    @property
    def debts(self) -> int:
        """How many debts stand in the close."""
        return int(self.totals.get("debts", 0))

    @property
    def outstanding(self) -> int:
        """All that is owed in this currency."""
        return self._own("outstanding")

    @property
    def overdue(self) -> int:
        """The part past due."""
        return self._own("overdue")

    def _own(self, what: str) -> int:
        return int(self.totals.get("by_currency", {}).get(self.currency, self.totals).get(what, 0))

    @property
    def share_over_30(self) -> float:
        """Outstanding of debts more than 30 days late, as a share of all."""
        return self.days()[-1].share(OVER_30)

    @property
    def over_30(self) -> int:
        """The same in minor units."""
        today = self.days()[-1].outstanding
        return sum(today.get(key, 0) for key in OVER_30)

    @property
    def late_debts(self) -> int:
        """Debts with any day past due, all currencies."""
        buckets = self.totals.get("by_bucket", {})
        return sum(int(buckets.get(key, {}).get("debts", 0)) for key in LATE)

    @property
    def outstanding_change(self) -> float | None:
        """Against about a month before; None where that is not known."""
        then = self._month_before()
        whole = sum(then.outstanding.values()) if then else 0
        return self.outstanding / whole - 1 if whole else None

    @property
    def over_30_change(self) -> float | None:
        """Change of the share, as a fraction."""
        then = self._month_before()
        return self.share_over_30 - then.share(OVER_30) if then else None

    def _month_before(self) -> days_past_due.Day | None:
        before = [day for day in self.days() if 25 <= (self.as_of - day.on).days <= 35]
        return min(before, key=lambda day: abs((self.as_of - day.on).days - 30), default=None)

    def days(self) -> list[days_past_due.Day]:
        """Buckets over the past months, oldest first, today last."""
        known = [
            days_past_due.Day(date.fromisoformat(entry["on"]), entry["outstanding"])
            for entry in self.analyses.get("bucket_history", ())
        ]
        if known:
            return known
        buckets = self.totals.get("by_bucket", {})
        return [days_past_due.Day(self.as_of, {key: entry["outstanding"] for key, entry in buckets.items()})]

    @property
    def first_payment_default(self) -> tuple[float, int] | None:
        """Share and denominator 30 days after the first due day."""
        entry = self.analyses.get("first_payment_default", {}).get(FIRST_PAYMENT_AFTER)
        return (entry["rate"], entry["debts"]) if entry and entry["rate"] is not None else None

    @property
    def expected_loss(self) -> tuple[int, int, int, int] | None:
        """Roll to charge-off × (1 − recovery): amount, low and high of its interval, horizon in months."""
        entry = self.analyses.get("expected_loss")
        return (entry["amount"], entry["low"], entry["high"], entry["horizon_months"]) if entry else None

    def past_due_chart(self, csv: str) -> Chart:
        """How much is late, how old."""
        return days_past_due.chart(self.days()[-26:], self.currency, csv)

    def vintage_chart(self, csv: str) -> Chart:
        """Are newer months better. The curve's place 0 is the month of opening."""
        lines = [
            vintages.Line(row["opened"], tuple(row["ever_30_by_count"][1:]), row["debts"])
            for row in self.analyses.get("vintages", ())
        ]
        return vintages.chart(lines, csv)

    def roll_rate_chart(self, csv: str) -> Chart:
        """Where debts moved in the last month."""
        found = self.analyses.get("roll_rates", {"from": "1970-01-01", "to": "1970-01-01", "by_bucket": {}})
        shares = {bucket: row["to"] for bucket, row in found["by_bucket"].items()}
        start, end = date.fromisoformat(found["from"]), date.fromisoformat(found["to"])
        return roll_rates.chart(roll_rates.Matrix(start, end, shares), csv)

    def expected_cash_chart(self, csv: str) -> Chart:
        """What falls due in the next days."""
        days = self.analyses.get("cash_expected", ())[:CASH_DAYS]
        return bars.expected_cash([(date.fromisoformat(day["on"]), day["amount"]) for day in days], self.currency, csv)

    def concentration_chart(self, csv: str) -> Chart:
        """What the book is made of."""
        found = self.analyses.get("concentrations", {}).get("product", {"top": (), "outstanding": 0, "hhi": 0})
        parts = [bars.Slice(self.names.get(part["name"], part["name"]), part["outstanding"]) for part in found["top"]]
        return bars.concentration(parts, found["outstanding"], found["hhi"], self.currency, csv)


def read(close: CloseRun, names: dict[str, str]) -> Reading:
    """The values of a close in its largest currency. `names` are products by code."""
    totals = close.totals.get("by_currency", {})
    ordered = sorted(totals, key=lambda currency: -totals[currency]["outstanding"]) or ["CNY"]
    analyses = close.analyses.get("currencies", {}).get(ordered[0], {})
    return Reading(close.as_of, ordered[0], tuple(ordered[1:]), close.totals, analyses, names)
