"""What the close left in its JSON, as the values that the dashboard draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kaopu.book.console.charts import bars, days_past_due, roll_rates, vintages

if TYPE_CHECKING:
    from kaopu.book.models import CloseRun
    from kaopu.kernel.console.chart import Chart

OVER_30 = ("31-60", "61-90", "91-180", "181-270", "271-360", "361+")


@dataclass(frozen=True, slots=True)
class Reading:
    """The close of one day. Amounts in minor units of `currency`."""

    as_of: date
    currency: str
    totals: dict[str, Any]
    analyses: dict[str, Any]

    @property
    def debts(self) -> int:
        """How many debts stand in the close."""
        return int(self.totals.get("debts", 0))

    @property
    def outstanding(self) -> int:
        """All that is owed."""
        return int(self.totals.get("outstanding", 0))

    @property
    def overdue(self) -> int:
        """The part past due."""
        return int(self.totals.get("overdue", 0))

    def _buckets(self, what: str, keys: tuple[str, ...]) -> int:
        return sum(int(self.totals.get("by_bucket", {}).get(key, {}).get(what, 0)) for key in keys)

    @property
    def over_30(self) -> int:
        """Outstanding of debts more than 30 days late."""
        return self._buckets("outstanding", OVER_30)

    @property
    def share_over_30(self) -> float:
        """The same as a share of all outstanding."""
        return self.over_30 / self.outstanding if self.outstanding else 0.0

    @property
    def late_debts(self) -> int:
        """Debts with any day past due."""
        return self._buckets("debts", ("1-30", *OVER_30))

    @property
    def outstanding_change(self) -> float | None:
        """Against about 30 days before; None where that is not known."""
        then = self._month_before()
        whole = sum(then.outstanding.values()) if then else 0
        return self.outstanding / whole - 1 if whole else None

    @property
    def over_30_change(self) -> float | None:
        """Change of the share, as a fraction."""
        then = self._month_before()
        return self.share_over_30 - then.share(OVER_30) if then else None

    def _month_before(self) -> days_past_due.Day | None:
        before = [day for day in self.days() if 25 <= (self.as_of - day.on).days <= 45]
        return min(before, key=lambda day: abs((self.as_of - day.on).days - 30), default=None)

    def days(self) -> list[days_past_due.Day]:
        """Buckets over the past weeks, oldest first."""
        return [days_past_due.Day(self.as_of, {k: v["outstanding"] for k, v in self.totals["by_bucket"].items()})]

    @property
    def first_payment_default(self) -> tuple[float, int] | None:
        """Share and denominator 30 days after the first due day."""
        return None

    @property
    def expected_loss(self) -> int | None:
        """Roll to charge-off × (1 − recovery)."""
        return None

    def past_due_chart(self, csv: str) -> Chart:
        """How much is late, how old."""
        return days_past_due.chart(self.days(), self.currency, csv)

    def vintage_chart(self, csv: str) -> Chart:
        """Are newer months better."""
        raise NotImplementedError

    def roll_rate_chart(self, csv: str) -> Chart:
        """Where debts move."""
        raise NotImplementedError

    def expected_cash_chart(self, csv: str) -> Chart:
        """What falls due."""
        raise NotImplementedError

    def concentration_chart(self, csv: str) -> Chart:
        """What the book is made of."""
        raise NotImplementedError


def read(close: CloseRun) -> Reading:
    """The values of a close."""
    return Reading(close.as_of, "CNY", close.totals, close.analyses)
