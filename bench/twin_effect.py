"""The planted effect of asking a contact, recovered from whole towns: `python -m bench.twin_effect [--seeds N]`.

For each of three worlds (asking harms, does nothing, helps) a town is built for each seed, its episodes are drawn, and
the analysis of the protocol is run on them. Counted: how often the 95 % interval holds what was planted in that town,
and how often a difference is claimed, by the rule and by the rule it replaced. The rule was set after some of these
seeds had been looked at, so it is measured again on seeds it had not seen. Page: docs/evidence/twin.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.measure import seconds
from kaopu.contacts.core.asking_effect import CLAIM_BELOW, CLAIM_HALFWAY_BELOW, NOT_KNOWN, effect_of_asking
from kaopu.twin.core.asks import Asks, draw_asks, planted_effect
from kaopu.twin.core.build import build
from kaopu.twin.core.episodes import draw_episodes
from kaopu.twin.run import run
from kaopu.twin.world_files import load_world

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "evidence" / "twin.md"
WORLDS = ("negative-effect", "no-effect", "positive-effect")
BORROWERS, DAYS = 20_000, 365
# By the first seed: the seeds on which the rule was set, and seeds that nobody had looked at when it was.
SETS = {0: "seeds the rule was set on", 1_000: "seeds it had not seen"}
FORMER_RULE = 0.05
COVERED_LEAST, COVERED_MOST, CLAIMED_MOST = 0.93, 0.97, 0.05
MORE_SEEDS, MORE_EPISODES = 4_000, 2_000
SPEED_BORROWERS = 100_000


@dataclass(frozen=True, slots=True)
class Counted:
    """What the analysis did over many seeds of one world; `claimed_before` by the rule that was given up."""

    world: str
    seeds: int
    episodes: float
    planted: float
    found: float
    covered: float
    claimed: float
    claimed_before: float

    @property
    def misses(self) -> list[str]:
        """What was aimed at and is not there: coverage; where nothing is planted, few claims."""
        said = []
        if not COVERED_LEAST <= self.covered <= COVERED_MOST:
            said.append(f"{self.world}: the interval holds in {self.covered:.2%}")
        if self.world == "no-effect" and self.claimed > CLAIMED_MOST:
            said.append(f"{self.world}: a difference that is not there is claimed in {self.claimed:.2%}")
        return said


def counted(world: str, draws: list[Asks]) -> Counted:
    """The analysis of each."""
    rows = []
    for asks in draws:
        facts = np.column_stack([asks.stratum == 1, asks.days_unreached, asks.reach_before]).astype(np.float64)
        effect = effect_of_asking(asks.asked, asks.found_30, facts)
        if effect is None:
            raise SystemExit(f"{world}: a town with too few episodes")
        planted = planted_effect(asks)
        covers = effect.low <= planted <= effect.high
        claims = effect.p_value < CLAIM_BELOW, effect.p_value < FORMER_RULE
        rows.append((len(asks.asked), planted, effect.difference, covers, *claims))
    return Counted(world, len(draws), *(float(mean) for mean in np.mean(rows, axis=0)))


def of_towns(world: str, seeds: range) -> Counted:
    """From whole towns."""
    town = load_world(world)
    return counted(world, [draw_episodes(build(town, BORROWERS, DAYS, seed))[2] for seed in seeds])


def of_draws(world: str, seeds: int) -> Counted:
    """From episodes alone, a third of them of friends."""
    asking = load_world(world).asking
    rngs = [np.random.default_rng([seed, 77]) for seed in range(seeds)]
    return counted(world, [draw_asks(asking, (rng.random(MORE_EPISODES) < 1 / 3).astype(np.int8), rng) for rng in rngs])


def speed() -> float:
    """Seconds to write a whole town of 100,000 borrowers over a year."""
    with tempfile.TemporaryDirectory(prefix="kaopu-bench-") as folder:
        place = {"borrowers": SPEED_BORROWERS, "days": DAYS, "seed": 1, "out": Path(folder)}
        return seconds(lambda: run(load_world("base"), **place, told=lambda _: None))


COLUMNS = (
    "world", "seeds", "episodes", "planted", "found, mean", "95 % interval holds it",
    f"a difference claimed, p < {CLAIM_BELOW}", f"the same at p < {FORMER_RULE}",
)  # fmt: skip


def table(all_of: list[Counted]) -> list[str]:
    """One row a world."""
    rows = [
        f"| {one.world} | {one.seeds:,} | {one.episodes:,.0f} | {one.planted:+.4f} | {one.found:+.4f} "
        f"| {one.covered:.2%} | {one.claimed:.2%} | {one.claimed_before:.2%} |"
        for one in all_of
    ]
    return [f"| {' | '.join(COLUMNS)} |", "|---|" + "---:|" * (len(COLUMNS) - 1), *rows, ""]


def told(found: list[Counted]) -> str:
    """Whether the targets are met, in a sentence."""
    missed = [each for one in found for each in one.misses]
    return f"**Missed here:** {'; '.join(missed)}." if missed else "Both targets are met here."


def page(sets: dict[int, list[Counted]], draws: list[Counted], took: float) -> str:
    """The page of evidence."""
    lines = [*HEAD]
    for first, found in sets.items():
        lines += [f"## {SETS[first].capitalize()}: {first} to {first + found[0].seeds - 1}", ""]
        lines += [*table(found), told(found), ""]
    lines += [*LUCK, *table(draws)]
    speed_told = f"A town of {SPEED_BORROWERS:,} borrowers over {DAYS} days, built, watched and written: {took:.1f} s."
    return "\n".join([*lines, "## Speed", "", speed_told, ""])


HEAD = f"""# The town, and the planted effect of asking

