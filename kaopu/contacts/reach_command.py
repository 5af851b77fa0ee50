"""`kaopu contacts reach`: which points still reach their people, and which borrowers are lost, at any date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from kaopu.contacts.core.hazard import Hazard
    from kaopu.contacts.core.reached import Reached

EvidenceFile = Annotated[Path, typer.Option("--evidence", help="Evidence: JSON lines, or Parquet sorted by point_id.")]
MaybeEvidence = Annotated[
    Path | None,
    typer.Option(
        "--evidence", help="Evidence: JSON lines, or Parquet sorted by point_id. Without it: the own records."
    ),
]
AsOf = Annotated[
    str, typer.Option("--as-of", help="Date or instant, UTC; later rows are not known yet. Now if not given.")
]
Parameters = Annotated[
    Path | None, typer.Option("--parameters", help="TOML of hazards and pooling, as written by fit-hazard.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


def reach(  # noqa: PLR0917 - options of a command
    evidence: MaybeEvidence = None,
    as_of: AsOf = "",
    parameters: Parameters = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for points.parquet and borrowers.parquet instead of a listing.")
    ] = None,
    exposure: Annotated[
        Path | None, typer.Option(help="borrower_id, exposure_minor; adds the exposure expected with lost borrowers.")
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Also what is suppressed and last confirmed.")] = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """The chance that each point still reaches its person, and that each borrower is lost.

    A contact's point counts for a borrower only once its holder agreed, and no more after a withdrawal.
    """
    from kaopu.contacts.reach_parameters import read_parameters

    hazards, pooling = read_parameters(parameters)
    reached = _reached(evidence, given_instant("--as-of", as_of), hazards)
    lost = _lost(reached, pooling)
    at_risk = {} if exposure is None else {"exposure_at_risk_minor": _at_risk(reached, lost, exposure)}
    if out is not None:
        _write(reached, lost, out, at_risk, as_json=as_json)
    elif as_json:
        quick = None if why or at_risk else _quick_text(reached, lost)
        typer.echo(quick or json.dumps(_answer(reached, lost, why=why) | at_risk, ensure_ascii=False))
    else:
        _listing(_answer(reached, lost, why=True))
        _say_at_risk(at_risk)


def given_instant(option: str, text: str) -> datetime:
    """The instant an option names; now where it names none."""
    from kaopu.contacts.core.evidence import instant

    if not text:
        from kaopu.kernel.clock import system_clock

        return system_clock().now()
    try:
        return instant(text)
    except BadInput as wrong:
        raise BadInput(f"{option} {wrong}") from wrong


def ids_of(ids: Any) -> list[str | int]:
    """Ids as plain values, from a list or an Arrow column."""
    return ids.to_pylist() if hasattr(ids, "to_pylist") else list(ids)


def _reached(evidence: Path | None, as_of: datetime, hazards: Mapping[str, Hazard]) -> Reached:
    if evidence is not None:
        from kaopu.contacts.reach_files import reached_in

        return reached_in(evidence, as_of, hazards)
    from kaopu.book.opened_book import opened_book
    from kaopu.contacts.core.reached import reached_of

    with opened_book():
        from kaopu.contacts.lender_evidence import evidence_rows

        return reached_of(evidence_rows(as_of), hazards, as_of)


def _lost(reached: Reached, pooling: Any) -> NDArray[Any]:
    if isinstance(reached.point_id, list):
        from kaopu.contacts.core.reached import lost_of

        return lost_of(reached, pooling)
    from kaopu.contacts.reach_joined import lost_quickly

    return lost_quickly(reached, pooling)


def _quick_text(reached: Reached, lost: NDArray[Any]) -> str | None:
    """The JSON of a Parquet file's answer, which may have millions of rows."""
    if isinstance(reached.point_id, list):
        return None
    from kaopu.contacts.reach_text import answer_text

    return answer_text(reached, lost)


def _answer(reached: Reached, lost: NDArray[Any], *, why: bool) -> dict[str, list[dict[str, Any]]]:
    points = [
        {"point_id": point, "reach": reach}
        for point, reach in zip(ids_of(reached.point_id), reached.reach.tolist(), strict=True)
    ]
    if why:
        for each, suppress, at in zip(points, reached.suppress.tolist(), reached.confirmed_us.tolist(), strict=True):
            each |= {"suppress": suppress, "confirmed_at": _day(at)}
    borrowers = [
        {"borrower_id": borrower, "reach": 1.0 - chance, "lost": chance}
        for borrower, chance in zip(ids_of(reached.borrower_id), lost.tolist(), strict=True)
    ]
    return {"points": points, "borrowers": borrowers}


def _day(microseconds: int) -> str | None:
    from datetime import UTC, datetime, timedelta

    from kaopu.contacts.core.reached import NEVER_US

    if microseconds == NEVER_US:
        return None
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)).isoformat()


def _at_risk(reached: Reached, lost: NDArray[Any], exposure: Path) -> int:
    from kaopu.contacts.core.borrower_reach import exposure_at_risk
    from kaopu.contacts.planned import FEN, exposures_for, read_exposures

    minor = exposures_for(reached, read_exposures(exposure)) * FEN
    return round(exposure_at_risk(zip(lost.tolist(), minor.round().astype(int).tolist(), strict=True)))


def _say_at_risk(at_risk: dict[str, int]) -> None:
    for minor in at_risk.values():
        typer.echo(f"exposure expected with lost borrowers: {minor / 100:,.2f}")


def _write(reached: Reached, lost: NDArray[Any], out: Path, at_risk: dict[str, int], *, as_json: bool) -> None:
    from kaopu.contacts.reach_joined import write_reached

    out.mkdir(parents=True, exist_ok=True)
    write_reached(reached, lost, out)
    told = {
        "points": len(reached.point_id),
        "borrowers": len(lost),
        "lost_expected": float(lost.sum()),
        "out": str(out),
    }
    words = f"{told['points']:,} points and {told['borrowers']:,} borrowers, {told['lost_expected']:,.0f} expected lost"
    typer.echo(json.dumps(told | at_risk) if as_json else f"{words}: {out}")
    if not as_json:
        _say_at_risk(at_risk)


def _listing(answer: dict[str, list[dict[str, Any]]]) -> None:
    for each in answer["points"]:
        stranger = ", a stranger's: nothing may be sent there" if each["suppress"] else ""
        confirmed = each["confirmed_at"][:10] if each["confirmed_at"] else "never"
        typer.echo(f"point {each['point_id']}: {each['reach']:.3f}, last confirmed {confirmed}{stranger}")
    for each in answer["borrowers"]:
        typer.echo(f"borrower {each['borrower_id']}: reached {each['reach']:.3f}, lost {each['lost']:.3f}")
