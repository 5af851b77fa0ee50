"""A back-test asked for on a page: the population is kept below the home, the worker runs it, the version keeps it."""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaopu.decision.actions.register_policy import BEFORE_PROPOSAL, record_backtest
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.models import PolicyVersion
from kaopu.decision.policy_store import state_of
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.database import home

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kaopu.decision.core.policy.policy_file import PolicyFile

CODE = re.compile(r"[0-9a-f]{16}")
KINDS = (".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the population that are not inputs; "" where not asked for."""

    outcome: str
    loss: str = ""
    profit: str = ""
    month: str = ""
    segment: str = ""
    group: str = ""


SAMPLE, SAMPLE_ROWS = "made-up.parquet", 100_000
SAMPLE_COLUMNS = Columns("bad", "loss", "profit", "month", "segment", "sex")


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what was asked, and what is known of it. `result` None and no `problem`: it waits or runs."""

    code: str
    policy: str
    new: int
    old: int
    file: str
    columns: Columns
    actor: str
    asked_at: datetime
    result: dict[str, Any] | None = None
    problem: str = ""


def keep(
    *, policy: str, new: int, old: int, name: str, blocks: Iterable[bytes], columns: Columns, actor: str, now: datetime
) -> Run:
    """Keep the population for its owner alone and write down what was asked; the job takes the code.

    Raises:
        BadInput: neither CSV nor Parquet.
    """
    file = Path(name).name
    if not file.lower().endswith(KINDS):
        raise BadInput(f"{file}: expected a file that ends with .csv or .parquet")
    code = secrets.token_hex(8)
    folder = _folder(code)
    folder.mkdir(mode=0o700, parents=True)
    with os.fdopen(os.open(folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        for block in blocks:
            kept.write(block)
    run = Run(code, policy, new, old, file, columns, actor, now)
    told = {each.name: getattr(run, each.name) for each in fields(run) if each.name not in {"result", "problem"}}
    _write(folder / "asked.json", told | {"columns": asdict(columns), "asked_at": now.isoformat()})
    return run


def read(code: str) -> Run | None:
    """A run by its code; None where there is none."""
    asked = _folder(code) / "asked.json" if CODE.fullmatch(code) else None
    if asked is None or not asked.exists():
        return None
    told = json.loads(asked.read_text(encoding="utf-8"))
    done = asked.with_name("done.json")
    found = json.loads(done.read_text(encoding="utf-8")) if done.exists() else {}
    told |= {"columns": Columns(**told["columns"]), "asked_at": datetime.fromisoformat(told["asked_at"])}
    return Run(**told, result=found.get("result"), problem=found.get("problem", ""))


def runs(policy: str) -> tuple[Run, ...]:
    """The runs of a policy, the newest first."""
    root = home() / "backtests"
    found = (read(path.name) for path in root.glob("*")) if root.exists() else ()
    return tuple(
        sorted((run for run in found if run and run.policy == policy), key=lambda run: run.asked_at, reverse=True)
    )


def run_backtest(code: str, now: datetime) -> None:
    """Run it once, keep the figures, and write them into the version's life where it waits for them."""
    from kaopu.decision.engines.backtest import Asked, backtest

    run = read(code)
    if run is None or run.result or run.problem:
        return
    folder = _folder(code)
    rows = {
        row.number: row for row in PolicyVersion.objects.filter(policy__name=run.policy, number__in=(run.new, run.old))
    }
    try:
        new, old = (read_policy(rows[number].text, f"{run.policy}-{number}") for number in (run.new, run.old))
        if run.file == SAMPLE:
            _make_up(new, folder / SAMPLE)
        asked = Asked(**{name: value or None for name, value in asdict(run.columns).items()})
        result = backtest(new, old, folder / run.file, asked, (folder, folder))
    except (BadInput, KeyError) as wrong:
        _write(folder / "done.json", {"problem": str(wrong)})
        return
    except Exception as wrong:
        _write(folder / "done.json", {"problem": f"{type(wrong).__name__}: the back-test stopped"})
        raise
    _write(folder / "done.json", {"result": result})
    if state_of(rows[run.new]) in BEFORE_PROPOSAL:
        record_backtest(rows[run.new], actor=run.actor, now=now, result=_kept(result, code))


def _make_up(policy: PolicyFile, path: Path) -> None:
    """Applications that satisfy the policy's manifest, with outcomes: to rehearse with, the same every time."""
    import duckdb

    from kaopu.decision.core.backtest.made_up import population_sql

    if policy.manifest is None:
        raise BadInput(f"{policy.name}: has no manifest, expected a policy that declares its inputs")
    query, target = population_sql(policy.manifest, SAMPLE_ROWS, seed=0), str(path).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{target}' (FORMAT PARQUET)")


def _kept(result: dict[str, Any], code: str) -> dict[str, Any]:
    """What the version's life keeps: the figures of the whole, not those of every part."""
    names = ("rows", "known", "rates", "bad_rate", "swap_sets", "loss", "profit", "live_share", "seconds")
    return {name: result[name] for name in names if name in result} | {"run": code}


def _folder(code: str) -> Path:
    return home() / "backtests" / code


def _write(path: Path, value: dict[str, Any]) -> None:
    """Whole or not at all: a reader never meets half a file."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    part.chmod(0o600)
    part.replace(path)
