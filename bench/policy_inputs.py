"""Inputs of every sort for a decision graph: its own cases, bent. It knows JSON and JDM files, nothing of the engine.

Values come from the graph: numbers and texts written in its cells and expressions, and what lies just beside them;
places come from its cases: what stands in one may be absent, null, empty, of another kind, huge, tiny or odd.
"""

from __future__ import annotations

import copy
import json
import random
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NUMBER = re.compile(r"(?<![\w.'\"])-?\d+(?:\.\d+)?(?!['\"\w])")
TEXT = re.compile(r"'([^']*)'|\"([^\"]*)\"")
NAMES = re.compile(r"[A-Za-z_][\w.]*")
ODD_NUMBERS = (
    *(0, -0.0, 1, -1, 0.1 + 0.2, 0.1 + 0.7, 1.005, 1 / 3, 2 / 3, 1e-7, 1e-13, 5e-324, 1e15, 1e16, 1e300, -1e300),
    *(12345678901234567890, 123456789012345678, 9007199254740993, 2**31, -(2**63), 99999999999999.99, 4.35, 2.675),
)
ODD_TEXTS = (
    *("", " ", "0", "1", "-1", "1e3", "null", "true", "undefined", "approve", "é", "é", "ß", "İ", "信用", "😀", "'"),
    *("2024-02-30", "2024-02-29", "2023-10-15T14:30:45Z", "a\nb", "\t", "x" * 300, "United States ", "us", "US"),
)
ODD_SHAPES = ([], {}, [None], [[]], [0, "0"], {"": 0}, {"length": 3}, True, False)


class PolicyInputs:
    """A stream of inputs for one graph, the same for the same seed.

    Args:
        document: the parsed JDM file; its `tests` are the cases.
        seed: of the stream.
    """

    def __init__(self, document: Mapping[str, Any], seed: int = 0) -> None:
        self._random = random.Random(f"{seed}/{len(json.dumps(document))}")
        self.cases = [case["input"] for case in document.get("tests") or [] if isinstance(case.get("input"), dict)]
        texts = list(_strings(document.get("nodes") or []))
        self._numbers = sorted({float(found) for text in texts for found in NUMBER.findall(text)})
        self._texts = sorted({a or b for text in texts for a, b in TEXT.findall(text)})
        self._names = sorted({name for text in texts for name in NAMES.findall(text)})
        places = [leaf for case in self.cases for leaf in _leaves(case)]
        self._seen: dict[str, list[Any]] = {}
        for path, value in places:
            self._seen.setdefault(_key(path), []).append(value)

    def rows(self, count: int) -> Iterator[dict[str, Any]]:
        """`count` inputs: half of them lawful in kind (values moved only), half bent in one to four places."""
        for number in range(count):
            row = copy.deepcopy(self._random.choice(self.cases)) if self.cases else {}
            leaves = list(_leaves(row))
            if number % 2 == 0:
                for path, value in leaves:
                    if self._random.random() < 0.6:
                        _set(row, path, self._moved(path, value))
            else:
                for _ in range(self._random.randint(1, 4)):
                    self._bend(row)
            yield row

    def _bend(self, row: dict[str, Any]) -> None:
        places = list(_places(row))
        how = self._random.random()
        if not places or how < 0.06:
            name = self._random.choice(self._names or ["x"]).split(".", maxsplit=1)[0]
            row[name] = self._odd()
            return
        path = self._random.choice(places)
        if how < 0.25:
            _drop(row, path)
        elif how < 0.45:
            _set(row, path, None)
        elif how < 0.6:
            _set(row, path, self._moved(path, _get(row, path)))
        else:
            _set(row, path, self._odd())

    def _moved(self, path: tuple[Any, ...], value: Any) -> Any:
        """Another value of the same kind."""
        seen = self._random.choice(self._seen.get(_key(path)) or [value])
        if isinstance(value, bool):
            return self._random.random() < 0.5
        if isinstance(value, int | float):
            return self._number(seen if isinstance(seen, int | float) else value)
        if isinstance(value, str):
            return self._random.choice(self._texts) if self._texts and self._random.random() < 0.7 else seen
        return value

    def _number(self, near: float) -> float | int:
        choice = self._random.random()
        if choice < 0.5 and self._numbers:
            edge = self._random.choice(self._numbers)
            return _whole(edge + self._random.choice((0, 0, 1, -1, 0.01, -0.01, 1e-9)))
        if choice < 0.8:
            return _whole(round(near * self._random.uniform(0, 3), self._random.choice((0, 0, 2, 6))))
        return _whole(round(self._random.uniform(-10, 1000), self._random.choice((0, 1, 12))))

    def _odd(self) -> Any:
        pool = self._random.choice((ODD_NUMBERS, ODD_TEXTS, ODD_SHAPES, self._texts or ODD_TEXTS))
        return copy.deepcopy(self._random.choice(pool))


def _whole(value: float) -> float | int:
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value but the value itself."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield (*path, key)
        yield from _places(each, (*path, key))


def _leaves(value: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for path in _places(value):
        found = _get(value, path)
        if not isinstance(found, dict | list):
            yield path, found


def _key(path: Sequence[Any]) -> str:
    return ".".join("*" if isinstance(each, int) else str(each) for each in path)


def _get(value: Any, path: Sequence[Any]) -> Any:
    for key in path:
        value = value[key]
    return value


def _set(value: Any, path: Sequence[Any], new: Any) -> None:
    _get(value, path[:-1])[path[-1]] = new


def _drop(value: Any, path: Sequence[Any]) -> None:
    del _get(value, path[:-1])[path[-1]]
