"""Days past due over the life of a debt as one small line, drawn on the server: no script, the theme's own colours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kaopu.kernel.console import figures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

WIDTH, HEIGHT, EDGE = 600, 72, 4
POINTS_MAX = 160
STEPS = (30, 60, 90, 180)  # where a bucket begins


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Points as SVG reads them ("x,y x,y"). `then` is the line as believed on each day; "" where it is the same."""

    now: str
    then: str
    steps: tuple[str, ...]
    cursor: str
    label: str
    worst: int


def days_to_draw(start: date, end: date, marked: Sequence[date]) -> list[date]:
    """At most about `POINTS_MAX` days from `start` to `end`: evenly, and around the marked ones."""
    span = max((end - start).days, 1)
    step = max(-(-span // (POINTS_MAX // 2)), 1)
    days = {start + timedelta(days=n) for n in range(0, span + 1, step)} | {end}
    if len(marked) <= POINTS_MAX // 4:
        around = (day + timedelta(days=shift) for day in marked for shift in (0, 1))
        days |= {day for day in around if start <= day <= end}
    return sorted(days)


def build(days: Sequence[date], now: Sequence[int], then: Sequence[int], as_of: date) -> Sparkline:
    """The line of `now` on `days`, and of `then` where it differs."""
    start, span = days[0], max((days[-1] - days[0]).days, 1)
    top = max(*now, *then, 30)

    def points(values: Sequence[int]) -> str:
        placed = ((_x(day, start, span), _y(value, top)) for day, value in zip(days, values, strict=True))
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)

    worst = max(now)
    late = next((day for day, value in zip(days, now, strict=True) if value == worst), days[0])
    label = (
        _("Days past due over time: never late.")
        if not worst
        else _("Days past due over time: at most %(worst)d, on %(day)s.") % {"worst": worst, "day": figures.day(late)}
    )
    return Sparkline(
        now=points(now),
        then=points(then) if list(now) != list(then) else "",
        steps=tuple(f"{_y(step, top):.1f}" for step in STEPS if step <= top),
        cursor=f"{_x(as_of, start, span):.1f}" if start <= as_of <= days[-1] else "",
        label=label,
        worst=worst,
    )


def _x(day: date, start: date, span: int) -> float:
    return EDGE + (WIDTH - 2 * EDGE) * (day - start).days / span


def _y(value: int, top: int) -> float:
    return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * value / top