Written by `python -m bench.twin_effect`. Every effect here was planted in a made-up town.
**{NOT_KNOWN}**

Whole towns of {BORROWERS:,} borrowers over {DAYS} days, one for each seed. Target: the interval holds what was planted
in {COVERED_LEAST:.0%} to {COVERED_MOST:.0%} of 200 seeds; where nothing was planted, a difference is claimed in at most
{CLAIMED_MOST:.0%}. It is claimed at p < {CLAIM_BELOW}; {CLAIM_HALFWAY_BELOW} is kept for one look halfway.

## The rule was changed after figures had been seen

At first a difference was claimed at p < {FORMER_RULE}. On the 200 seeds from 0 that gave 6.0 % false claims where
nothing was planted: above the target. Only then was the rule set to p < {CLAIM_BELOW}, and the reason that now stands
for it, a look halfway that has to be paid for, was written down. On those seeds the rule therefore proves nothing about
false claims: it was chosen so that they pass. It was then measured, with nothing changed, on seeds that nobody had
looked at. Both sets stand below, at both rules.
""".splitlines()
HEAD.append("")
LUCK = f"""## How much of that is luck

Of 200 seeds of an exact 95 % interval, the share that holds has a standard error of 1.5 points; so has the share of
false claims of an exact test at p < {FORMER_RULE}. An exact rule therefore misses a target of 5 % on 200 seeds now and
then, and one that is a little off may meet it. More seeds, of {MORE_EPISODES:,} episodes without a town, show the
method with less luck (their figures, too, were on the page from the rule's first day):
""".splitlines()
LUCK.append("")


def main() -> int:
    """Run; 1 where a target is missed, on either set of seeds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=200)
    options.add_argument("--more", type=int, default=MORE_SEEDS)
    given = options.parse_args()
    sets: dict[int, list[Counted]] = {}
    for first, name in SETS.items():
        sys.stderr.write(f"{name}: {given.seeds} towns in each of {len(WORLDS)} worlds\n")
        sets[first] = [of_towns(world, range(first, first + given.seeds)) for world in WORLDS]
    draws = [of_draws(world, given.more) for world in WORLDS]
    took = speed()
    PAGE.write_text(page(sets, draws, took), encoding="utf-8")
    missed = [f"{SETS[first]}: {each}" for first, found in sets.items() for one in found for each in one.misses]
    unseen = ", ".join(f"{one.world} {one.covered:.1%} covered, {one.claimed:.1%} claimed" for one in sets[max(sets)])
    print(f"{SETS[max(sets)]}: {unseen}; missed: {'; '.join(missed) or 'nothing'}; {SPEED_BORROWERS:,} in {took:.1f} s")
    return int(bool(missed) or took > 60)


if __name__ == "__main__":
    sys.exit(main())
