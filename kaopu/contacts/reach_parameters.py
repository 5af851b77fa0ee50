"""Hazards and pooling as a TOML file: a lender's own figures instead of the shipped ones."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from kaopu.contacts.core.borrower_reach import POOLING, Pooling
from kaopu.contacts.core.evidence import POINT_KINDS, VIAS, EvidenceKind, Via, evidence_kind
from kaopu.contacts.core.hazard import HAZARDS, Hazard, Likelihoods
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_RATES = ("churn_per_year", "return_per_year", "prior", "repeats")


def read_parameters(path: Path | None) -> tuple[dict[str, Hazard], Pooling]:
    """The file's figures in the place of the shipped ones. Raises `BadInput` for what is unknown or out of range."""
    if path is None:
        return HAZARDS, POOLING
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise BadInput(f"{path.name}: {wrong}, expected a TOML file of parameters") from wrong
    try:
        return _hazards(given), Pooling(**given.get("pooling", {}))
    except (BadInput, TypeError, KeyError, AttributeError, ValueError) as wrong:
        raise BadInput(f"{path.name}: {wrong}") from wrong


def _hazards(given: Mapping[str, Any]) -> dict[str, Hazard]:
    unknown = set(given) - {*POINT_KINDS, "pooling"}
    if unknown:
        raise BadInput(f"table {min(unknown)}: expected one of {', '.join(POINT_KINDS)}, pooling")
    return HAZARDS | {kind: _hazard(given[kind], HAZARDS[kind]) for kind in POINT_KINDS if kind in given}


def _hazard(table: Mapping[str, Any], shipped: Hazard) -> Hazard:
    rates = {name: float(table.get(name, getattr(shipped, name))) for name in _RATES}
    plain = {evidence_kind(word): _pair(pair) for word, pair in table.get("likelihoods", {}).items()}
    by_via = {
        (_via(channel), evidence_kind(word)): _pair(pair)
        for channel, words in table.get("via", {}).items()
        for word, pair in words.items()
    }
    return Hazard(**rates, likelihoods={**shipped.likelihoods, **plain}, likelihoods_via=by_via)


def _via(word: str) -> Via:
    if word not in VIAS or not word:
        raise BadInput(f"channel {word!r}: expected one of {', '.join(each for each in VIAS if each)}")
    return Via(word)


def _pair(pair: Any) -> Likelihoods:
    alive, dead = pair
    return float(alive), float(dead)


def parameters_text(hazards: Mapping[str, Hazard], pooling: Pooling, heading: str) -> str:
    """The same figures as text that `read_parameters` reads."""
    lines = [f"# {heading}"]
    for kind, each in hazards.items():
        lines += ["", f"[{kind}]", *(f"{name} = {getattr(each, name):.6g}" for name in _RATES)]
        lines += [f"[{kind}.likelihoods]", *(_line(word, pair) for word, pair in each.likelihoods.items())]
        for channel in dict.fromkeys(channel for channel, _ in each.likelihoods_via):
            told = ((word, pair) for (held, word), pair in each.likelihoods_via.items() if held == channel)
            lines += [f"[{kind}.via.{channel}]", *(_line(word, pair) for word, pair in told)]
    lines += ["", "[pooling]", *(f"{name} = {getattr(pooling, name):.6g}" for name in pooling.__slots__)]
    return "\n".join(lines) + "\n"


def _line(word: EvidenceKind, pair: Likelihoods) -> str:
    return f"{word} = [{pair[0]:.6g}, {pair[1]:.6g}]"
