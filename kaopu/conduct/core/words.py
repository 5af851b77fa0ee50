"""Findings as sentences, in English and Chinese. Figures first, law in the paraphrase of the rule."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kaopu.conduct.core.instants import EPOCH_ORDINAL
from kaopu.conduct.core.phrases import (
    BAD_ENTRY,
    DAY_NAMES,
    ENTRIES,
    EXPECTED,
    FIELDS,
    OF,
    PLACES,
    PROBLEM,
    PROBLEM_STATES,
    SENTENCES,
    VALUES,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.conduct.core.kinds.counts import Cap
    from kaopu.conduct.core.kinds.kind import Finding
    from kaopu.conduct.core.kinds.parameters import Window
    from kaopu.conduct.core.zones import LocalTime


def say(finding: Finding, language: str) -> str:
    """The sentence of a finding."""
    place = 0 if language == "en" else 1
    holds, passes = SENTENCES[finding.code]
    values = VALUES_OF.get(finding.code, _plain)(finding.values, place)
    return (holds if finding.holds else passes)[place].format(*values)


def _plain(values: tuple[object, ...], place: int) -> tuple[object, ...]:
    return tuple(FIELDS.get(value, (value, value))[place] if isinstance(value, str) else value for value in values)


def _hours(values: tuple[Any, ...], place: int) -> tuple[object, ...]:
    where, local, *hours = values
    windows = (hours_text(hours[0], place),) if hours else ()
    return (PLACES[where][place], clock_text(local, place), *windows)


def _cap(values: tuple[Any, ...], place: int) -> tuple[object, ...]:
    found, limit, cap = values
    return (found, limit, counted_text(cap, place))


def _flags(values: tuple[Any, ...], place: int) -> tuple[object, ...]:
    true, asked = values
    return tuple(_joined([FIELDS[path][place] for path in paths], place) for paths in (true, asked))


def _instant(values: tuple[Any, ...], place: int) -> tuple[object, ...]:
    path, at = values
    never = ("never", "从未")[place]
    return (FIELDS[path][place], at.isoformat() if isinstance(at, datetime) else never)


def _texts(values: tuple[Any, ...], place: int) -> tuple[object, ...]:
    path, found, allowed = values
    return (FIELDS[path][place], _word(found, place), _joined([_word(one, place) for one in sorted(allowed)], place))


def _wish(values: tuple[Any, ...], place: int) -> tuple[object, ...]:
    _, request, role = values
    return (_word(request.purpose, place), _word(role, place), _word(request.content, place))


def _places(values: tuple[Any, ...], place: int) -> tuple[object, ...]:
    return (_joined([str(one) for one in values[0]], place),)


def _facts(values: tuple[Any, ...], place: int) -> tuple[object, ...]:
    (why,) = values
    return (why,) if place == 0 else ("；".join(_problem_zh(one) for one in str(why).split("; ")),)


def _problem_zh(problem: str) -> str:
    """A problem that a reader of facts noted, in Chinese; one of another origin stays as it is."""
    found = PROBLEM.fullmatch(problem)
    if found is None:
        return problem
    state = PROBLEM_STATES[found["state"]]
    expected = found["expected"]
    if expected is None:
        return f"{found['path']} {state}"
    if expected.startswith("one of "):
        return f"{found['path']} {state}，应为下列之一：{expected.removeprefix('one of ').replace(', ', '、')}"
    entry = BAD_ENTRY.fullmatch(expected)
    if entry:
        return f"{found['path']} {state}：第 {entry[1]} 条（从 0 数起）的 {entry[2]} 无法读取"
    return f"{found['path']} {state}，应为{EXPECTED.get(expected, expected)}"


def _channel(values: tuple[Any, ...], place: int) -> tuple[object, ...]:
    return (_word(values[0], place),)


VALUES_OF: dict[str, Callable[[tuple[Any, ...], int], tuple[object, ...]]] = {
    "holiday": _hours,
    "outside_hours": _hours,
    "cap": _cap,
    "any_true": _flags,
    "none_true": _flags,
    "reached": _instant,
    "not_reached": _instant,
    "one_of": _texts,
    "not_one_of": _texts,
    "wish": _wish,
    "switched_off": _places,
    "no_consent": _channel,
    "facts": _facts,
}


def hours_text(windows: tuple[Window, ...], place: int) -> str:
    """The windows of a week: "Mon-Fri 08:00-19:00, Sat 09:00-18:00"."""
    spans: list[tuple[int, int, tuple[int, int]]] = []
    for weekday, window in enumerate(windows):
        if window and spans and spans[-1][1] == weekday - 1 and spans[-1][2] == window:
            spans[-1] = (spans[-1][0], weekday, window)
        elif window:
            spans.append((weekday, weekday, window))
    names = DAY_NAMES[place]
    parts = [
        f"{names[first]}{'' if first == last else ('-', '至')[place] + names[last]} {_hour(start)}-{_hour(end)}"
        for first, last, (start, end) in spans
    ]
    return (", ", "，")[place].join(parts)


def clock_text(local: LocalTime, place: int) -> str:
    """A day and a time as the wall shows them: "Sun 2026-11-22 18:30"."""
    # A wall may show a day of the year 10000 (or 0) that an instant of the last (or first) day has no date for.
    day = date.fromordinal(min(max(local.day + EPOCH_ORDINAL, 1), date.max.toordinal()))
    return f"{DAY_NAMES[place][day.weekday()]} {day.isoformat()} {_hour(local.second)}"


def counted_text(cap: Cap, place: int) -> str:
    """What a cap counts, in words."""
    days = "" if cap.days is None else (_days_en, _days_zh)[place](cap.days)
    channel = _joined([_word(one, place) for one in sorted(cap.on_channels or ())], place)
    purpose = _joined([_word(one, place) for one in sorted(cap.for_purposes or ())], place)
    parts = [channel, _entries(cap.count, place)]
    if purpose:
        parts.append((f"for {purpose}", f"（{purpose}）")[place])
    parts.append(OF[cap.of][place])
    parts += [VALUES[f"episode {cap.episode}"][place], VALUES[f"since {cap.since}"][place], days]
    return (" ", "")[place].join(part for part in parts if part)


def _days_en(days: int) -> str:
    return "today" if days == 1 else f"in {days} days"


def _days_zh(days: int) -> str:
    return "（今天）" if days == 1 else f"（{days}天内）"


def _entries(outcomes: frozenset[str], place: int) -> str:
    group = next((words for known, words in ENTRIES if known == outcomes), None)
    return group[place] if group else _joined([_word(one, place) for one in sorted(outcomes)], place)


def _word(value: object, place: int) -> str:
    return VALUES.get(str(value), (str(value), str(value)))[place]


def _joined(parts: list[str], place: int) -> str:
    return (", ", "、")[place].join(parts)


def _hour(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}"
