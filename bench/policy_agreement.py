"""Live against columns on generated inputs, graph by graph: `python -m bench.policy_agreement`.

Every public graph without a function node, 10,000 inputs each (bench/policy_inputs.py): the outcome, the reasons and
the output with its JSON types must be equal, numbers to 1e-12. The page is docs/evidence/policy-agreement.md.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.policy_inputs import PolicyInputs
from kaopu.decision.core.columns.value import CannotCompile
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.engines.columns import decide_rows
from kaopu.decision.engines.live import LiveEngine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kaopu.decision.core.answer import Answer
    from kaopu.decision.core.policy.policy_file import PolicyFile

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "evidence" / "policy-agreement.md"
NEAR = 1e-12
CLOCK = re.compile(r"\bnow\b|\bd\(\)")


@dataclass
class Agreement:
    """What one graph showed."""

    name: str
    rows: int = 0
    live: int = 0
    seconds: float = 0.0
    refused: str = ""
    different: list[tuple[Any, Answer, Answer]] = field(default_factory=list)


def graphs_folder() -> Path:
    """Where the public graphs are, by KAOPU_SHARED or beside the checkout."""
    shared = os.environ.get("KAOPU_SHARED")
    return (Path(shared) if shared else ROOT.parent / "shared") / "data" / "jdm_graphs" / "graphs"


def without_functions(folder: Path) -> list[Path]:
    """The graphs that must compile."""
    return [path for path in sorted(folder.glob("*.json")) if '"functionNode"' not in path.read_text(encoding="utf-8")]


def agreement(path: Path, count: int, seed: int = 0) -> Agreement:
    """Both engines on the cases of a graph and on `count` inputs made of them."""
    text = path.read_text(encoding="utf-8")
    policy, made = read_policy(text, path.name), PolicyInputs(json.loads(text), seed)
    return compared(policy, [*made.cases, *made.rows(count)], path.parent)


def compared(policy: PolicyFile, rows: Sequence[Any], beside: Path) -> Agreement:
    """Both engines on these inputs."""
    found = Agreement(policy.name, len(rows))
    live = LiveEngine(policy, beside)
    # What reads the clock is asked before and after: the columns' instant lies between.
    before = [live.decide(row) for row in rows] if CLOCK.search(policy.graph_text) else None
    started = time.perf_counter()
    try:
        answers, found.live = decide_rows(policy, rows, beside)
    except CannotCompile as reason:
        found.refused = str(reason)
        return found
    found.seconds = time.perf_counter() - started
    for number, (row, answer) in enumerate(zip(rows, answers, strict=True)):
        expected = live.decide(row)
        earlier = before[number] if before else expected
        same = (answer.outcome, answer.reasons) == (expected.outcome, expected.reasons)
        if not same or not equal(answer.output, expected.output, earlier.output):
            found.different.append((row, expected, answer))
    return found


def equal(a: Any, b: Any, earlier: Any) -> bool:
    """Equal JSON with its types, numbers to 1e-12 relative; a number that the clock moves may lie between two."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        before = earlier if isinstance(earlier, dict) else {}
        return a.keys() == b.keys() and all(equal(a[key], b[key], before.get(key)) for key in a)
    if isinstance(a, list):
        befores = earlier if isinstance(earlier, list) and len(earlier) == len(b) else b
        return len(a) == len(b) and all(map(equal, a, b, befores))
    if isinstance(a, int | float) and not isinstance(a, bool) and type(earlier) is type(b) and earlier != b:
        return bool(min(earlier, b) <= a <= max(earlier, b))
    if isinstance(a, float):
        return math.isclose(a, b, rel_tol=NEAR, abs_tol=0.0)
    return bool(a == b)


def page(found: Sequence[Agreement]) -> str:
    """The page of evidence."""
    rows = sum(each.rows for each in found if not each.refused)
    live = sum(each.live for each in found)
    lines = [
        "# Live and columns on the same inputs",
        "",
        f"{rows:,} inputs, {sum(not each.refused for each in found)} graphs: {_differences(found)} different answers.",
        f"The live engine decided {live / max(rows, 1):.1%}: values that no float64 column stands for, kinds and",
        "keys that few others of the batch have, and what arithmetic in float64 cannot tell.",
        "Seconds are those of the column engine, compiling included.",
        "",
        "| graph | inputs | different | by the live engine | seconds |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {each.name} | {each.rows:,} | {len(each.different)} | {each.live / each.rows:.1%} | {each.seconds:.1f} |"
        for each in found
        if not each.refused
    ]
    refused = [each for each in found if each.refused]
    if refused:
        lines += ["", "Refused:", "", *(f"- {each.name}: {each.refused}" for each in refused)]
    return "\n".join(lines) + "\n"


def _differences(found: Sequence[Agreement]) -> int:
    return sum(len(each.different) for each in found)


def main() -> int:
    """All of them; 1 where an answer differs or a graph is refused."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--only", action="append", help="names of graphs without .json")
    options.add_argument("--no-page", action="store_true")
    given = options.parse_args()
    found = []
    for path in without_functions(graphs_folder()):
        if given.only and path.stem not in given.only:
            continue
        one = agreement(path, given.rows, given.seed)
        found.append(one)
        print(f"{one.name:52} {one.rows:7,} rows {one.live:6,} live {len(one.different):5} different "
              f"{one.seconds:6.1f} s {one.refused}", file=sys.stderr, flush=True)  # fmt: skip
        for row, expected, answer in one.different[:2]:
            print(f"  {json.dumps(row)}\n  live    {expected.as_json()}\n  columns {answer.as_json()}", file=sys.stderr)
    if not given.no_page and not given.only:
        PAGE.write_text(page(found), encoding="utf-8")
    refused = [each.name for each in found if each.refused]
    print(
        f"{sum(each.rows for each in found):,} inputs, {_differences(found)} different, {len(refused)} graphs refused"
    )
    return int(bool(refused or _differences(found)))


if __name__ == "__main__":
    sys.exit(main())
