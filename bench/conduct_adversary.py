"""The most that a scheduler can reach any person through permits: `python -m bench.conduct_adversary`.

Every question of tests/conduct/adversary.py in two processes; each maximum is held against the ceiling that
tests/conduct/ceilings.py derives by hand from the table. 1 where one is above.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time

from bench.conduct_page import write_section
from kaopu.conduct.packs import load_packs
from tests.conduct.adversary import LAWS, MEASURES, QUESTIONS, World, most, questions
from tests.conduct.ceilings import ceiling

OWN = {"": "", "called": ", after one call of theirs", "offered": ", after an offer of theirs"}
_rulebook = None


def _start():
    global _rulebook  # noqa: PLW0603 - one a process
    _rulebook = load_packs(None)


def _put(job):
    (cell, family, measure), width = job
    world = World(cell, _rulebook)
    found = most(world, family, measure, width)
    return (cell, family, measure), found, world.asked


def run(width: int, workers: int) -> tuple[dict, int]:
    """What was found, by question, and how many permits were asked for."""
    asked, found = 0, {}
    jobs = [(question, width) for question in questions()]
    shown = time.perf_counter()
    with multiprocessing.Pool(workers, _start) as pool:
        for question, best, permits in pool.imap_unordered(_put, jobs):
            found[question] = best
            asked += permits
            if time.perf_counter() - shown > 10:
                shown = time.perf_counter()
                sys.stderr.write(f"adversary: {len(found)} of {len(jobs)} questions, {asked:,} permits asked\n")
    return found, asked


def above(found: dict) -> list[str]:
    """Maxima above their ceilings."""
    return [
        f"{cell} {family} {measure}: {best.day} a day, {best.month} in 30 days, ceiling {limit[:2]}"
        for (cell, family, measure), best in found.items()
        if best.day > (limit := ceiling(cell, family, measure))[0] or best.month > limit[1]
    ]


def section(found: dict, asked: int, width: int) -> str:
    """The section of the page."""
    reached = sum(
        (best.day, best.month) == ceiling(*question)[:2] for question, best in found.items()
    )  # fmt: skip
    counted = [q for q in found if q[0].profile == "strict" and q[0].own == "" and not found[q].door]
    most_counted = [found[question] for question in counted if question[2] == "contacts"]
    day, month = max(best.day for best in most_counted), max(best.month for best in most_counted)
    lines = [
        f"""## A scheduler that wants to reach a person most

`python -m bench.conduct_adversary --width {width}`: {len(found)} questions, {asked:,} permits asked for. The scheduler
is free in purpose, channel, number, episode, outcome and minute (one attempt a minute), with every flag as favourable
as lawful; it cannot call in, offer or agree to hours for the person. Ceilings are derived by hand from the table
(tests/conduct/ceilings.py): none was passed, {reached} of {len(found)} were reached exactly.

Each cell is the most in a day / in 30 days (from a Monday, no holidays). **°: no row of the table counts this**, only
hours bind, and the figure is the minutes that are open. Those are limits of the table, which permits follow to the
letter; they are no plan. Written service (`service` by sms, email or app), a contact whose every verification ends in
a conversation, help after an offer, and collection from guarantors and enterprises are not counted by any row.

Where the strictest profile counts ({len(counted)} questions), nobody is reached more than {day} times a day and {month}
times in 30 days.""",
    ]
    for measure in MEASURES:
        lines += ["", f"### {measure.capitalize()}", "", _head(), *_rows(found, measure)]
    return "\n".join(lines)


def _head():
    names = " | ".join("+".join(laws) for laws in LAWS)
    return f"| who | purposes | profile | {names} |\n|---|---|---|{'---:|' * len(LAWS)}"


def _rows(found, measure):
    for role, segment, family, own in QUESTIONS:
        for profile in ("strict", "law-only"):
            cells = [
                next((best for (cell, purposes, what), best in found.items() if (cell.role, cell.segment, cell.own,
                      cell.profile, cell.laws, purposes, what) == (role, segment, own, profile, laws, family, measure)),
                     None)
                for laws in LAWS
            ]  # fmt: skip
            if any(cells):
                who = f"{segment} {role}" if segment == "enterprise" else role
                shown = " | ".join(f"{best.day:,} / {best.month:,}{'°' * bool(best.door)}" for best in cells)
                yield f"| {who} | {family}{OWN[own]} | {profile} | {shown} |"


def main() -> int:
    """Run; 1 where a ceiling was passed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--width", type=int, default=6)
    options.add_argument("--workers", type=int, default=2)
    given = options.parse_args()
    found, asked = run(given.width, given.workers)
    passed = above(found)
    for told in passed:
        sys.stderr.write(told + "\n")
    write_section("adversary", section(found, asked, given.width))
    print(f"{len(found)} questions, {asked:,} permits: {len(passed)} ceilings passed")
    return int(bool(passed))


if __name__ == "__main__":
    sys.exit(main())
