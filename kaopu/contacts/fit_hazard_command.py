"""`kaopu contacts fit-hazard`: a lender's own hazards and likelihoods from its evidence, as a file for the others."""

from __future__ import annotations

import json
import sys
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated

import typer

from kaopu.contacts.reach_command import AsJson, AsOf, EvidenceFile, given_instant

if TYPE_CHECKING:
    from kaopu.contacts.core.hazard import Hazard


def fit_hazard(
    evidence: EvidenceFile,
    as_of: AsOf,
    out: Annotated[Path, typer.Option(help="TOML file to write.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Estimate churn, return and what each sign tells, from a Parquet file of evidence; no truth is needed."""
    from kaopu.contacts.core.borrower_reach import POOLING
    from kaopu.contacts.core.hazard_fit import fit
    from kaopu.contacts.reach_histories import histories_in
    from kaopu.contacts.reach_parameters import parameters_text

    at = given_instant("--as-of", as_of)
    hazards = fit(histories_in(evidence, at), told=_progress)
    out.write_text(
        parameters_text(hazards, POOLING, f"Fitted on {evidence.name} as of {at.isoformat()}"), encoding="utf-8"
    )
    told = {kind: _rates(each) for kind, each in hazards.items()}
    if as_json:
        typer.echo(json.dumps({"hazards": told, "out": str(out)}))
        return
    for kind, each in told.items():
        shown = ", ".join(f"{name.replace('_', ' ')} {value:.3f}" for name, value in each.items())
        typer.echo(f"{kind}: {shown}")
    typer.echo(f"{out}")


def _rates(hazard: Hazard) -> dict[str, float]:
    return {name: getattr(hazard, name) for name in ("churn_per_year", "return_per_year", "prior", "repeats")}


def _progress(number: int, log_likelihood: float) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r  round {number + 1}, log likelihood {log_likelihood:,.1f} ")
        sys.stderr.flush()
