"""Has the comparison teeth? Every figure, hour, word and switch of the enforced rules is changed, one at a time.

`python -m bench.conduct_mutants`: each changed pack judges random lines until one is not judged as by the oracle.
A change that no line finds is told by name: the generator is blind there, or the change means nothing.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path

from bench.conduct_page import write_section
from kaopu.conduct.core.parse import FactsProblem, parse_line
from kaopu.conduct.core.permit import permit
from kaopu.conduct.packs import SHIPPED, load_packs
from kaopu.kernel.core.errors import BadInput
from tests.conduct import oracle
from tests.conduct.random_facts import random_line

WORDS = re.compile(r"^(roles|purposes|channels|jurisdictions) = \[(.+)\]$")
SCOPE = ("strict_only", "either")


def mutants(text: str) -> list[tuple[str, str]]:
    """(what was changed, the changed pack) for every value of the enforced rules of a pack."""
    found, lines, rule, enforced = [], text.split("\n"), "", False
    for place, line in enumerate(lines):
        if line.startswith("[[rule]]"):
            rule, enforced = "", False
        if line.startswith("id = "):
            rule = line[6:-1]
        enforced = enforced or line.startswith("position = ")
        if not enforced:
            continue
        before, after = lines[:place], lines[place + 1 :]
        found += [(f"{rule}: {_shown(line, one)}", "\n".join([*before, one, *after])) for one in _changed(line)]
    return found


def _shown(line, changed):
    at = next(
        (i for i, (one, other) in enumerate(zip(line, changed, strict=False)) if one != other),
        min(len(line), len(changed)),
    )
    start = max(line.rfind(" ", 0, max(at - 12, 0)), 0)
    return f"{line[start : at + 24].strip()} -> {changed[start : at + 24].strip()}"


def _changed(line):
    """A line of a rule with one value changed."""
    if line.startswith(SCOPE):
        name, _, value = line.partition(" = ")
        return [f"{name} = {'false' if value == 'true' else 'true'}"]
    if WORDS.match(line):
        return _without(line, line.index("["))
    if "kind = " not in line:
        return []
    numbers = [
        line[: m.start(1)] + str(int(m[1]) + step) + line[m.end(1) :]
        for m in re.finditer(r"(?<!\")\b[a-z_]+ = (\d+)\b", line)
        for step in (1, -1)
    ]
    hours = [
        line[: m.start()] + f"{(minutes // 60):02}:{(minutes % 60):02}" + line[m.end() :]
        for m in re.finditer(r"\d\d:\d\d", line)
        for minutes in (int(m[0][:2]) * 60 + int(m[0][3:]) + 1, int(m[0][:2]) * 60 + int(m[0][3:]) - 1)
    ]
    flags = [line[: m.start(1)] + ("false" if m[1] == "true" else "true") + line[m.end(1) :]
             for m in re.finditer(r"= (true|false)\b", line)]  # fmt: skip
    lists = [changed for m in re.finditer(r"\[", line) for changed in _without(line, m.start())]
    return [*numbers, *hours, *flags, *lists]


def _without(line, start):
    """A list with each of its words left out (a list of one stays)."""
    end = line.index("]", start)
    words = re.findall(r'"[^"]*"', line[start:end])
    if len(words) < 2:
        return []
    return [
        line[: start + 1] + ", ".join(word for word in words if word != gone) + line[end:] for gone in words
    ]  # fmt: skip


class Judged:
    """Random lines, read once, with the oracle's verdicts."""

    def __init__(self, lines, seed):
        self.rows = []
        for index in range(lines):
            text = random_line(seed, index)
            parsed, expected = parse_line(text), oracle.judge(text)
            if not isinstance(parsed, FactsProblem):
                self.rows.append((parsed.request, parsed.facts, expected.rules))

    def finds(self, rulebook):
        """The number of the first line that gets another verdict; None when none does."""
        for number, (request, facts, expected) in enumerate(self.rows):
            given = [(rule.id, rule.verdict) for rule in permit(request, facts, rulebook, request.at).rules]
            if given != expected:
                return number
        return None


def run(lines: int, seed: int, every: int) -> tuple[int, int, list[str]]:
    """(changes that were tried, changes that are no pack, those that no line found)."""
    judged = Judged(lines, seed)
    assert judged.finds(load_packs(None)) is None, "the shipped packs differ from the oracle"
    tried, invalid, alive, shown = 0, 0, [], time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in SHIPPED.glob("*.toml"):
            (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        for path in sorted(SHIPPED.glob("*.toml")):
            text = path.read_text(encoding="utf-8")
            for what, changed in mutants(text)[::every]:
                (folder / path.name).write_text(changed, encoding="utf-8")
                try:
                    rulebook = load_packs(folder)
                except BadInput:
                    invalid += 1
                    continue
                tried += 1
                if judged.finds(rulebook) is None:
                    alive.append(what)
                    sys.stderr.write(f"not found: {what}\n")
                if time.perf_counter() - shown > 10:
                    shown = time.perf_counter()
                    sys.stderr.write(f"mutants: {tried} tried, {len(alive)} not found\n")
            (folder / path.name).write_text(text, encoding="utf-8")
    return tried, invalid, alive


def section(lines: int, tried: int, invalid: int, alive: list[str]) -> str:
    """The section of the page."""
    told = "".join(f"\n- `{what}`" for what in alive)
    found = f"{tried - len(alive)} found out ({invalid} further changes are no valid pack)"
    return f"""## Would the comparison notice?

`python -m bench.conduct_mutants --lines {lines}`: every figure (one more, one less), hour (a minute later, earlier),
word and switch of the enforced rules was changed, one at a time; {lines:,} random lines were judged under each.
{tried} changed rulebooks, {found}.{" Not found:" if alive else ""}
{told}
"""


def main() -> int:
    """Run and write; always 0 (what is not found is told)."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=31)
    options.add_argument("--every", type=int, default=1)
    given = options.parse_args()
    tried, invalid, alive = run(given.lines, given.seed, given.every)
    write_section("mutants", section(given.lines, tried, invalid, alive))
    print(f"{tried} changed rulebooks: {tried - len(alive)} found out by random lines, {len(alive)} not")
    return 0


if __name__ == "__main__":
    sys.exit(main())
