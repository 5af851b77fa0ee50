"""`make evidence`: the long proofs one after the other, each a process; their table is docs/evidence/README.md.

A proof is any `tests/**/*_run.py` or `tests/**/report.py` (it writes a page of its own and ends with 1 where it fails),
the import of a large file, and the benchmarks. `--only NAME` runs some; the table keeps what it knew of the others.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import platform
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from kaopu.kernel.clock import system_clock

ROOT = Path(__file__).resolve().parent.parent
EVIDENCE = ROOT / "docs" / "evidence"
WHAT = {
    "kill": "kill -9 of the close at random moments: never a torn result",
    "oracle": "the kernel against a slow, independent oracle on random histories",
    "real-books": "Berka, Lending Club and Taiwan imported, closed and reconciled",
    "tables": "loan tables of another system, to the cent",
    "import-kill": "kill -9 of an import: all of the file or nothing of it",
    "pause-kill": "kill -9 of a bulk pause and of its undoing: nothing lost, doubled or torn",
    "statements": "statements against a slow daily oracle on random accounts, figure by figure",
}
PAGES = {"kill": "close-kills.md", "oracle": "oracle.md", "real-books": "real-books.md", "tables": "fineract-tables.md",
         "ledger-kills": "ledger-kills.md", "receipt-kills": "receipt-kills.md", "import-kill": "import-kills.md",
         "sender-kills": "sender-kills.md",
         "pause-kill": "pause-kills.md", "loss-forecast": "loss-forecast.md", "scores": "scores.md",
         "twin": "twin.md", "identity": "identity.md", "policy-agreement": "policy-agreement.md", "reach": "reach.md",
         "duplicates": "duplicates.md", "trust": "trust.md", "trust-ladder": "trust-ladder.md",
         "reach-first-base": "reach-first-base.md"}  # fmt: skip
LONGER = {"oracle": ["--histories", "100000"], "kill": ["--kills", "100"]}


@dataclass(frozen=True, slots=True)
class Proof:
    """A module to run."""

    name: str
    what: str
    module: str
    arguments: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """As a person types it."""
        return " ".join(["python -m", self.module, *self.arguments])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a proof showed, and when."""

    name: str
    what: str
    command: str
    passed: bool
    figure: str
    minutes: float
    date: str


def proofs() -> list[Proof]:
    """All that there are, the benchmarks last."""
    found = [_of(path) for pattern in ("*_run.py", "report.py") for path in sorted((ROOT / "tests").rglob(pattern))]
    return [
        *found,
        Proof(
            "ledger-kills",
            "kill -9 of a posting of the ledger: the journal as before or as after",
            "tests.ledger.kills",
            ("--kills", "25", "--page", "docs/evidence/ledger-kills.md"),
        ),
        Proof(
            "receipt-kills",
            "kill -9 of taking in receipts: every receipt whole, the same file completes it",
            "tests.receipts.kills",
            ("--kills", "25"),
        ),
        Proof(
            "sender-kills",
            "kill -9 of a sender: no message handed over twice, none unrecorded, no count lost",
            "tests.outreach.sender_kills",
            ("--kills", "12"),
        ),
        Proof(
            "loss-forecast",
            "losses forecast at 12 past dates of the sample, beside what came and a naive forecast",
            "tests.book.figures.forecast_report",
        ),
        Proof("scores", "scorecards and challengers on seven real sets beside plain baselines", "bench.score_evidence"),
        Proof(
            "policy-agreement",
            "public graphs, live and in columns, on 10,000 generated inputs each",
            "bench.policy_agreement",
        ),
        Proof("twin", "the planted effect of asking a contact recovered from 1,200 made-up towns", "bench.twin_effect"),
        Proof("trust", "fakes found in towns whose truth is known, honest families left alone", "bench.trust_evidence"),
        Proof("trust-ladder", "fakes found where fewer and fewer of them share devices", "bench.trust_ladder"),
        Proof(
            "conduct-agreement",
            "a million random permits against an independent oracle, the next instant by trying every minute",
            "bench.conduct_agreement",
        ),
        Proof(
            "conduct-mutants",
            "every figure of the enforced rules changed: random lines find it out",
            "bench.conduct_mutants",
        ),
        Proof("conduct-adversary", "the most that a scheduler can reach a person", "bench.conduct_adversary"),
        Proof("conduct-races", "two workers race for the last permit: one wins", "bench.conduct_races"),
        Proof(
            "conduct-end-to-end",
            "100,000 wishes through queue, gateways and withdrawals in flight: nothing forbidden left",
            "bench.conduct_end_to_end",
        ),
        Proof("duplicates", "duplicates among persons on sets that nothing was fixed on", "bench.duplicates_evidence"),
        Proof("reach", "reach and plans in made-up towns whose truth is known, in five worlds", "bench.reach_evidence"),
        Proof(
            "reach-first-base",
            "how much of a plan's gain is the town: the base world as it ships and as first written",
            "bench.reach_first_base",
        ),
        Proof("large-file", "a file of 2 GB through the import, one row of it bad", "bench.large_import"),
        Proof("bench", "speed against named peers; page bench.md", "bench.run", ("--out", "docs/evidence/bench.json")),
    ]


