"""Are newer months better: lines of ever 30+ by months on book, the label at the end, the newest in the main colour."""

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

LINES_MAX = 6  # labels of more would run into each other


@dataclass(frozen=True, slots=True)
class Line:
    """One opening month ("2025-03"): the share ever 30 days late by the end of each month on book, from month 1."""

    month: str
    shares: tuple[float, ...]
    debts: int = 0


def chart(lines: Sequence[Line], csv: str) -> Chart:
    """The chart of `lines`, oldest month first. Raises `ValueError` for none."""
    lines = [line for line in lines if line.shares]
    if not lines:
        raise ValueError("no vintages to draw")
    step = -(-len(lines) // LINES_MAX)
    kept = lines[::-1][::step][::-1]
    newest = {line.month for line in kept[-2:]}
    values = [
        {"month": line.month, "age": age, "share": round(share, 6), "new": line.month in newest,
         "last": age == len(line.shares)}
        for line in kept
        for age, share in enumerate(line.shares, 1)
    ]  # fmt: skip
    longest = max(len(line.shares) for line in lines)
    return Chart(
        key="vintages",
        title=_("Ever 30+ days past due, by month of opening"),
        finding=_finding(lines),
        spec=with_values(_spec(get_language()), values),
        head=(_("Opened"), _("Debts"), *(str(age) for age in range(1, longest + 1))),
        rows=tuple(
            (line.month, figures.number(line.debts), *(figures.percent(share) for share in line.shares),
             *([""] * (longest - len(line.shares))))
            for line in lines
        ),
        csv=csv,
        note=_("Share of the debts opened in a month. Charged-off debts stay in.")
        + (" " + _("Every %(n)d months are drawn; the table has all.") % {"n": step} if step > 1 else ""),
    )  # fmt: skip


def _finding(lines: Sequence[Line]) -> str:
    """The newest month that is old enough to say something, beside the mean of older ones at the same age."""
    for line in reversed(lines):
        age = len(line.shares)
        older = [other.shares[age - 1] for other in lines if other is not line and len(other.shares) > age]
        if age < 3 or not older:
            continue
        mean = sum(older) / len(older)
        values = {
            "month": line.month,
            "age": age,
            "share": figures.percent(line.shares[-1]),
            "mean": figures.percent(mean),
        }
        if line.shares[-1] < mean * 0.95:
            return (
                _("Newer is better: %(month)s stands at %(share)s after %(age)d months, older ones stood at %(mean)s.")
                % values
            )
        if line.shares[-1] > mean * 1.05:
            return (
                _("Newer is worse: %(month)s stands at %(share)s after %(age)d months, older ones stood at %(mean)s.")
                % values
            )
        return _("No drift: %(month)s stands at %(share)s after %(age)d months, older ones stood at %(mean)s.") % values
    return _("Too young to compare: no month is three months old beside an older one.")


@cache
def _spec(language: str) -> dict[str, Any]:  # noqa: ARG001 - the language is part of the cache's key
    import altair as alt

    base = alt.Chart(alt.Data(name="none")).encode(
        x=alt.X("age:Q", title=_("months on book"), axis=alt.Axis(tickMinStep=1, grid=False)),
        y=alt.Y("share:Q", title=None, axis=alt.Axis(format=".1%", tickCount=5)),
        color=alt.condition("datum.new", alt.value("var(--primary)"), alt.value("var(--control)")),
        detail="month:N",
    )
    line = base.mark_line(strokeWidth=2).encode(
        tooltip=[alt.Tooltip("month:N", title=_("Opened")), alt.Tooltip("age:Q", title=_("months on book")),
                 alt.Tooltip("share:Q", title=_("share"), format=".2%")],
    )  # fmt: skip
    label = base.mark_text(align="left", dx=5, fontSize=12).encode(text="month:N").transform_filter("datum.last")
    drawn = alt.layer(line, label).properties(
        width="container", height=240, padding={"right": 56, "left": 5, "top": 5, "bottom": 5}
    )
    return {**drawn.to_dict(), "config": CONFIG}
