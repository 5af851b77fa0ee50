"""`kaopu score fit`: a CSV file with outcomes in, a model file and its figures out."""

from __future__ import annotations

import json
from datetime import UTC
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kaopu.decision.core.scores.fitting import Fitted
    from kaopu.decision.scores.files import TableFile

PACKAGES = ("kaopu", "numpy", "scikit-learn", "optbinning", "lightgbm")


def fit(  # noqa: PLR0917 - one argument an option, Typer passes them by name
    context: typer.Context,
    data: Annotated[Path, typer.Option(help="CSV file, .gz too; the first row holds the names.")],
    target: Annotated[str, typer.Option(help="The column with the outcome: two values.")],
    kind: Annotated[str, typer.Option(help="scorecard or lightgbm.")] = "scorecard",
    folds: Annotated[int, typer.Option(help="Stratified folds of the cross-validation.")] = 5,
    seed: Annotated[int, typer.Option(help="Seed of folds, bootstrap and trees.")] = 0,
    exclude: Annotated[
        list[str] | None, typer.Option(help="A column to leave out; repeat, or several at once.")
    ] = None,
    bad: Annotated[str, typer.Option(help="The value of the target that is bad, where it is not plain.")] = "",
    text: Annotated[list[str] | None, typer.Option(help="A column of codes that look like numbers.")] = None,
    monotone: Annotated[list[str] | None, typer.Option(help="COL=ascending: bads rise with it; or descending.")] = None,
    approve_attribute: Annotated[list[str] | None, typer.Option(help="COL=REASON for a protected column.")] = None,
    group: Annotated[list[str] | None, typer.Option(help="A column of groups for the fairness report.")] = None,
    date: Annotated[str, typer.Option(help="A column of dates: judged on the later quarter too.")] = "",
    not_for: Annotated[list[str] | None, typer.Option(help="pd_level, limit, price or approval: refused uses.")] = None,
    size: Annotated[str, typer.Option(help="Of the trees: auto, small, middle, large or deep.")] = "auto",
    calibration: Annotated[str, typer.Option(help="platt, isotonic or none.")] = "platt",
    points: Annotated[
        str, typer.Option(help="SCORE,ODDS,DOUBLE: score at odds, points that double them.")
    ] = "600,20,20",
    derive: Annotated[str, typer.Option(help="Columns out of series and amounts: auto, always or never.")] = "auto",
    compare: Annotated[bool, typer.Option(help="Run the plain counterpart in the same folds.")] = False,  # noqa: FBT002
    threads: Annotated[int, typer.Option(help="Cores to use.")] = 2,
    name: Annotated[str, typer.Option(help="Name of the model; that of the file if not given.")] = "",
    out: Annotated[Path | None, typer.Option(help="The model file to write.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Fit a score, judge it on folds that it has not seen, and write its model file."""
    from kaopu.decision.core.scores.fitting import FitRequest
    from kaopu.decision.core.scores.fitting import fit as fitted_on
    from kaopu.decision.core.scores.recipe import Kind, Recipe
    from kaopu.decision.scores.files import read_table, write_text

    if kind not in tuple(Kind):
        raise BadInput(f"--kind: {kind} given, expected scorecard or lightgbm")
    recipe = Recipe(
        Kind(kind), seed, max(1, threads), _pairs("--monotone", monotone), derive, size, calibration=calibration,
        scaling=_scaling(points),
    )  # fmt: skip
    read = read_table(data, texts=text or ())
    known = read.parsed.table.columns
    left_out = (*_names(exclude, known), *_further(context, exclude))
    found = fitted_on(
        read.parsed.table,
        FitRequest(
            target, recipe, folds, bad, left_out, _pairs("--approve-attribute", approve_attribute),
            _names(group, known), date, compare, _names(not_for, ()),
        ),
    )  # fmt: skip
    path = out or Path(f"{data.name.split('.')[0]}-{kind}.model.json")
    write_text(path, _document(found, read, data, name or path.name.split(".")[0]))
    answer = {**found.figures, "model": str(path), "not_for": found.about["not_for"]}
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    _tell(answer)


def _document(found: Fitted, read: TableFile, data: Path, name: str) -> str:
    from kaopu.decision.core.scores.model_file import write_model
    from kaopu.kernel.clock import system_clock

    training = {
        "file": data.name, "sha256": read.sha256, "rows": found.figures["rows"], "bads": found.figures["bads"],
        "fitted_on": system_clock().now().astimezone(UTC).date().isoformat(),
    }  # fmt: skip
    about = {"name": name, **found.about, "training": training, "versions": versions()}
    return write_model(found.model, about)


def versions() -> dict[str, str]:
    """Versions of what a model is made with."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "unknown"
    return found


def _further(context: typer.Context, exclude: list[str] | None) -> list[str]:
    # `--exclude A B C`: what follows the first name arrives as loose arguments.
    if context.args and not exclude:
        raise BadInput(f"{context.args[0]}: not an option, expected --data, --target and options")
    unknown = [each for each in context.args if each.startswith("-")]
    if unknown:
        raise BadInput(f"{unknown[0]}: no such option")
    return list(context.args)


def _names(given: list[str] | None, known: Iterable[str]) -> tuple[str, ...]:
    names = set(known)
    return tuple(
        name for each in given or () for name in ([each] if each in names else [n.strip() for n in each.split(",")])
    )


def _pairs(option: str, given: list[str] | None) -> dict[str, str]:
    found = {}
    for each in given or ():
        column, sign, value = each.partition("=")
        if not sign or not column:
            raise BadInput(f"{option}: {each} given, expected COLUMN=VALUE")
        found[column] = value
    return found


def _scaling(points: str) -> Any:
    from kaopu.decision.core.scores.scorecard import Scaling

    try:
        score, odds, double = (float(each) for each in points.split(","))
    except ValueError:
        raise BadInput(f"--points: {points} given, expected SCORE,ODDS,DOUBLE as 600,20,20") from None
    return Scaling(score, odds, double)


def _tell(answer: dict[str, Any]) -> None:
    typer.echo(f"{answer['rows']} rows, {answer['bads']} bad; model {answer['model']}")
    for column, why in answer["left_out"].items():
        typer.echo(f"  left out: {column}, {why}")
    folds = ", ".join(f"{each:.4f}" for each in answer["auc_folds"])
    typer.echo(f"AUC {answer['auc_mean']:.4f} (folds {folds}), Gini {answer['gini']:.4f}, KS {answer['ks']:.4f}")
    if found := answer.get("compare"):
        gap = found["difference"]
        typer.echo(
            f"against {found['baseline']}, {found['auc_mean']:.4f}: difference {gap['value']:+.4f}"
            f" ({gap['low']:+.4f} to {gap['high']:+.4f}); {found['claim']}"
        )
    if answer["not_for"]:
        typer.echo(f"never used for: {', '.join(answer['not_for'])}")
