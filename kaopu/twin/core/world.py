"""A world: how often numbers die, how contacts are faked, what agents see. A file says every figure, all made up."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput
from kaopu.twin.core.emissions import Emissions, read_emissions
from kaopu.twin.core.world_sections import (
    SECTIONS,
    Asking,
    Attempts,
    Churn,
    Fakes,
    Honest,
    People,
    Points,
    Records,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class World:
    """All figures of a town."""

    name: str
    about: str
    start: date
    people: People
    points: Points
    churn: Churn
    attempts: Attempts
    honest: Honest
    fakes: Fakes
    asking: Asking
    records: Records
    emissions: Emissions


def read_world(given: Mapping[str, Any], name: str, file: str) -> World:
    """A world out of a whole TOML document. BadInput names file, key and expectation."""
    known = {"about", "start", "emissions", *SECTIONS}
    for key in given:
        if key not in known:
            raise BadInput(f"{file}: {key}: not known, expected {', '.join(sorted(known))}")
    about, start = given.get("about"), given.get("start")
    if not isinstance(about, str) or not about.strip():
        raise BadInput(f"{file}: about: {about!r} given, expected a sentence that says what this world is for")
    if type(start) is not date:
        raise BadInput(f"{file}: start: {start!r} given, expected a day such as 2025-01-01, without quotes")
    sections = {key: _section(given.get(key), key, kind, file) for key, kind in SECTIONS.items()}
    world = World(name, about, start, **sections, emissions=read_emissions(given.get("emissions"), file))
    _together(world, file)
    return world


def _section(given: Any, key: str, kind: type, file: str) -> Any:
    if not isinstance(given, dict):
        raise BadInput(f"{file}: [{key}]: {given!r} given, expected a table")
    wanted = {one.name: one.metadata for one in fields(kind)}
    for name in given:
        if name not in wanted:
            raise BadInput(f"{file}: {key}.{name}: not known, expected one of {', '.join(wanted)}")
    return kind(**{name: _number(given.get(name), f"{key}.{name}", rule, file) for name, rule in wanted.items()})


def _number(value: Any, key: str, rule: Mapping[str, Any], file: str) -> float:
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    # A number that is not finite fails both comparisons.
    if not numeric or not rule["low"] <= value <= rule["high"]:
        told = "nothing" if value is None else repr(value)
        raise BadInput(f"{file}: {key}: {told} given, expected {rule['what']}")
    return float(value)


def _together(world: World, file: str) -> None:
    sums = {
        "people.family_of_two, family_of_three and family_of_four": world.people.family_of_two
        + world.people.family_of_three
        + world.people.family_of_four,
        "honest.names_nobody, names_two and names_three": world.honest.names_nobody
        + world.honest.names_two
        + world.honest.names_three,
        "honest.friend_share and colleague_share": world.honest.friend_share + world.honest.colleague_share,
        "fakes.ring_share, self_share, hub_share and invented_share": world.fakes.ring_share
        + world.fakes.self_share
        + world.fakes.hub_share
        + world.fakes.invented_share,
    }
    for keys, total in sums.items():
        if total > 1 + 1e-9:
            raise BadInput(f"{file}: {keys}: add up to {total:g}, expected at most 1")
    if world.fakes.ring_size_min < 2 or world.fakes.ring_size_max < world.fakes.ring_size_min:
        raise BadInput(f"{file}: fakes.ring_size_min: expected at least 2 and not above ring_size_max")
    if world.fakes.hub_size < 2:
        raise BadInput(f"{file}: fakes.hub_size: {world.fakes.hub_size:g} given, expected at least 2")
