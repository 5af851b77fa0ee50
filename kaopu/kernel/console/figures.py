"""How figures are written in the reader's language: money, dates, shares, ages. The one place for it.

Big money goes by the scale of the language: ¥1,284.6 m in English, 12.85 亿元 in Chinese. Exact money is ¥306.20,
without a space. Dates are 22 Nov 2026 and 2026年11月22日, never 11/22.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kaopu.kernel.core.currencies import EXPONENTS

SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAYS_ZH = "一二三四五六日"
MINUS = "−"


def chinese() -> bool:
    """Whether the reader reads Chinese."""
    return (get_language() or "en").startswith("zh")


def money(minor: int, currency: str = "CNY") -> str:
    """Exact: ¥4,382.10; 4,382.10 CZK where the currency has no sign of its own."""
    decimals = EXPONENTS.get(currency, 2)
    text = f"{abs(Decimal(minor).scaleb(-decimals)):,.{decimals}f}"
    return _signed(minor, text, currency)


def big_money(minor: int, currency: str = "CNY") -> str:
    """Scaled by the language: ¥1,284.6 m · 12.85 亿元 · 2,190 万元; below the scale whole units of the currency."""
    major = abs(Decimal(minor).scaleb(-EXPONENTS.get(currency, 2)))
    if not chinese():
        return _signed(minor, f"{major / 10**6:,.1f} m" if major >= 10**6 else f"{major:,.0f}", currency)
    unit = "元" if currency == "CNY" else f" {currency}"
    sign = MINUS if minor < 0 else ""
    if major >= 10**8:
        return f"{sign}{major / 10**8:,.2f} 亿{unit}"
    if major >= 10**4:
        return f"{sign}{major / 10**4:,.0f} 万{unit}" if major >= 10**6 else f"{sign}{major / 10**4:,.1f} 万{unit}"
    return f"{sign}{major:,.0f} {unit.strip()}"


def chart_scale(largest_minor: int, currency: str = "CNY") -> tuple[float, str]:
    """What to divide minor units by in a chart, and the unit for the axis. d3 formats know neither 万 nor 亿."""
    decimals = EXPONENTS.get(currency, 2)
    major = abs(largest_minor) / 10**decimals
    sign = SYMBOLS.get(currency, currency)
    if chinese():
        size, word = (10**8, "亿元") if major >= 10**8 else (10**4, "万元")
        return 10**decimals * size, word if currency == "CNY" else f"{word[0]} {currency}"
    size, word = (10**6, f"{sign} million") if major >= 10**6 else (10**3, f"{sign} thousand")
    return 10**decimals * size, word


def _signed(minor: int, text: str, currency: str) -> str:
    sign = MINUS if minor < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{text}" if symbol else f"{sign}{text} {currency}"


def number(value: int) -> str:
    """5,012,338."""
    return f"{value:,}".replace("-", MINUS)


def percent(share: float, places: int = 2) -> str:
    """A fraction as 1.94%."""
    return f"{share * 100:.{places}f}%".replace("-", MINUS)


def signed_percent(share: float, places: int = 1) -> str:
    """A change as +1.8% or −0.4%."""
    return f"{share * 100:+.{places}f}%".replace("-", MINUS)


def signed_points(share: float) -> str:
    """A change of a share, in percentage points: −0.11 pp."""
    return _("%(points)s pp") % {"points": f"{share * 100:+.2f}".replace("-", MINUS)}


def day(value: date | None) -> str:
    """22 Nov 2026 · 2026年11月22日; "none" where there is no such day."""
    if value is None:
        return _("none")
    if chinese():
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def weekday_day(value: date) -> str:
    """Fri 27 Nov 2026 · 2026年11月27日（周五）."""
    if chinese():
        return f"{day(value)}（周{DAYS_ZH[value.weekday()]}）"
    return f"{DAYS_EN[value.weekday()]} {day(value)}"


def instant(value: datetime | None) -> str:
    """22 Nov 2026 18:14 UTC: the zone is always said."""
    if value is None:
        return _("none")
    value = value.astimezone(UTC)
    return f"{day(value.date())} {value:%H:%M} UTC"


def age(span: timedelta) -> str:
    """3 d · 6 h · 12 min, the largest unit alone."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds >= 86_400:
        return _("%(n)d d") % {"n": seconds // 86_400}
    if seconds >= 3_600:
        return _("%(n)d h") % {"n": seconds // 3_600}
    return _("%(n)d min") % {"n": seconds // 60}


def days(count: int) -> str:
    """1 day · 21 days."""
    return ngettext("%(n)d day", "%(n)d days", count) % {"n": count}
