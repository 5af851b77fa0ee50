"""Plain bars: what the book is made of, and what it should bring in."""

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

BARS_MAX = 10


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of the book: its name and outstanding in minor units."""

    name: str
    outstanding: int


def concentration(slices: Sequence[Slice], whole: int, hhi: float, currency: str, csv: str) -> Chart:
    """Largest first; what the parts leave of `whole` is one bar more. Raises `ValueError` for none.

    `hhi` is the Herfindahl-Hirschman index over all parts, 10,000 for a single one.
    """
    ordered = sorted(slices, key=lambda part: -part.outstanding)[:BARS_MAX]
    if not ordered or not ordered[0].outstanding:
        raise ValueError("no concentration to draw")
    rest = whole - sum(part.outstanding for part in ordered)
    drawn = [*ordered, Slice(_("other"), rest)] if rest > 0 else ordered
    divisor, unit = figures.chart_scale(ordered[0].outstanding, currency)
    values = [
        {"name": part.name, "rank": rank, "amount": round(part.outstanding / divisor, 4),
         "label": figures.percent(part.outstanding / whole, 1)}
        for rank, part in enumerate(drawn)
    ]  # fmt: skip
    finding = _("The largest, %(name)s, holds %(share)s of %(whole)s.") % {
        "name": ordered[0].name,
        "share": figures.percent(ordered[0].outstanding / whole, 1),
        "whole": figures.big_money(whole, currency),
    }
    return Chart(
        key="concentration",
        title=_("Outstanding by product"),
        finding=finding,
        spec=with_values(_concentration_spec(get_language(), unit), values),
        head=(_("Product"), _("Outstanding"), _("Share")),
        rows=tuple(
            (part.name, figures.money(part.outstanding, currency), figures.percent(part.outstanding / whole, 1))
            for part in drawn
        ),
        csv=csv,
        small=True,
        note=_("Concentration index (HHI): %(hhi)s of 10,000.") % {"hhi": figures.number(round(hhi))},
    )  # fmt: skip


def expected_cash(days: Sequence[tuple[date, int]], currency: str, csv: str) -> Chart:
    """What falls due, day by day, in minor units. Raises `ValueError` for none."""
    if not days:
        raise ValueError("no expected cash to draw")
    divisor, unit = figures.chart_scale(max(amount for _on, amount in days), currency)
    values = [{"day": on.isoformat(), "amount": round(amount / divisor, 4)} for on, amount in days]
    total = sum(amount for _on, amount in days)
    peak = max(days, key=lambda pair: pair[1])
    finding = _("%(total)s falls due in %(n)d days; the most, %(peak)s, on %(day)s.") % {
        "total": figures.big_money(total, currency),
        "n": (days[-1][0] - days[0][0]).days + 1,
        "peak": figures.big_money(peak[1], currency),
        "day": figures.weekday_day(peak[0]),
    }
    return Chart(
        key="expected-cash",
        title=_("Cash expected by the day it falls due"),
        finding=finding,
        spec=with_values(_cash_spec(get_language(), unit), values),
        head=(_("Day"), _("Falls due")),
        rows=tuple((figures.weekday_day(on), figures.money(amount, currency)) for on, amount in days),
        csv=csv,
        small=True,
    )


@cache
def _concentration_spec(language: str, unit: str) -> dict[str, Any]:  # noqa: ARG001 - part of the cache's key
    import altair as alt

    base = alt.Chart(alt.Data(name="none")).encode(
        y=alt.Y("name:N", title=None, sort=alt.EncodingSortField("rank", op="min"), axis=alt.Axis(labelLimit=180)),
        x=alt.X("amount:Q", title=unit, axis=alt.Axis(tickCount=5)),
    )
    bars = base.mark_bar(color="var(--cat-1)", height={"band": 0.7})
    label = base.mark_text(align="left", dx=4).encode(text="label:N")
    return {**alt.layer(bars, label).properties(width="container", height=200).to_dict(), "config": CONFIG}


@cache
def _cash_spec(language: str, unit: str) -> dict[str, Any]:  # noqa: ARG001 - part of the cache's key
    import altair as alt

    drawn = (
        alt.Chart(alt.Data(name="none"))
        .mark_bar(color="var(--cat-1)")
        .encode(
            x=alt.X("day:O", title=None, axis=alt.Axis(labelAngle=0, labelExpr="slice(datum.value, 5)")),
            y=alt.Y("amount:Q", title=unit, axis=alt.Axis(tickCount=4)),
            tooltip=[alt.Tooltip("day:O", title=_("Day")), alt.Tooltip("amount:Q", title=unit, format=",.2f")],
        )
        .properties(width="container", height=200)
    )
    return {**drawn.to_dict(), "config": CONFIG}
