"""The figures of `kaopu.kernel.console.figures` as template filters."""

from __future__ import annotations

from django import template

from kaopu.kernel.console import figures

register = template.Library()
for name in (
    "money",
    "big_money",
    "number",
    "percent",
    "signed_percent",
    "signed_points",
    "day",
    "weekday_day",
    "instant",
    "age",
    "days",
):
    register.filter(name, getattr(figures, name))
