"""Charts of the report as SVG inside the page; vl-convert draws them without a browser or network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BLUE, RED, GREY = "#1f6feb", "#c2410c", "#8a949e"
WIDTH, HEIGHT, SHOWN = 520, 220, 15


def distribution_chart(rows: Sequence[Mapping[str, Any]]) -> str:
    """Shares of goods and bads by score."""
    import altair as alt

    goods, bads = sum(r["goods"] for r in rows) or 1, sum(r["bads"] for r in rows) or 1
    values = [
        {"score": (r["from"] + r["to"]) / 2, "share": r[key] / total, "of": key}
        for r in rows
        for key, total in (("goods", goods), ("bads", bads))
    ]
    chart = (
        alt.Chart(alt.Data(values=values))
        .mark_area(opacity=0.45, interpolate="monotone")
        .encode(
            x=alt.X("score:Q", title="score"),
            y=alt.Y("share:Q", title="share", stack=None, axis=alt.Axis(format="%")),
            color=alt.Color("of:N", scale=alt.Scale(domain=["goods", "bads"], range=[BLUE, RED]), title=None),
        )
    )
    return svg(chart, "Shares of goods and bads by score")


def calibration_chart(rows: Sequence[Mapping[str, Any]]) -> str:
    """What came beside what was expected, by tenth."""
    import altair as alt

    top = max([r["expected"] for r in rows] + [r["came"] for r in rows])
    ideal = alt.Chart(alt.Data(values=[{"x": 0, "y": 0}, {"x": top, "y": top}])).mark_line(
        color=GREY, strokeDash=[4, 4]
    )
    dots = alt.Chart(alt.Data(values=[dict(r) for r in rows])).mark_line(color=BLUE, point=True)
    chart = ideal.encode(x=alt.X("x:Q", title="expected"), y=alt.Y("y:Q", title="came")) + dots.encode(
        x="expected:Q", y="came:Q"
    )
    return svg(chart, "Rate that came beside the expected rate, by tenth")


def csi_chart(rows: Sequence[Mapping[str, Any]]) -> str:
    """The columns that moved most."""
    import altair as alt

    chart = (
        alt.Chart(alt.Data(values=[dict(r) for r in rows[:SHOWN]]))
        .mark_bar(color=BLUE)
        .encode(x=alt.X("csi:Q", title="CSI"), y=alt.Y("column:N", sort="-x", title=None))
    )
    return svg(chart, "Shift of each column since the training")


def periods_chart(rows: Sequence[Mapping[str, Any]]) -> str:
    """Bad rate beside the expected one, by period."""
    import altair as alt

    values = [
        {"period": r["period"], "rate": r[key], "of": words}
        for r in rows
        for key, words in (("bad_rate", "came"), ("expected", "expected"))
    ]
    chart = (
        alt.Chart(alt.Data(values=values))
        .mark_line(point=True)
        .encode(
            x=alt.X("period:N", sort=None, title=None),
            y=alt.Y("rate:Q", title="bad rate", axis=alt.Axis(format="%")),
            color=alt.Color("of:N", scale=alt.Scale(domain=["came", "expected"], range=[RED, BLUE]), title=None),
        )
    )
    return svg(chart, "Bad rate and expected rate by period")


def svg(chart: Any, words: str) -> str:
    """The chart as an SVG element with its sentence for those who cannot see it."""
    import vl_convert

    spec = chart.properties(width=WIDTH, height=HEIGHT).to_dict()
    drawn = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return f'<figure role="img" aria-label="{words}">{drawn[drawn.index("<svg") :]}</figure>'