def _of(path: Path) -> Proof:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    name = path.parent.name if path.stem == "report" else path.stem.removesuffix("_run")
    name = name.replace("_", "-")
    what = WHAT.get(name) or (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or name).splitlines()[0]
    return Proof(name, what, module, tuple(LONGER.get(name, ())))


def run(proof: Proof) -> Outcome:
    """Run one to its end; its messages go on to the terminal.

    It holds when it ends with 0, its page was written anew (a proof whose data are absent writes none) and the figures
    say so.
    """
    begun, started = time.time(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", proof.module, *proof.arguments], check=False, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    minutes = round((time.perf_counter() - started) / 60, 1)
    page = EVIDENCE / PAGES[proof.name] if proof.name in PAGES else None
    passed = done.returncode == 0
    if page is not None and (not page.exists() or page.stat().st_mtime < begun - 1):
        passed, figure = False, f"did not run to its end: {page.name} was not written"
    elif proof.name == "tables":
        passed, figure = _tables(page.read_text(encoding="utf-8")) if page else (False, "")
    elif proof.name == "bench":
        figure = _bench_page()
    else:
        said = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        figure = said[-1] if said else f"see {page.name if page else 'its page'}"
    today = system_clock().now().astimezone(UTC).date().isoformat()
    return Outcome(proof.name, proof.what, proof.command, passed, figure.replace("|", "/"), minutes, today)


def _tables(page: str) -> tuple[bool, str]:
    # The report ends with 0 whatever it finds, so its figures decide: every verified case must be equal.
    counts = re.findall(r"^- (\w+ cases): \*\*(\d+) of (\d+)\*\*", page, re.MULTILINE)
    figure = ", ".join(f"{what} {equal} of {count} equal" for what, equal, count in counts)
    verified = [(equal, count) for what, equal, count in counts if what == "verified cases"]
    return bool(verified) and all(equal == count for equal, count in verified), figure


def _bench_page() -> str:
    path = EVIDENCE / "bench.json"
    if not path.exists():
        return "no result"
    results = json.loads(path.read_text(encoding="utf-8"))
    rows = [
        f"| {name} | {key} | {value} |"
        for name, result in results.items()
        for key, value in _leaves(result)
        if not isinstance(value, list)
    ]
    head = ["# Benchmarks", "", "The same figures as `bench.json`.", "", "| bench | figure | value |", "|---|---|---:|"]
    (EVIDENCE / "bench.md").write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    ratios = [
        f"{name} {key} {value}" for name, result in results.items() for key, value in _leaves(result) if "ratio" in key
    ]
    return ", ".join(ratios) or "see bench.md"


def _leaves(value: Any, name: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in _leaves(part, f"{name}.{key}".lstrip("."))]
    return [(name, value)]


def machine() -> str:
    """What it was measured on: no names, no paths."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def known() -> dict[str, dict[str, Any]]:
    """Outcomes of earlier runs by name."""
    path = EVIDENCE / "proofs.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def keep(outcome: Outcome) -> None:
    """Write the table after each proof, so that a run that is stopped has not been for nothing."""
    kept = known() | {outcome.name: asdict(outcome) | {"machine": machine()}}
    EVIDENCE.mkdir(parents=True, exist_ok=True)
    (EVIDENCE / "proofs.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    lines = [
        "# Evidence",
        "",
        "Run again with `make evidence`, or one with `python -m bench.evidence --only NAME`.",
        "",
    ]
    lines += ["| name | what | holds | figure | minutes | date | machine |", "|---|---|---|---|---:|---|---|"]
    lines += [_row(one) for one in kept.values()]
    pages = sorted(path.name for path in EVIDENCE.glob("*.md") if path.name != "README.md")
    lines += ["", "Pages:", "", *(f"- [{page}]({page})" for page in pages), ""]
    (EVIDENCE / "README.md").write_text("\n".join(lines), encoding="utf-8")


def _row(one: dict[str, Any]) -> str:
    holds = "yes" if one["passed"] else "**no**"
    cells = (one["name"], f"{one['what']}: `{one['command']}`", holds, one["figure"])
    return "| " + " | ".join(map(str, (*cells, one["minutes"], one["date"], one["machine"]))) + " |"


def main() -> int:
    """Run them; 1 where one does not hold."""
    every = {proof.name: proof for proof in proofs()}
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", action="append", choices=sorted(every))
    chosen = options.parse_args().only or list(every)
    failed = []
    for number, name in enumerate(chosen, 1):
        print(f"evidence {number} of {len(chosen)}: {every[name].command}", file=sys.stderr)
        outcome = run(every[name])
        keep(outcome)
        print(f"  {'holds' if outcome.passed else 'DOES NOT HOLD'}: {outcome.figure}", file=sys.stderr)
        failed += [] if outcome.passed else [name]
    if failed:
        print(f"does not hold: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
