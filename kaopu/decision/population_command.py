"""`kaopu policy population`: made-up applications to rehearse and to measure with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kaopu.kernel.core.errors import BadInput

SHIPPED = Path(__file__).parent / "policies" / "application-review.json"


def population(
    rows: Annotated[int, typer.Option(min=1, help="How many.")],
    out: Annotated[Path, typer.Option(help="Parquet file to write.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same rows.")] = 0,
    policy: Annotated[Path, typer.Option(help="Whose manifest they satisfy.")] = SHIPPED,
) -> None:
    """Write made-up applications that satisfy a policy's manifest, with outcome, loss, profit, month and segment."""
    import duckdb

    from kaopu.decision.core.backtest.made_up import population_sql
    from kaopu.decision.core.policy.policy_file import read_policy

    try:
        text = policy.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadInput(f"{policy.name}: cannot be read as text: {wrong.__class__.__name__}") from wrong
    read = read_policy(text, policy.name)
    if read.manifest is None:
        raise BadInput(f"{policy.name}: has no manifest, expected a policy that declares its inputs")
    target = str(out).replace("'", "''")
    query = population_sql(read.manifest, rows, seed)
    with duckdb.connect() as connection:
        try:
            connection.execute(f"COPY ({query}) TO '{target}' (FORMAT PARQUET, COMPRESSION SNAPPY)")
        except duckdb.IOException as wrong:
            raise BadInput(f"{out.name}: cannot be written: {str(wrong).splitlines()[0]}") from wrong
    typer.echo(f"{rows:,} made-up applications for {read.name}")
