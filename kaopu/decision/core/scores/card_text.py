"""The model card in Markdown: what the model is, what it is for and not for, its worth, how its points add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.scores.model_file import ModelFile


def model_card(file: ModelFile) -> str:
    """The card of a model, after Mitchell et al. (2019), "Model Cards for Model Reporting"."""
    about = file.about
    lines = [
        f"# Model card: {about.get('name', 'model')}", "", *_facts(file), "", "## Limits of use", "",
        *(f"- {each['en']}\n- {each['zh']}" for each in about.get("limits", ())), "",
        f"Refused uses: {', '.join(about.get('not_for', ())) or 'none'}.", "", "## Worth", "",
        *_worth(about.get("validation", {}), about.get("metrics", {})), "", "## Fairness", "",
        *_fairness(about.get("validation", {}).get("fairness", {})), "", "## Columns", "", *_columns(file), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _facts(file: ModelFile) -> list[str]:
    about, training = file.about, file.about.get("training", {})
    snapshot = (
        f"{training.get('rows')} rows, {training.get('bads')} bad, file {training.get('file')},"
        f" sha256 {training.get('sha256')}, day {training.get('fitted_on')}"
    )
    rows = [
        ("kind", about["kind"]), ("sha256", file.sha256),
        ("target", f"{about['target']['column']}, bad is {about['target']['bad']}"), ("fitted on", snapshot),
        ("left out", ", ".join(f"{name} ({why})" for name, why in about["left_out"].items()) or "nothing"),
        ("excluded by name", ", ".join(about["excluded"]) or "nothing"),
        ("protected attributes approved", ", ".join(f"{name}: {why}" for name, why in
         about["approved_attributes"].items()) or "none"),
        ("calibration", about["calibration"]["kind"]),
        ("versions", ", ".join(f"{name} {version}" for name, version in about.get("versions", {}).items())),
    ]  # fmt: skip
    return ["| what | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


def _worth(report: Mapping[str, Any], metrics: Mapping[str, Any]) -> list[str]:
    folds = ", ".join(f"{each:.4f}" for each in metrics.get("auc_folds", ()))
    lines = [f"AUC by fold: {folds}; mean {metrics.get('auc_mean', 0):.4f}."]
    for name, each in report.get("discrimination", {}).items():
        lines.append(f"- {name}: {between(each)}")
    if "calibration" in report:
        found = report["calibration"]
        lines.append(f"- calibration slope {between(found['slope'])}, expected {found['expected']:.4f},"
                     f" came {found['came']:.4f}, Brier {found['brier']:.4f}")  # fmt: skip
    if later := report.get("out_of_time"):
        lines.append(f"- later rows (from {later['from']}): AUC {later['auc']:.4f}, expected {later['expected']:.4f},"
                     f" came {later['came']:.4f}")  # fmt: skip
    if compared := metrics.get("compare"):
        lines.append(f"- against {compared['baseline']} ({compared['auc_mean']:.4f}): difference"
                     f" {between(compared['difference'])}; {compared['claim']}")  # fmt: skip
    return lines


def _fairness(fairness: Mapping[str, Any]) -> list[str]:
    if not fairness:
        return ["No group column was known."]
    lines = []
    for name, found in fairness.items():
        lines += [f"{name}, {found['approved_share']:.0%} approved, reference {found['reference']}:", "",
                  "| group | rows | bad rate | approved | adverse impact | equal opportunity | AUC |",
                  "|---|---:|---:|---:|---|---|---:|"]  # fmt: skip
        for row in found["groups"]:
            if row["approval_rate"] is None:
                lines.append(f"| {row['group']} | {row['rows']} | | too few | | | |")
                continue
            ratios = f"{between(row['adverse_impact'])} | {between(row['equal_opportunity'])} | {row['auc']} |"
            rates = f"{row['bad_rate']:.3f} | {row['approval_rate']:.3f} |"
            lines.append(f"| {row['group']} | {row['rows']} | {rates} {ratios}")
        lines.append("")
    return lines


def _columns(file: ModelFile) -> list[str]:
    model = file.model
    lines = [f"- {each.name}: {each.words[0]} / {each.words[1]}" for each in model.derived]
    if model.card is None:
        names = ", ".join(each.name for each in model.inputs)
        return [f"Trees of size {model.trees.size if model.trees else ''} over {names}.", "", *lines]
    scaling = model.scaling
    scale = (
        f"Base points {model.card.base:.1f}; {scaling.double:g} points double the odds of good to bad;"
        f" {scaling.base_points:g} points are odds of {scaling.base_odds:g} to 1. 0 is an average row."
    )
    lines += ["", scale, "", "| column | bin | goods | bads | points |", "|---|---|---:|---:|---:|"]  # fmt: skip
    for column in model.card.columns:
        for place, (count, points) in enumerate(zip(column.bins.counts, column.points, strict=False)):
            if count.rows:
                lines.append(f"| {column.bins.column} | {column.bins.label(place)} | {count.goods} | {count.bads} |"
                             f" {points:.1f} |")  # fmt: skip
    return lines


def between(each: Mapping[str, float]) -> str:
    """A figure with its interval: 0.7762 (0.7698 to 0.7826)."""
    return f"{each['value']:.4f} ({each['low']:.4f} to {each['high']:.4f})"
