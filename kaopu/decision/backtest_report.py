"""A back-test as one HTML page: a finding, a chart and its table each; no script, nothing loaded from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BLUE, RED = "#1f6feb", "#c2410c"
WIDTH, HEIGHT = 520, 200
WHOLE_FROM = 1000  # amounts from here on are shown without decimals
STYLE = """
body{margin:2rem auto;max-width:62rem;padding:0 1rem;background:#fff;color:#1c2024;
font:15px/1.5 Inter,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;margin:.5rem 0 1rem}
th,td{padding:.2rem .7rem .2rem 0;border-bottom:1px solid #d9dee3;text-align:right;font-variant-numeric:tabular-nums}
th:first-child,td:first-child{text-align:left}.note{border-left:3px solid #b45309;padding-left:.8rem}
svg{max-width:100%;height:auto}.zh{color:#5f6b76}
"""
OUTCOME_WORDS = {"approve": "approve / 通过", "refer": "refer / 人工复核", "decline": "decline / 拒绝"}
SET_WORDS = {
    "in": "only new approves / 仅新策略通过",
    "out": "only old approves / 仅旧策略通过",
    "both": "both approve / 均通过",
    "neither": "neither approves / 均未通过",
}


def report_html(found: Mapping[str, Any], new: str, old: str) -> str:
    """The whole page.

    Args:
        found: what `backtest` gave.
        new: name of the new policy.
        old: name of the old one.
    """
    title = f"{new} against {old}"
    parts = [f"<h1>{escape(title)}: back-test / 回测</h1>", *_rates(found), *_sets(found), *_bad(found)]
    for key, words in (
        ("months", "By month / 按月"),
        ("segments", "By segment / 按客群"),
        ("groups", "By group / 按群体"),
    ):
        if found[key]:
            parts += _parts(found[key], words)
    parts += _amounts(found)
    for key, each in found.get("amounts", {}).items():
        parts += _limits(key, each)
    if "affected" in found:
        count = f"{found['affected']:,}"
        parts.append(_finding(f"{count} applications are affected.", f"{count} 份申请受到影响。"))
    parts += ["<h2>Methods / 方法</h2>", _table(("", ""), list(found["methods"].items()))]
    parts.append(f"<p>Decided by the live engine / 由实时引擎判定: {_share(found['live_share'])}.</p>")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def _rates(found: Mapping[str, Any]) -> list[str]:
    old, new = found["rates"]["old"], found["rates"]["new"]
    change = (new["approve"] or 0) - (old["approve"] or 0)
    values = [
        {"outcome": OUTCOME_WORDS.get(name, name), "share": rate or 0, "of": side}
        for side in ("old", "new")
        for name, rate in found["rates"][side].items()
    ]
    rows = [(OUTCOME_WORDS.get(name, name), _share(old.get(name)), _share(new.get(name))) for name in {**old, **new}]
    return [
        _finding(
            f"Approvals go from {_share(old['approve'])} to {_share(new['approve'])} ({change:+.2%} points) "
            f"of {found['rows']:,} applications.",
            f"在 {found['rows']:,} 份申请中,通过率由 {_share(old['approve'])} 变为 {_share(new['approve'])}。",
        ),
        _bars(values, "outcome", "Share of each outcome, old and new / 新旧策略各结果占比"),
        _table(("", "old / 旧", "new / 新"), rows),
    ]


def _sets(found: Mapping[str, Any]) -> list[str]:
    sets = found["swap_sets"]
    values = [
        {"outcome": SET_WORDS[name], "share": each["bad_rate"], "of": "known"}
        for name, each in sets.items()
        if each["bad_rate"] is not None
    ]
    rows = [
        (SET_WORDS[name], f"{e['rows']:,}", f"{e['known']:,}", _share(e["bad_rate"]), _between(e["bad_rate_interval"]),
         _between(e["bad_rate_bounds"]))
        for name, e in sets.items()
    ]  # fmt: skip
    head = ("", "rows / 笔数", "known / 已知结果", "bad rate / 坏账率", "95 % interval / 区间", "bounds / 上下界")
    return [
        _finding(
            f"{sets['in']['rows']:,} applications come in, {sets['out']['rows']:,} go out; of those going out "
            f"{_share(sets['out']['bad_rate'])} of the known went bad.",
            f"新增通过 {sets['in']['rows']:,} 份,不再通过 {sets['out']['rows']:,} 份;"
            f"后者已知结果中的坏账率为 {_share(sets['out']['bad_rate'])}。",
        ),
        _bars(values, "outcome", "Bad rate among the known of each swap set / 各换入换出集合的坏账率")
        if values
        else "",
        _table(head, rows),
    ]


def _bad(found: Mapping[str, Any]) -> list[str]:
    rows = [
        (side, f"{e['rows']:,}", f"{e['unknown']:,}", _share(e["rate"]), _between(e["interval"]), _between(e["bounds"]))
        for side, e in found["bad_rate"].items()
    ]
    scenarios = [
        (old["assumption"], _share(old["bad_rate"]), _share(new["bad_rate"]))
        for old, new in zip(found["scenarios"]["old"], found["scenarios"]["new"], strict=True)
    ]
    unknown = found["bad_rate"]["new"]["unknown"]
    head = ("", "approved / 通过", "unknown / 未知", "bad rate / 坏账率", "95 % interval / 区间", "bounds / 上下界")
    return [
        "<h2>Bad rate of the approved / 通过客户坏账率</h2>",
        (
            f'<p class="note">Nobody knows how {unknown:,} of those the new policy approves would have paid; they are '
            f"bounded, never counted as good.<br>"
            f"新策略通过者中有 {unknown:,} 份结果未知,仅给出上下界,绝不计为好客户。</p>"
        ),
        _table(head, rows),
        _table(("assumption / 假设", "old / 旧", "new / 新"), scenarios),
    ]


def _parts(parts: Sequence[Mapping[str, Any]], words: str) -> list[str]:
    values = [
        {"outcome": part["name"], "share": part["rates"][side]["approve"] or 0, "of": side}
        for part in parts
        for side in ("old", "new")
    ]
    rows = [
        (p["name"], f"{p['rows']:,}", *(_share(p["rates"][side]["approve"]) for side in ("old", "new")),
         *(_share(p["bad_rate"][side]["rate"]) for side in ("old", "new")))
        for p in parts
    ]  # fmt: skip
    moved = max(parts, key=lambda p: abs((p["rates"]["new"]["approve"] or 0) - (p["rates"]["old"]["approve"] or 0)))
    change = (moved["rates"]["new"]["approve"] or 0) - (moved["rates"]["old"]["approve"] or 0)
    head = (
        "",
        "rows / 笔数",
        "approved old / 旧通过率",
        "approved new / 新通过率",
        "bad old / 旧坏账率",
        "bad new / 新坏账率",
    )
    return [
        f"<h2>{words}</h2>",
        _finding(
            f"Approvals change most in {moved['name']}: {change:+.2%} points.",
            f"{moved['name']} 的通过率变化最大:{change:+.2%}。",
        ),
        _bars(values, "outcome", f"Approval rate, old and new: {words}"),
        _table(head, rows),
    ]


def _amounts(found: Mapping[str, Any]) -> list[str]:
    rows = [
        (f"{name}, {side}", f"{found[key][side]['sum']:,.0f}", f"{found[key][side]['rows']:,}",
         _amounts_between(found[key][side]["interval"]))
        for key, name in (("loss", "loss / 损失"), ("profit", "profit / 利润"))
        if found[key]
        for side in ("old", "new")
    ]  # fmt: skip
    head = ("minor units / 分", "sum / 合计", "rows known / 已知笔数", "95 % interval / 区间")
    return ["<h2>Loss and profit / 损失与利润</h2>", _table(head, rows)] if rows else []


def _limits(key: str, found: Mapping[str, Any]) -> list[str]:
    """A limit or price: who gets more, who gets less, by how much."""
    up, down, equal = (f"{found[each]:,}" for each in ("up", "down", "equal"))
    whole = [("all / 全部", found), *((part["name"], part) for part in found["segments"])]
    rows = [
        (name, f"{e['rows']:,}", f"{e['up']:,}", f"{e['down']:,}", f"{e['equal']:,}", _plain(e["old"]["mean"]),
         _plain(e["new"]["mean"]), _plain(e["change"]["mean"]), _plain_between(e["change"]["mean_interval"]))
        for name, e in whole
    ]  # fmt: skip
    alone = [
        (words, f"{found[name]['rows']:,}", _plain(found[name]["sum"]), _plain(found[name]["mean"]))
        for name, words in (("new_only", SET_WORDS["in"]), ("old_only", SET_WORDS["out"]))
    ]
    head = (
        "approved by both / 均通过",
        "rows / 笔数",
        "up / 上升",
        "down / 下降",
        "equal / 不变",
        "mean old / 旧均值",
        "mean new / 新均值",
        "mean change / 平均变化",
        "95 % interval / 区间",
    )
    return [
        f"<h2>{escape(key)}: limits and prices / 额度与定价</h2>",
        _finding(
            f"{key}: {up} go up, {down} go down, {equal} stay.",
            f"{key}:{up} 份上升,{down} 份下降,{equal} 份不变。",
        ),
        _table(head, rows),
        _table(("", "rows / 笔数", "sum / 合计", "mean / 均值"), alone),
    ]


def _bars(values: list[dict[str, Any]], field: str, words: str) -> str:
    import altair as alt
    import vl_convert

    chart = (
        alt.Chart(alt.Data(values=values))
        .mark_bar()
        .encode(
            x=alt.X(f"{field}:N", sort=None, title=None, axis=alt.Axis(labelAngle=0 if len(values) <= 8 else -40)),
            y=alt.Y("share:Q", title=None, axis=alt.Axis(format="%")),
            xOffset=alt.XOffset("of:N", sort=None),
            color=alt.Color("of:N", sort=None, scale=alt.Scale(range=[BLUE, RED]), title=None),
        )
        .properties(width=WIDTH, height=HEIGHT)
    )
    drawn = vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[])
    return f'<figure role="img" aria-label="{escape(words)}">{drawn[drawn.index("<svg") :]}</figure>'


def _finding(english: str, chinese: str) -> str:
    return f'<p><strong>{escape(english)}</strong><br><span class="zh">{escape(chinese)}</span></p>'


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = ["<tr>" + "".join(f"<th>{escape(each)}</th>" for each in head) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{escape(str(each))}</td>" for each in row) + "</tr>" for row in rows]
    return f"<table>{''.join(lines)}</table>"


def _share(value: float | None) -> str:
    return "unknown / 未知" if value is None else f"{value:.2%}"


def _between(ends: tuple[float, float] | None) -> str:
    return "" if ends is None else f"{ends[0]:.2%} – {ends[1]:.2%}"


def _amounts_between(ends: tuple[float, float] | None) -> str:
    return "" if ends is None else f"{ends[0]:,.0f} – {ends[1]:,.0f}"


def _plain(value: float | None) -> str:
    """A limit in minor units or a rate: as many digits as each needs."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:,.4f}"


def _plain_between(ends: tuple[float, float] | None) -> str:
    return "" if ends is None else f"{_plain(ends[0])} – {_plain(ends[1])}"
