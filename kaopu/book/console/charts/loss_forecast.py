"""Was the forecast right: at past month ends what was forecast, what a naive forecast said, and what came."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kaopu.kernel.console import figures
from kaopu.kernel.console.chart import CONFIG, Chart, with_values

WAYS = ("came", "forecast", "naive")


def chart(found: dict[str, Any], currency: str, csv: str) -> Chart:
    """The forecast of one currency, as `kaopu book forecast` gives it. Raises `ValueError` where all is 0."""
    shown = found["targets"][found["target"]]
    rows = shown["dates"]
    largest = max(row[way] for row in rows for way in WAYS)
    if not largest:
        raise ValueError("no losses to draw")
    divisor, unit = figures.chart_scale(largest, currency)
    words = _ways()
    values = [
        {"on": row["on"][:7], "way": words[way], "amount": round(row[way] / divisor, 4)} for row in rows for way in WAYS
    ]
    return Chart(
        key="loss-forecast",
        title=_target(found["target"]),
        finding=_finding(shown["errors"], currency),
        spec=with_values(_spec(get_language(), unit), values),
        head=(_("At the end of"), _("At risk"), words["forecast"], words["naive"], words["came"], _("Debts")),
        rows=tuple(
            (figures.day(date.fromisoformat(row["on"])),
             *(figures.money(row[name], currency) for name in ("at_risk", "forecast", "naive", "came")),
             figures.number(row["came_debts"]))
            for row in reversed(rows)
        ),
        csv=csv,
        note=_coming(shown["coming"], currency),
    )  # fmt: skip


def _ways() -> dict[str, str]:
    return {"came": _("what came"), "forecast": _("forecast"), "naive": _("naive forecast")}


def _target(target: str) -> str:
    if target == "charged_off":
        return _("Charged off within six months: forecast, naive and what came")
    return _("Over 90 days late within six months: forecast, naive and what came")


def _finding(errors: dict[str, Any], currency: str) -> str:
    own, naive = errors["forecast"], errors["naive"]
    values = {
        "own": figures.big_money(own["mean_absolute"], currency),
        "naive": figures.big_money(naive["mean_absolute"], currency),
        "bias": figures.big_money(own["bias"], currency),
    }
    if own["mean_absolute"] < naive["mean_absolute"]:
        return _("Off by %(own)s on average, the naive one by %(naive)s; mean error %(bias)s.") % values
    return (
        _("No better than naive: off by %(own)s on average, the naive one by %(naive)s; mean error %(bias)s.") % values
    )


def _coming(coming: dict[str, Any], currency: str) -> str:
    values = {
        "day": figures.day(date.fromisoformat(coming["on"])),
        "amount": figures.big_money(coming["forecast"], currency),
        "naive": figures.big_money(coming["naive"], currency),
    }
    return _("From %(day)s on: %(amount)s in six months; the naive forecast says %(naive)s.") % values


@cache
def _spec(language: str, unit: str) -> dict[str, Any]:  # noqa: ARG001 - the language is part of the cache's key
    import altair as alt

    words = _ways()
    domain = [words[way] for way in WAYS]
    scale = alt.Scale(domain=domain, range=["var(--ink)", "var(--primary)", "var(--control)"])
    drawn = (
        alt.Chart(alt.Data(name="none"))
        .mark_line(strokeWidth=2, point=True)
        .encode(
            x=alt.X("on:O", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("amount:Q", title=unit, axis=alt.Axis(tickCount=5)),
            color=alt.Color("way:N", title=None, scale=scale, legend=alt.Legend(symbolType="stroke", columns=2)),
            strokeDash=alt.StrokeDash(
                "way:N", title=None, scale=alt.Scale(domain=domain, range=[[1, 0], [1, 0], [4, 3]])
            ),
            tooltip=[alt.Tooltip("on:O", title=_("At the end of")), alt.Tooltip("way:N", title=" "),
                     alt.Tooltip("amount:Q", title=unit, format=",.2f")],
        )
        .properties(width="container", height=240)
    )  # fmt: skip
    return {**drawn.to_dict(), "config": CONFIG}
