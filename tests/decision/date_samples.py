"""Random dates, texts of many forms, numbers, nulls and wrong kinds; and expressions over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

UNITS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year", "s", "m", "h", "d", "w", "M", "q", "y")
LEGACY_UNITS = ("second", "m", "hour", "d", "week", "M", "year")
FORMS = (
    "{y:04}-{m:02}-{d:02}",
    "{y:04}-{m:02}-{d:02}",
    "{y:04}-{m:02}-{d:02} {H:02}:{M:02}",
    "{y:04}-{m:02}-{d:02} {H:02}:{M:02}:{S:02}",
    "{y:04}-{m:02}-{d:02}T{H:02}:{M:02}:{S:02}Z",
    "{y:04}-{m:02}-{d:02}T{H:02}:{M:02}:{S:02}",
    "{y:04}-{m:02}-{d:02}T{H:02}:{M:02}:{S:02}+02:00",
    "{y:04}-{m:02}-{d:02} {H:02}:{M:02}:{S:02}-05:30",
    "{y:04}-{m:02}-{d:02}T{H:02}:{M:02}:{S:02}.{f:03}Z",
    "{H:02}:{M:02}:{S:02}",
)
ODD: tuple[Any, ...] = (
    None, None, True, False, "", "x", "foo bar", "2023-02-29", "2024-02-29", "2023-02-30", "2023-13-01", "2023-1-5",
    "2023/01/05", "20230105", "2023", "10:30", "24:00:00", "2023-01-01T24:00:00Z", "2023-01-01T23:59:60Z", "UTC",
    " 2023-01-01", "2023-01-01 ", "0001-01-01", "9999-12-31", "0999-12-31", "1000-01-01", "12023-01-01", "1d", "2 days",
    "12h", "3 months", "1d 2h", "1.5h", "-1d", 0, 1, -1, 0.5, -0.5, 1.999, 1e9, 1697328000, 1697328000123, 1.5e12, 4e9,
    4294967296, -86400, 253402300799, 253402300800, -30610224000, -30610224001, 2.6e14, 1e-7, 31, 12, 29, 2, -3.7,
    [], {}, "Invalid date", "2023-01-01T10:00+01:00", "2023-12-31T23:59:59.999Z", "1969-12-31 23:59:59",
)  # fmt: skip


def date_text(chance: random.Random) -> str:
    """A date of one of the forms, often at the end of a month."""
    year = chance.choice((chance.randint(1990, 2030), chance.randint(2019, 2025), chance.randint(1000, 9999)))
    day = chance.choice((1, 28, 29, 30, 31, chance.randint(1, 31)))
    parts = {"y": year, "m": chance.randint(1, 12), "d": day, "f": chance.randint(0, 999)}
    parts |= {
        "H": chance.choice((0, 23, chance.randint(0, 23))),
        "M": chance.randint(0, 59),
        "S": chance.randint(0, 59),
    }
    return chance.choice(FORMS).format(**parts)


def value(chance: random.Random) -> Any:
    """Mostly a date, sometimes anything."""
    roll = chance.random()
    if roll < 0.7:
        return date_text(chance)
    if roll < 0.8:
        return chance.choice(
            (chance.randint(-(10**9), 3 * 10**9), chance.randint(-(10**12), 3 * 10**12), chance.randint(-40, 40))
        )
    return chance.choice(ODD)


def amount(chance: random.Random) -> Any:
    """A number of units, whole as a rule."""
    return chance.choice(
        (chance.randint(-40, 40), chance.randint(0, 31), chance.randint(-5000, 5000), 1.5, -2.25, 0.1, None, "3")
    )


def expressions() -> list[str]:
    """Every function and method over `a` and `b` (anything), `n` (a number)."""
    found = [
        "d(a)",
        "d(a).isValid()",
        "d(a) == d(b)",
        "d(a) < d(b)",
        "d(a) >= d(b)",
        "d(a) == b",
        "d(a) != b",
        "a == d(b)",
    ]
    found += [
        "d(a) in [d(b)..d('2030-01-01')]",
        "d(a) in [d(b), d('2024-02-29'), null]",
        "min([d(a), d(b)])",
        "max([d(a), d(b)])",
    ]
    found += [
        "string(d(a))",
        "`on ${d(a)}`",
        "d(a) ?? 1",
        "d(a) + 'x'",
        "type(d(a))",
        "len(d(a))",
        "[d(a), b]",
        "{k: d(a)}",
    ]
    found += [f"d(a).{name}()" for name in (
        "year", "month", "day", "hour", "minute", "second", "weekday", "week", "dayOfYear", "quarter", "timestamp",
        "isLeapYear", "offsetName",
    )]  # fmt: skip
    found += [
        "d(a).diff(b)",
        "d(a).diff(d(b))",
        "d(a).add('1M 1d')",
        "d(a).sub('1y')",
        "d(a).add('90 days')",
        "d(a) > b",
    ]
    for unit in UNITS:
        found += [
            f"d(a).startOf('{unit}')",
            f"d(a).endOf('{unit}')",
            f"d(a).diff(d(b), '{unit}')",
            f"d(a).set('{unit}', n)",
        ]
        found += [f"d(a).add(n, '{unit}')", f"d(a).sub(n, '{unit}').timestamp()", f"d(a).isSame(b, '{unit}')"]
        found += [f"d(a).endOf('{unit}') == d(b).endOf('{unit}')", f"d(a).endOf('{unit}').diff(d(b), '{unit}')"]
    for method in ("isBefore", "isAfter", "isSame", "isSameOrBefore", "isSameOrAfter"):
        found += [
            f"d(a).{method}(d(b))",
            f"d(a).{method}(b)",
            f"d(a).{method}(d(b), 'month')",
            f"d(a).{method}(d(b), u)",
        ]
    found += ["d(a).startOf(u)", "d(a).add(n, u)", "d(a).diff(d(b), u)"]
    found += [
        f"d(a).format('{form}')"
        for form in ("%Y-%m-%d", "%d/%m/%y %H:%M:%S", "%a %b %d %H:%M", "day %j of %B, %A %I %p")
    ]
    found += [f"{name}(a)" for name in (
        "date", "time", "duration", "year", "monthOfYear", "dayOfMonth", "dayOfWeek", "dayOfYear", "weekOfYear",
        "dateString", "monthString", "weekdayString",
    )]  # fmt: skip
    for unit in LEGACY_UNITS:
        found += [f"startOf(a, '{unit}')", f"endOf(a, '{unit}')"]
    found += [
        "date(d(a))",
        "year(d(a))",
        "dateString(d(a))",
        "time(d(a))",
        "date(a) + duration('1d') > date(b)",
        "date(a) - date(b)",
    ]
    found += ["d(a, 'UTC').tz('UTC')", "dateString(date(a) + duration('12h'))"]
    return found
