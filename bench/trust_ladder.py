"""How far the score of trust leans on devices shared by fakes: `python -m bench.trust_ladder`, page trust-ladder.md.

In the shipped world of adaptive fraudsters 85 of 100 fakes who do not use the borrower's device use one of a farm,
which serves several borrowers and so gives itself away. Nobody knows that share in life. Here it falls step by step to
none; weights and thresholds are the shipped ones, fixed on other seeds of the base world, which has no farms. Only the
first step has to meet the targets: of the others what is left is told.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

from bench.trust_evidence import (
    FAMILIES_MAX,
    FIXED_ON,
    PRECISION_MIN,
    RECALL_MIN,
    SCORED_ON,
    Scored,
    met,
    towns,
)
from kaopu.contacts.trust_files import shipped_weights

PAGE = Path(__file__).resolve().parent.parent / "docs" / "evidence" / "trust-ladder.md"
SHIPPED = 0.85
STEPS = (SHIPPED, 0.6, 0.4, 0.0)
COLUMNS = ("fakes.farm_device", "precision", "recall", "rings found", "self-confirmed found", "hired found",
           "families flagged", "targets met in every town")  # fmt: skip


def scored_at(step: float, seeds: tuple[int, ...], borrowers: int) -> list[Scored]:
    """Towns of adaptive fraudsters of whom this share works from farms."""
    with tempfile.TemporaryDirectory(prefix="kaopu-trust-") as folder:
        world = Path(folder) / f"adaptive-fraudsters-farm-{step:g}.toml"
        text = f'from = "adaptive-fraudsters"\nabout = "{step:.0%} work from farms."\n[fakes]\nfarm_device = {step:g}\n'
        world.write_text(text, encoding="utf-8")
        return towns(str(world), seeds, borrowers)


def row(step: float, found: list[Scored]) -> str:
    """Mean of the towns and, in brackets, the worst."""

    def of(values: list[float], worst: float) -> str:
        return f"{np.mean(values):.1%} ({worst:.1%})"

    def kind(name: str) -> str:
        values = [each.recall_by_kind[name] for each in found]
        return of(values, min(values))

    precision, recall = [each.precision for each in found], [each.recall for each in found]
    families = [each.families for each in found]
    cells = [
        f"{step:g}{' (shipped)' if step == SHIPPED else ''}", of(precision, min(precision)), of(recall, min(recall)),
        kind("ring"), kind("self"), kind("hub"), of(families, max(families)), "yes" if met(found) else "**no**",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def page(found: dict[float, list[Scored]], seeds: tuple[int, ...], borrowers: int) -> str:
    """The table and what it says."""
    held = [f"{step:g}" for step, towns_of in found.items() if met(towns_of)]
    missed = [f"{step:g}" for step, towns_of in found.items() if not met(towns_of)]
    told = f"The targets are met at {', '.join(held) or 'no step'}; **missed at {', '.join(missed) or 'none'}**."
    return f"""# Trust: what is left where fraudsters share no devices

`python -m bench.trust_ladder --borrowers {borrowers} --seeds {len(seeds)}`: towns of {borrowers:,} borrowers in the
world `adaptive-fraudsters` ([the town](../twin.md)), seeds {seeds[0]} to {seeds[-1]}. Weights and thresholds (version
{shipped_weights().version}) are the shipped ones, fixed on seeds {FIXED_ON[0]} to {FIXED_ON[-1]} of the base world and
not touched here.

`farm_device` is the share of fakes, of those who do not confirm on the borrower's own device, who confirm on one that
serves several borrowers. The shipped world says {SHIPPED}: a figure made up, and a kind one to the score. How it is in
life nobody knows, so it falls here step by step. Mean of the towns (worst town); precision and recall of rings and
self-confirmed numbers together as in [trust](trust.md). Asked for there in every town: precision ≥
{PRECISION_MIN:.0%}, recall ≥ {RECALL_MIN:.0%}, families flagged ≤ {FAMILIES_MAX:.0%}.

| {" | ".join(COLUMNS)} |
|---|{"---:|" * (len(COLUMNS) - 2)}---|
{chr(10).join(row(*each) for each in found.items())}

{told}
What the shipped world shows of the score is a result at its share of farms, not one for every fraudster who adapts.
"""


def main() -> int:
    """Score, write; the last line is the figure. Ends with 1 where the shipped step misses."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--borrowers", type=int, default=20_000)
    options.add_argument("--seeds", type=int, default=len(SCORED_ON))
    given = options.parse_args()
    seeds = SCORED_ON[: given.seeds]
    found = {step: scored_at(step, seeds, given.borrowers) for step in STEPS}
    PAGE.write_text(page(found, seeds, given.borrowers), encoding="utf-8")
    print(
        "; ".join(
            f"farms {step:g}: precision {np.mean([each.precision for each in of]):.1%},"
            f" recall {np.mean([each.recall for each in of]):.1%}"
            for step, of in found.items()
        )
    )
    return int(not met(found[SHIPPED]))


if __name__ == "__main__":
    sys.exit(main())
