"""How much is past due and how old: stacked bars over time, the oldest on top."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kaopu.kernel.console import figures
from kaopu.kernel.console.chart import CONFIG, Chart, with_values

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

# The three oldest buckets share one colour and so one bar.
SHOWN = ("1-30", "31-60", "61-90", "91-180", "181+")
OLDEST = ("181-270", "271-360", "361+")


@dataclass(frozen=True, slots=True)
class Day:
    """Outstanding of the debts in each bucket on one day, minor units, by bucket key."""

    on: date
    outstanding: dict[str, int]

    def shown(self) -> dict[str, int]:
        """The same in the bars of the picture; what is current is left out."""
        amounts = {key: self.outstanding.get(key, 0) for key in SHOWN[:-1]}
        return {**amounts, "181+": sum(self.outstanding.get(key, 0) for key in OLDEST)}

    def late(self) -> int:
        """All but current."""
        return sum(self.shown().values())

    def share(self, keys: Sequence[str]) -> float:
        """Part of the whole outstanding that is in `keys`."""
        whole = sum(self.outstanding.values())
        return sum(self.outstanding.get(key, 0) for key in keys) / whole if whole else 0.0


def chart(days: Sequence[Day], currency: str, csv: str) -> Chart:
    """The chart of `days`, oldest first. Raises `ValueError` for none: there is nothing to draw."""
    if not days:
        raise ValueError("no days to draw")
    divisor, unit = figures.chart_scale(max(day.late() for day in days), currency)
    values = [
        {"day": day.on.isoformat(), "bucket": key.replace("-", "–"), "rank": rank, "amount": round(amount / divisor, 4)}
        for day in days
        for rank, (key, amount) in enumerate(day.shown().items())
    ]
    return Chart(
        key="past-due",
        title=_("Outstanding of debts past due, by age"),
        finding=_finding(days, currency),
        spec=with_values(_spec(get_language(), unit), values),
        head=(_("Day"), *(key.replace("-", "–") for key in SHOWN), _("All")),
        rows=tuple(
            (figures.day(day.on), *(figures.money(amount, currency) for amount in day.shown().values()),
             figures.money(day.late(), currency))
            for day in reversed(days)
        ),
        csv=csv,
    )  # fmt: skip


def _finding(days: Sequence[Day], currency: str) -> str:
    last = days[-1]
    values = {"amount": figures.big_money(last.late(), currency), "day": figures.day(last.on)}
    before = [day for day in days if (last.on - day.on).days >= 28]
    if not before or not before[-1].late():
        return _("%(amount)s on %(day)s.") % values
    change = last.late() / before[-1].late() - 1
    values |= {"change": figures.percent(abs(change), 1), "then": figures.day(before[-1].on)}
    if abs(change) < 0.005:
        return _("%(amount)s on %(day)s, as on %(then)s.") % values
    if change > 0:
        return _("%(amount)s on %(day)s, up %(change)s on %(then)s.") % values
    return _("%(amount)s on %(day)s, down %(change)s on %(then)s.") % values


@cache
def _spec(language: str, unit: str) -> dict[str, Any]:  # noqa: ARG001 - the language is part of the cache's key
    import altair as alt

    domain = [key.replace("-", "–") for key in SHOWN]
    colours = alt.Scale(domain=domain, range=[f"var(--dpd-{n})" for n in range(1, 6)])
    drawn = (
        alt.Chart(alt.Data(name="none"))
        .mark_bar(stroke="var(--card)", strokeWidth=1)
        .encode(
            x=alt.X("day:O", title=None, axis=alt.Axis(labelAngle=0, labelExpr="slice(datum.value, 5)")),
            y=alt.Y("amount:Q", title=unit, axis=alt.Axis(grid=True, tickCount=5)),
            color=alt.Color("bucket:N", title=_("days past due"), scale=colours),
            order=alt.Order("rank:Q"),
            tooltip=[alt.Tooltip("day:O", title=_("Day")), alt.Tooltip("bucket:N", title=_("days past due")),
                     alt.Tooltip("amount:Q", title=unit, format=",.2f")],
        )
        .properties(width="container", height=240)
    )  # fmt: skip
    return {**drawn.to_dict(), "config": CONFIG}
