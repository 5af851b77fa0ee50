"""A town out of a world, a size and a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput
from kaopu.twin.core.borrowers import draw_borrowers
from kaopu.twin.core.draws import Part, generator, picked
from kaopu.twin.core.emissions import VIA
from kaopu.twin.core.names import draw_names
from kaopu.twin.core.persons import draw_persons
from kaopu.twin.core.points import draw_points
from kaopu.twin.core.process import draw_process
from kaopu.twin.core.signals import draw_signals
from kaopu.twin.core.town import Town

if TYPE_CHECKING:
    from kaopu.twin.core.world import World


def build(world: World, borrowers: int, days: int, seed: int) -> Town:
    """The town. Equal arguments give an equal town. BadInput where a size is below 1."""
    for word, number in (("borrowers", borrowers), ("days", days)):
        if number < 1:
            raise BadInput(f"{word}: {number} given, expected 1 or more")
    people = draw_borrowers(world, borrowers, days, seed)
    names = draw_names(world, people, seed)
    persons = draw_persons(world, borrowers + names.contacts, seed)
    rng = generator(seed, Part.SIGNALS)
    process = draw_process(rng, world, names, people.created, days)
    signals = draw_signals(rng, world, people, names)
    points, lives = draw_points(
        generator(seed, Part.POINTS), world, people, names=names, process=process, signals=signals, persons=persons
    )
    outages = picked(generator(seed, Part.OUTAGES), world.attempts.outage_share, len(VIA) * (days + 1))
    return Town(
        world, seed, days, people, names, process, signals, persons, points, lives, outages.reshape(len(VIA), -1)
    )
