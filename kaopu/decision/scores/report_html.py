"""The validation report as one HTML page: charts drawn to SVG here, no script, no outside link."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.scores.card_text import between, model_card
from kaopu.decision.scores.report_charts import calibration_chart, csi_chart, distribution_chart, periods_chart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kaopu.decision.core.scores.model_file import ModelFile

STYLE = """
:root{--paper:#fff;--ink:#1c2024;--muted:#5f6b76;--rule:#d9dee3}
body{margin:2rem auto;max-width:62rem;padding:0 1rem;background:var(--paper);color:var(--ink);
font:15px/1.5 Inter,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;margin:.5rem 0 1rem}
th,td{padding:.2rem .7rem .2rem 0;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.note{border-left:3px solid #b45309;padding-left:.8rem}
svg{max-width:100%;height:auto}pre{white-space:pre-wrap;font-size:12px;color:var(--muted)}
"""
NUMBER = re.compile(r"^-?\d[\d.,%]*$")


def page(file: ModelFile, report: Mapping[str, Any]) -> str:
    """The whole page. `report` is a validation as `kaopu.decision.core.scores.validation` makes it."""
    name = escape(str(file.about.get("name", "model")))
    parts = [
        f"<h1>{name}: validation / 验证报告</h1>",
        f"<p>{escape(file.about['kind'])}, sha256 <code>{file.sha256}</code></p>",
        f"<p>{report['rows']} rows, {report['bads']} bad; forecasts: {escape(report['forecasts'])}.</p>",
        "".join(f'<p class="note">{escape(e["en"])}<br>{escape(e["zh"])}</p>' for e in file.about.get("limits", ())),
        *_discrimination(file, report),
        *_calibration(report["calibration"]),
        *_time(file, report),
        *_fairness(report["fairness"]),
        *_sensitivity(report["sensitivity"]),
        "<h2>Model card / 模型卡</h2>",
        f"<pre>{escape(model_card(file))}</pre>",
    ]
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{name}</title><style>{STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """An HTML table; figures are set to the right."""

    def cell(value: Any, tag: str) -> str:
        text = "" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)
        kind = ' class="n"' if NUMBER.match(text) else ""
        return f"<{tag}{kind}>{escape(text)}</{tag}>"

    lines = ["<tr>" + "".join(cell(each, "th") for each in head) + "</tr>"]
    lines += ["<tr>" + "".join(cell(each, "td") for each in row) + "</tr>" for row in rows]
    return f"<table>{''.join(lines)}</table>"


def _discrimination(file: ModelFile, report: Mapping[str, Any]) -> list[str]:
    rows = [(name.upper(), between(each)) for name, each in report["discrimination"].items()]
    metrics = file.about["metrics"]
    folds = ", ".join(f"{each:.4f}" for each in metrics["auc_folds"])
    rows.append(("AUC by fold", f"{folds}; mean {metrics['auc_mean']:.4f}"))
    if found := metrics.get("compare"):
        rows.append((f"against {found['baseline']}", f"{between(found['difference'])}; {found['claim']}"))
    return [
        "<h2>Discrimination / 区分度</h2>", table(("", "with 95 % interval"), rows),
        distribution_chart(report["distribution"]),
    ]  # fmt: skip


def _calibration(found: Mapping[str, Any]) -> list[str]:
    rows = [
        ("slope (1 is right)", between(found["slope"])), ("intercept (0 is right)", found["intercept"]),
        ("expected rate", found["expected"]), ("rate that came", found["came"]),
        ("Brier (of the plain rate)", f"{found['brier']:.4f} ({found['brier_of_the_rate']:.4f})"),
        ("Spiegelhalter z, p", f"{found['spiegelhalter']['z']}, {found['spiegelhalter']['p']}"),
        ("Hosmer-Lemeshow, p", f"{found['hosmer_lemeshow']['statistic']}, {found['hosmer_lemeshow']['p']}"),
    ]  # fmt: skip
    tenths = [(row["rows"], row["expected"], row["came"]) for row in found["table"]]
    return [
        "<h2>Calibration / 校准</h2>", table(("", ""), rows), calibration_chart(found["table"]),
        table(("rows", "expected", "came"), tenths),
    ]  # fmt: skip


def _time(file: ModelFile, report: Mapping[str, Any]) -> list[str]:
    parts = ["<h2>Stability and time / 稳定性与跨期</h2>"]
    if moved := report.get("stability"):
        parts.append(f"<p>PSI of the score {moved['psi']:.4f}: {moved['verdict']}.</p>")
        parts.append(csi_chart(moved["columns"]))
        parts.append(table(("column", "CSI", ""), [(r["column"], r["csi"], r["verdict"]) for r in moved["columns"]]))
    else:
        parts.append("<p>The rows of the training itself: no shift to measure.</p>")
    if later := report.get("out_of_time"):
        parts.append(table(tuple(later), [tuple(later.values())]))
    if found := report.get("periods"):
        parts.append(periods_chart(found))
        parts.append(table(tuple(found[0]), [tuple(row.values()) for row in found]))
    if not later and not found and "pd_level" in file.about["not_for"]:
        parts.append("<p>No dates: nothing shows how it keeps in time.</p>")
    return parts


def _fairness(fairness: Mapping[str, Any]) -> list[str]:
    parts = ["<h2>Fairness / 公平性</h2>"]
    if not fairness:
        parts.append("<p>No group column was known.</p>")
    head = ("group", "rows", "bad rate", "approved", "adverse impact", "equal opportunity", "AUC")
    for name, found in fairness.items():
        rows = [
            (r["group"], r["rows"], r["bad_rate"], r["approval_rate"], *(
                between(r[key]) if r[key] else "too few rows" for key in ("adverse_impact", "equal_opportunity")
            ), r["auc"])
            for r in found["groups"]
        ]  # fmt: skip
        parts.append(f"<p>{escape(name)}: {found['approved_share']:.0%} approved, reference {found['reference']}.</p>")
        parts.append(table(head, rows))
    return parts


def _sensitivity(found: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [
        (row["column"], *(row[key]["change_of_chance"] if key in row else None for key in ("up", "down", "missing")),
         row["missing"]["auc"])
        for row in found
    ]  # fmt: skip
    head = ("column", "one deviation up", "down", "missing", "AUC without")
    return ["<h2>Sensitivity / 敏感性</h2>", "<p>Change of the mean probability of bad.</p>", table(head, rows)]
