"""Back-tests of a policy: ask for one, see that it runs, read what it found."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from kaopu.decision.actions import run_backtest as runs
from kaopu.decision.console import backtest_words as bw
from kaopu.decision.console import policy_shelf as shelf
from kaopu.decision.console import policy_words as words
from kaopu.decision.console.policy_rights import EDIT_POLICY, SEE_POLICIES
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import denied, needs
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LETTERS_MOST = 120
PARTS = ("months", "segments", "groups")


@dataclass(frozen=True, slots=True)
class Choice:
    """One version to choose."""

    value: int
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class AskPage:
    """The form and the runs so far."""

    name: str
    new: tuple[Choice, ...]
    old: tuple[Choice, ...]
    columns: tuple[tuple[str, str, str], ...]
    runs: tuple[tuple[runs.Run, str], ...]
    may_ask: bool
    wrong: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One outcome before and after, each a share with its words; the element draws its own width."""

    words: str
    old: float
    new: float
    old_words: str
    new_words: str
    change: str


@dataclass(frozen=True, slots=True)
class Swap:
    """One swap set: who they are, how many, how bad, how sure."""

    words: str
    rows: str
    known: str
    bad: str
    interval: str
    bounds: str


@dataclass(frozen=True, slots=True)
class Part:
    """One month, segment or group."""

    name: str
    rows: str
    old: str
    new: str
    bad_old: str
    bad_new: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What a run found, or that it still runs."""

    run: runs.Run
    running: bool
    sentence: str
    bars: tuple[Bar, ...]
    swaps: tuple[Swap, ...]
    sums: tuple[tuple[str, str, str, str], ...]
    parts: tuple[tuple[str, tuple[Part, ...]], ...]
    fairness: str
    known: str
    live_share: str
    seconds: str


def _column_words() -> tuple[tuple[str, str], ...]:
    return (
        ("outcome", _("Column with the outcome: 1 bad, 0 good, empty unknown")),
        ("loss", _("Column with the loss, in minor units")),
        ("profit", _("Column with the profit, in minor units")),
        ("month", _("Column with the month or day")),
        ("segment", _("Column with the segment")),
        ("group", _("Column with the group whose approval is compared")),
    )


@needs(SEE_POLICIES)
def backtests(request: HttpRequest, name: str) -> HttpResponse:
    """The form; with POST, a run is asked for."""
    now = system_clock().now()
    versions = shelf.versions(name, now)
    if not versions:
        raise Http404
    if request.method != "POST":
        return _ask(request, versions)
    if not request.user.has_perm(EDIT_POLICY.permission):
        return denied(request, EDIT_POLICY)
    numbers = {str(one.number): one.number for one in versions if one.id}
    new, old = numbers.get(request.POST.get("new", "")), numbers.get(request.POST.get("old", ""))
    file = request.FILES.get("file")
    columns = runs.Columns(
        **{each.name: request.POST.get(each.name, "").strip()[:LETTERS_MOST] for each in fields(runs.Columns)}
    )
    sample = request.POST.get("sample") == "yes"
    if new is None or old is None or not (sample or (file and columns.outcome)):
        return _ask(
            request, versions, _("Choose two versions, and made-up applications or a file with its column of outcomes.")
        )
    try:
        run = runs.keep(
            policy=name, new=new, old=old, actor=f"staff:{request.user.pk}", now=now,
            name=runs.SAMPLE if sample or file is None else file.name or "population.csv",
            blocks=() if sample or file is None else file.chunks(),
            columns=runs.SAMPLE_COLUMNS if sample else columns,
        )  # fmt: skip
    except BadInput as wrong:
        return _ask(request, versions, str(wrong))
    app.configure_task("decision.backtest").defer(code=run.code)
    return HttpResponseRedirect(reverse("backtest", args=[name, run.code]))


def _ask(request: HttpRequest, versions: tuple[shelf.Kept, ...], wrong: str = "") -> HttpResponse:
    base = shelf.compared(versions)
    asked = {key: request.POST.get(key) or request.GET.get(key, "") for key in ("new", "old")}

    def choices(chosen: str) -> tuple[Choice, ...]:
        return tuple(
            Choice(
                one.number,
                _("Version %(n)d") % {"n": one.number} + f" · {words.state(one.state)[1]}",
                str(one.number) == chosen,
            )
            for one in versions
        )

    page = AskPage(
        name=versions[0].name,
        new=choices(asked["new"] or str(versions[0].number)),
        old=choices(asked["old"] or str(base.number)),
        columns=tuple((key, label, request.POST.get(key, "")) for key, label in _column_words()),
        runs=tuple((run, _told(run)) for run in runs.runs(versions[0].name)),
        may_ask=request.user.has_perm(EDIT_POLICY.permission),
        wrong=wrong,
    )
    return render(request, "decision/backtests.html", {"page": page}, status=422 if wrong else 200)


def _told(run: runs.Run) -> str:
    if run.problem:
        return run.problem
    return bw.sentence(run.result) if run.result else _("waits for the worker, or runs")


@needs(SEE_POLICIES)
def backtest(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """One run. While it runs the page asks again every second."""
    run = runs.read(code)
    if run is None or run.policy != name:
        raise Http404
    return render(request, "decision/backtest.html", {"page": _page(run)})


def _page(run: runs.Run) -> ResultPage:
    found = run.result
    if found is None:
        return ResultPage(run, not run.problem, "", (), (), (), (), "", "", "", "")
    return ResultPage(
        run=run,
        running=False,
        sentence=bw.sentence(found),
        bars=tuple(_bar(code, found["rates"]) for code in found["rates"]["new"]),
        swaps=_swaps(found["swap_sets"]),
        sums=_sums(found),
        parts=tuple((each, _parts(found.get(each, []))) for each in PARTS if found.get(each)),
        fairness=_fairness(found.get("adverse_impact", {})),
        known=figures.number(found["known"]),
        live_share=figures.percent(found["live_share"], 4),
        seconds=f"{found['seconds']:.1f}",
    )


def _bar(code: str, rates: dict[str, Any]) -> Bar:
    old, new = rates["old"].get(code) or 0.0, rates["new"].get(code) or 0.0
    return Bar(
        words.outcome(code)[2], old, new, figures.percent(old), figures.percent(new), figures.signed_points(new - old)
    )


def _swaps(sets: dict[str, Any]) -> tuple[Swap, ...]:
    named = {
        "in": _("newly approved"), "out": _("no longer approved"), "both": _("approved by both"),
        "neither": _("approved by neither"),
    }  # fmt: skip
    return tuple(
        Swap(
            words=said,
            rows=figures.number(sets[key]["rows"]),
            known=figures.number(sets[key]["known"]),
            bad=bw.rate(sets[key]["bad_rate"]),
            interval=_span(sets[key]["bad_rate_interval"]),
            bounds=_span(sets[key]["bad_rate_bounds"]),
        )
        for key, said in named.items()
    )


def _span(ends: Any) -> str:
    return _("unknown") if not ends else f"{figures.percent(ends[0])} – {figures.percent(ends[1])}"


def _sums(found: dict[str, Any]) -> tuple[tuple[str, str, str, str], ...]:
    named = (("loss", _("Loss of the approved")), ("profit", _("Profit of the approved")))
    return tuple(
        (said, _sum(found[key]["old"]["sum"]), _sum(found[key]["new"]["sum"]), _sum(found[key]["change"]))
        for key, said in named
        if found.get(key)
    )  # fmt: skip


def _sum(minor: float) -> str:
    return figures.big_money(round(minor))


def _parts(found: list[dict[str, Any]]) -> tuple[Part, ...]:
    return tuple(
        Part(
            each["name"],
            figures.number(each["rows"]),
            bw.rate(each["rates"]["old"]["approve"]),
            bw.rate(each["rates"]["new"]["approve"]),
            bw.rate(each["bad_rate"]["old"]["rate"]),
            bw.rate(each["bad_rate"]["new"]["rate"]),
        )
        for each in found
    )


def _fairness(impact: dict[str, Any]) -> str:
    new = impact.get("new")
    if not new:
        return ""
    told = {"least": f"{new['least']:.2f}"}
    said = _("The least approved group has %(least)s of the approval rate of the most approved.") % told
    return f"{said} {_('That is four fifths or more.') if new['four_fifths'] else _('That is below four fifths.')}"
