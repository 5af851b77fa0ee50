"""Charts of contact quality: where contacts stand, and how trust is spread about the line that asks for another one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kaopu.contacts.core.quality import BIN_WIDTH
from kaopu.kernel.console import figures
from kaopu.kernel.console.chart import CONFIG, Chart, with_values

if TYPE_CHECKING:
    from collections.abc import Sequence

LABEL_ROOM = 1.5


def standing_chart(steps: Sequence[tuple[str, int]]) -> Chart:
    """Bars of contacts by step, in the order given. Raises `ValueError` for none."""
    whole = sum(count for _words, count in steps)
    if not whole:
        raise ValueError("no contacts to draw")
    shares = [(words, count, figures.percent(count / whole, 1)) for words, count in steps]
    room = max(count for _words, count in steps) * LABEL_ROOM
    values = [
        {"name": words, "rank": rank, "count": count, "label": share, "room": room}
        for rank, (words, count, share) in enumerate(shares)
    ]
    finding = _("Of %(n)s contacts named, %(share)s are verified by a second channel.") % {
        "n": figures.number(whole),
        "share": shares[0][2],
    }
    return Chart(
        key="standing",
        title=_("Where contacts stand"),
        finding=finding,
        spec=with_values(_standing_spec(get_language()), values),
        head=(_("Standing"), _("Contacts"), _("Share")),
        rows=tuple((words, figures.number(count), share) for words, count, share in shares),
        small=True,
        note=_("Half a year after they agreed, contacts are asked again; those are counted where they stood."),
    )


def trust_chart(bins: Sequence[int], below: int) -> Chart:
    """Bars of contacts by score, the line where another contact is asked for. Raises `ValueError` for none."""
    whole, low = sum(bins), sum(bins[: below // BIN_WIDTH])
    if not whole:
        raise ValueError("no scores to draw")
    names = [f"{at * BIN_WIDTH}–{at * BIN_WIDTH + BIN_WIDTH - (at < len(bins) - 1)}" for at in range(len(bins))]
    values = [
        {
            "from": at * BIN_WIDTH,
            "to": (at + 1) * BIN_WIDTH,
            "name": name,
            "count": count,
            "low": at * BIN_WIDTH < below,
        }
        for at, (name, count) in enumerate(zip(names, bins, strict=True))
    ]
    finding = _("%(low)s of %(n)s who agreed score below %(line)d (%(share)s): another contact is asked for.") % {
        "low": figures.number(low),
        "n": figures.number(whole),
        "line": below,
        "share": figures.percent(low / whole, 1),
    }
    return Chart(
        key="trust",
        title=_("How far contacts can be trusted"),
        finding=finding,
        spec=with_values(_trust_spec(get_language(), below), values),
        head=(_("Score"), _("Contacts"), _("Share")),
        rows=tuple(
            (name, figures.number(count), figures.percent(count / whole, 1))
            for name, count in zip(names, bins, strict=True)
        ),
        small=True,
        note=_("100 is a real, independent person who agreed. A low score declines nobody."),
    )


@cache
def _standing_spec(language: str) -> dict[str, Any]:  # noqa: ARG001 - words on axes are in a language
    import altair as alt

    base = alt.Chart(alt.Data(name="none")).encode(
        y=alt.Y("name:N", sort=alt.EncodingSortField("rank", op="min"), title=None, axis=alt.Axis(labelLimit=180)),
        x=alt.X("count:Q", title=_("contacts"), axis=alt.Axis(tickCount=4)),
    )
    bars = base.mark_bar(color="var(--cat-1)", height={"band": 0.7})
    words = base.mark_text(align="left", dx=4).encode(text="label:N")
    # What cannot be seen makes the axis longer than the longest bar, so that its label is not cut off.
    room = base.mark_point(opacity=0, tooltip=None).encode(x=alt.X("room:Q"))
    return {**alt.layer(bars, words, room).properties(width="container", height=220).to_dict(), "config": CONFIG}


@cache
def _trust_spec(language: str, below: int) -> dict[str, Any]:  # noqa: ARG001 - words on axes are in a language
    import altair as alt

    base = alt.Chart(alt.Data(name="none"))
    bars = base.mark_bar(binSpacing=1).encode(
        x=alt.X("from:Q", bin="binned", title=_("score"), scale=alt.Scale(domain=[0, 100])),
        x2="to:Q",
        y=alt.Y("count:Q", title=_("contacts"), axis=alt.Axis(tickCount=4)),
        color=alt.condition("datum.low", alt.value("var(--cat-2)"), alt.value("var(--cat-1)")),
        tooltip=[alt.Tooltip("name:N", title=_("score")), alt.Tooltip("count:Q", title=_("contacts"))],
    )
    line = base.mark_rule(color="var(--ink)", strokeDash=[4, 3]).encode(x=alt.XDatum(below))
    return {**alt.layer(bars, line).properties(width="container", height=220).to_dict(), "config": CONFIG}
