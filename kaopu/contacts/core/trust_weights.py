"""Declared weights of the trust score: which fact, from where on, how many points, and why in both languages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

_TESTS = ("at_least", "at_most")


@dataclass(frozen=True, slots=True)
class Weight:
    """One signal: it counts where the fact is known and between both ends. A person looks at a `group` one."""

    name: str
    fact: str
    points: int
    zh: str
    en: str
    at_least: float = float("-inf")
    at_most: float = float("inf")
    group: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """All signals, where every score begins, and below what another contact is asked for or a person looks."""

    version: str
    base: int
    ask_another_below: int
    review_below: int
    ok_needs_one_of: tuple[str, ...]  # facts that only a confirmation brings: without any of them nobody is ok
    signals: tuple[Weight, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """Facts that are read, each once."""
        return tuple(dict.fromkeys(each.fact for each in self.signals))


def read_weights(text: str, name: str) -> Weights:
    """Weights from TOML. Raises `BadInput` that names the file and the entry."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BadInput(f"{name}: {problem}, expected TOML") from None
    heads = {key: _typed(given, key, kind, name) for key, kind in _HEADS.items()}
    signals = given.get("signals", {})
    if not isinstance(signals, dict) or not signals:
        raise BadInput(f"{name}: no [signals.…], expected at least one")
    needs = _typed(given, "ok_needs_one_of", list, name)
    if not needs or not all(isinstance(fact, str) for fact in needs):
        raise BadInput(f"{name}: ok_needs_one_of is {needs!r}, expected names of facts")
    weights = Weights(
        **heads,
        ok_needs_one_of=tuple(needs),
        signals=tuple(_weight(each, entry, name) for each, entry in signals.items()),
    )
    if not 0 <= weights.review_below <= weights.ask_another_below <= weights.base <= 100:
        raise BadInput(f"{name}: expected 0 ≤ review_below ≤ ask_another_below ≤ base ≤ 100")
    return weights


_HEADS: dict[str, type] = {"version": str, "base": int, "ask_another_below": int, "review_below": int}


def _weight(signal: str, entry: Any, name: str) -> Weight:
    where = f"{name}: signals.{signal}"
    if not isinstance(entry, dict) or not any(test in entry for test in _TESTS):
        raise BadInput(f"{where}: expected fact, points, zh, en and at_least or at_most")
    strange = set(entry) - {"fact", "points", "zh", "en", "group", *_TESTS}
    if strange:
        raise BadInput(f"{where}: {min(strange)} is not known, expected fact, points, zh, en, at_least, at_most, group")
    ends = {test: float(_typed(entry, test, (int, float), where)) for test in _TESTS if test in entry}
    words = {key: _typed(entry, key, str, where) for key in ("fact", "zh", "en")}
    given: dict[str, Any] = words | ends
    return Weight(signal, points=_typed(entry, "points", int, where), group=bool(entry.get("group")), **given)


def _typed(given: Mapping[str, Any], key: str, kind: type | tuple[type, ...], where: str) -> Any:
    value = given.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise BadInput(
            f"{where}: {key} is {value!r}, expected {kind.__name__ if isinstance(kind, type) else 'a number'}"
        )
    return value
