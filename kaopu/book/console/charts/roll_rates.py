"""Where debts move from one month to the next: a heat table with its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kaopu.book.console.words import BUCKET_KEYS
from kaopu.kernel.console import figures
from kaopu.kernel.console.chart import CONFIG, Chart, with_values

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Matrix:
    """`shares[from][to]`: part of the balance in bucket `from` on the first day that is in `to` on the second.

    `to` may also be "paid_off" or "charged_off".
    """

    start: date
    end: date
    shares: dict[str, dict[str, float]]


def chart(matrix: Matrix, csv: str) -> Chart:
    """The chart. Raises `ValueError` for an empty matrix."""
    sources = [key for key in BUCKET_KEYS if key in matrix.shares]
    if not sources:
        raise ValueError("no roll rates to draw")
    known = {key for row in matrix.shares.values() for key in row}
    targets = [key for key in (*BUCKET_KEYS, "paid_off", "charged_off") if key in known]
    values = [
        {"from": _word(source), "to": _word(target), "share": matrix.shares[source].get(target, 0.0),
         "fromRank": sources.index(source), "toRank": targets.index(target)}
        for source in sources
        for target in targets
    ]  # fmt: skip
    return Chart(
        key="roll-rates",
        title=_("Where balances moved, from bucket to bucket"),
        finding=_finding(matrix),
        spec=with_values(_spec(get_language()), values),
        head=(_("From"), *(_word(target) for target in targets)),
        rows=tuple(
            (_word(source), *(figures.percent(matrix.shares[source].get(target, 0.0), 1) for target in targets))
            for source in sources
        ),
        csv=csv,
        note=_("Weighted by balance; paid-off balances stand apart."),
    )


def _word(key: str) -> str:
    words = {"current": _("current"), "paid_off": _("paid off"), "charged_off": _("charged off")}
    return words.get(key, key.replace("-", "–"))


def _finding(matrix: Matrix) -> str:
    values = {"start": figures.day(matrix.start), "end": figures.day(matrix.end)}
    first = matrix.shares.get("1-30")
    if not first:
        return _("From %(start)s to %(end)s.") % values
    worse = sum(share for key, share in first.items() if key in (*BUCKET_KEYS[2:], "charged_off"))
    better = first.get("current", 0.0) + first.get("paid_off", 0.0)
    values |= {"worse": figures.percent(worse, 1), "better": figures.percent(better, 1)}
    return (
        _(
            "Of what was 1–30 days late on %(start)s, %(worse)s had rolled further by %(end)s and %(better)s was cured or paid."  # noqa: E501 - one sentence
        )
        % values
    )


@cache
def _spec(language: str) -> dict[str, Any]:  # noqa: ARG001 - the language is part of the cache's key
    import altair as alt

    base = alt.Chart(alt.Data(name="none")).encode(
        x=alt.X("to:N", title=_("to"), sort=alt.EncodingSortField("toRank", op="min"),
                axis=alt.Axis(orient="top", labelAngle=-30, labelOverlap=False, domain=False, ticks=False)),
        y=alt.Y("from:N", title=_("from"), sort=alt.EncodingSortField("fromRank", op="min"),
                axis=alt.Axis(domain=False, ticks=False)),
    )  # fmt: skip
    heat_scale = alt.Scale(domain=[0, 1], range=["var(--heat-0)", "var(--heat-1)"], interpolate="rgb")
    heat = base.mark_rect(stroke="var(--rule)").encode(
        color=alt.Color(
            "share:Q",
            legend=None,
            scale=heat_scale,
        )
    )
    text = base.mark_text(fontSize=11).encode(
        text=alt.Text("share:Q", format=".0%"),
        color=alt.condition("datum.share > 0.45", alt.value("var(--on-primary)"), alt.value("var(--ink)")),
    )
    drawn = alt.layer(heat, text).properties(width="container", height=240)
    return {**drawn.to_dict(), "config": CONFIG}
