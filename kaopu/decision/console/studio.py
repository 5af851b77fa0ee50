"""The studio: one policy as grid, graph or text; findings beside the rows; one case; a new version, never in place.

What is typed travels with the form, whole, until it is saved: any act but `save` keeps nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaopu.decision.actions.check_policy import CheckReport, check_policy
from kaopu.decision.console import graph_drawing, one_case, table_edit
from kaopu.decision.console import policy_shelf as shelf
from kaopu.decision.console import policy_words as words
from kaopu.decision.console.policy_life import life_of
from kaopu.decision.console.policy_rights import EDIT_POLICY, SEE_POLICIES
from kaopu.decision.core.policy.finding import FindingKind
from kaopu.decision.core.policy.policy_file import read_policy, write_policy
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import denied, needs
from kaopu.kernel.console.staff import names
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.http import HttpRequest, HttpResponse

    from kaopu.decision.core.policy.policy_file import PolicyFile

VIEWS = ("grid", "graph", "text")
TEXT_MOST = 2_000_000  # letters


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding in words: what it is called, where, and the sentence of the check."""

    kind: str
    node: str
    row: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Declared:
    """One input of the manifest."""

    label: str
    field: str
    hint: str


@dataclass(frozen=True, slots=True)
class About:
    """The manifest in the reader's language."""

    title: str
    rationale: str
    owner: str
    purpose: str
    valid_from: date
    valid_to: date | None
    outcomes: tuple[str, ...]
    inputs: tuple[Declared, ...]
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the history."""

    number: int
    by: str
    at: datetime | None
    state: str
    tone: str
    shown: bool
    compared: bool


@dataclass(frozen=True, slots=True)
class TableTab:
    """One table to choose. `faults` is how many findings name it."""

    id: str
    title: str
    rows: int
    faults: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class StudioPage:
    """The page as shown."""

    name: str
    about: About | None
    version: int
    version_state: str
    base: int
    answer: str
    view: str
    views: tuple[tuple[str, str], ...]
    may_edit: bool
    unsaved: bool
    text: str
    broken: str
    tabs: tuple[TableTab, ...]
    grid: table_edit.Grid | None
    drawing: graph_drawing.Drawing | None
    differences: tuple[table_edit.Difference, ...]
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]
    tests: int
    passed: int
    why_not: str
    cases: tuple[str, ...]
    case: int
    fields: tuple[one_case.CaseField, ...]
    answered: one_case.Answered | None
    case_wrong: str
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """What is on the bench: the document as typed, where it came from, and what is looked at."""

    versions: tuple[shelf.Kept, ...]
    version: shelf.Kept
    document: dict[str, Any]
    typed: dict[str, str]
    table: str
    view: str
    broken: str = ""
    text: str = ""


@needs(SEE_POLICIES)
def policy(request: HttpRequest, name: str) -> HttpResponse:
    """Show a version; with POST, act on what is typed."""
    versions = shelf.versions(name, system_clock().now())
    if not versions:
        raise Http404
    if request.method != "POST":
        chosen = _version(versions, request.GET.get("version", ""))
        view = request.GET.get("view", "grid")
        document = _document(chosen)
        work = Work(
            versions, chosen, document, {}, request.GET.get("table", ""), view if view in VIEWS else "grid",
            text=chosen.text,
        )  # fmt: skip
        return _show(request, work)
    work = _typed(request, versions)
    act, _colon, of = request.POST.get("act", "check").partition(":")
    of = request.POST.get("case", "") if act == "case" else of
    if act == "save":
        return _save(request, work)
    return _show(request, _acted(work, act, of), act)


def _version(versions: tuple[shelf.Kept, ...], number: str) -> shelf.Kept:
    found = next((one for one in versions if str(one.number) == number), None)
    if number and found is None:
        raise Http404
    return found or versions[0]


def _document(kept: shelf.Kept) -> dict[str, Any]:
    return table_edit.with_row_ids(read_policy(kept.text, kept.name).document)


def _typed(request: HttpRequest, versions: tuple[shelf.Kept, ...]) -> Work:
    """The document as posted, with the cells of the table that was shown typed into it."""
    version = _version(versions, request.POST.get("version", ""))
    text = request.POST.get("document", "")[:TEXT_MOST].replace("\r\n", "\n")
    view = request.POST.get("view", "grid")
    typed = {key: value for key, value in request.POST.items() if isinstance(value, str) and key.startswith("in.")}
    table = request.POST.get("table", "")
    try:
        document = table_edit.with_row_ids(read_policy(text, version.name).document)
    except (BadInput, KeyError, TypeError, AttributeError) as wrong:
        return Work(versions, version, _document(version), typed, table, "text", str(wrong), text)
    if view == "grid" and request.POST.getlist("row"):
        document = table_edit.typed_into(document, table, request.POST.getlist("row"), request.POST.getlist("cell"))
    return Work(versions, version, document, typed, table, view if view in VIEWS else "grid", text=text)


def _acted(work: Work, act: str, of: str) -> Work:
    if work.broken:
        return work
    document, table, view, typed = work.document, work.table, work.view, work.typed
    if act in {"add", "remove", "up", "down"}:
        document = table_edit.moved(document, table, act, int(of) if of.isdecimal() else 0)
    elif act == "table":
        table, view = of, "grid"
    elif act == "view" and of in VIEWS:
        view = of
    elif act == "case":
        policy = read_policy(json.dumps(document), work.version.name)
        at = int(of) if of.isdecimal() else 0
        if 0 < at <= len(policy.tests):
            typed = one_case.typed_of(policy.tests[at - 1].input, policy.manifest)
    return Work(work.versions, work.version, document, typed, table, view, text=write_policy(document))


def _save(request: HttpRequest, work: Work) -> HttpResponse:
    if not request.user.has_perm(EDIT_POLICY.permission):
        return denied(request, EDIT_POLICY)
    if work.broken:
        return _show(request, work, "save")
    if read_policy(json.dumps(work.document), "policy").digest == _digest(work.version):
        messages.info(
            request, _("Nothing differs from version %(n)d. Change a cell first.") % {"n": work.version.number}, "info"
        )
        return _show(request, work, "save")
    try:
        kept = shelf.save(work.document, by=f"staff:{request.user.pk}", now=system_clock().now())
    except BadInput as wrong:
        return _show(request, replace(work, view="text", broken=str(wrong)), "save")
    told = {"n": kept.version.number, "state": words.state(kept.state)[1]}
    messages.success(request, _("Kept as version %(n)d: %(state)s.") % told, "allowed" if kept.report.ok else "refer")
    return HttpResponseRedirect(reverse("policy", args=[kept.version.policy.name]))


def _digest(kept: shelf.Kept) -> str:
    return read_policy(json.dumps(_document(kept)), kept.name).digest


def _show(request: HttpRequest, work: Work, act: str = "") -> HttpResponse:
    policy = read_policy(json.dumps(work.document, ensure_ascii=False), work.version.name)
    report = check_policy(policy, shelf.SHIPPED)
    base = shelf.compared(work.versions)
    given, wrong = one_case.read(work.typed, policy.manifest)
    answered: one_case.Answered | str | None = None
    if act == "run" and not wrong and not work.broken:
        answered = one_case.run(policy, given, shelf.SHIPPED)
    by_node = Counter(each.node for each in report.findings)
    before = _document(base)
    failing = {each.row for each in report.findings if each.kind is FindingKind.FAILING_TEST}
    page = StudioPage(
        name=work.version.name,
        about=_about(policy),
        version=work.version.number,
        version_state=words.state(work.version.state)[1],
        base=base.number,
        answer=_answer(report, len(policy.tests), len(policy.tests) - len(failing)),
        view=work.view,
        views=(("grid", _("Grid")), ("graph", _("Graph")), ("text", _("As text"))),
        may_edit=request.user.has_perm(EDIT_POLICY.permission),
        unsaved=not work.broken and policy.digest != _digest(work.version),
        text=work.text if work.broken else write_policy(work.document),
        broken=work.broken,
        tabs=_tabs(work, by_node),
        grid=_grid(work, before, report),
        drawing=graph_drawing.draw(work.document, by_node) if work.view == "graph" else None,
        differences=table_edit.differences(work.document, before),
        faults=_faults(report.findings, work.document),
        notes=_faults(report.notes, work.document),
        tests=len(policy.tests),
        passed=len(policy.tests) - len(failing),
        why_not=report.why_not or "",
        cases=tuple(test.name for test in policy.tests),
        case=int(chosen) if (chosen := request.POST.get("case", "")).isdecimal() else 0,
        fields=one_case.fields(work.typed, policy.manifest, wrong if act == "run" else {}),
        answered=answered if isinstance(answered, one_case.Answered) else None,
        case_wrong=answered if isinstance(answered, str) else "",
        versions=_history(work, base),
    )
    life = life_of(request, work.version, work.versions, system_clock().now())
    return render(request, "decision/policy.html", {"page": page, "life": life}, status=422 if work.broken else 200)


def _answer(report: CheckReport, tests: int, passed: int) -> str:
    faults = len(report.findings)
    found = ngettext("%(n)d finding", "%(n)d findings", faults) % {"n": faults} if faults else _("No findings")
    return _("%(found)s; %(passed)d of %(tests)d tests pass.") % {"found": found, "passed": passed, "tests": tests}


def _about(policy: PolicyFile) -> About | None:
    manifest = policy.manifest
    if manifest is None:
        return None
    return About(
        title=words.words_of(manifest.title),
        rationale=words.words_of(manifest.rationale),
        owner=manifest.owner,
        purpose=str(words.PURPOSES[manifest.purpose]),
        valid_from=manifest.valid_from,
        valid_to=manifest.valid_to,
        outcomes=tuple(words.outcome(code)[2] for code in manifest.outcomes),
        inputs=tuple(
            Declared(words.label(one.label, one.field), one.field, one_case.hint(one)) for one in manifest.inputs
        ),
        reasons=tuple((code, words.words_of(text)) for code, text in manifest.reasons.items()),
    )


def _tabs(work: Work, by_node: Counter[str | None]) -> tuple[TableTab, ...]:
    chosen = table_edit.table(work.document, work.table)
    return tuple(
        TableTab(
            node["id"], node.get("name") or node["id"], len(node["content"].get("rules", [])), by_node[node["id"]],
            chosen is not None and chosen["id"] == node["id"],
        )
        for node in table_edit.tables(work.document)
    )  # fmt: skip


def _grid(work: Work, before: dict[str, Any], report: CheckReport) -> table_edit.Grid | None:
    node = table_edit.table(work.document, work.table)
    if node is None:
        return None
    found: dict[int | None, tuple[str, ...]] = {}
    for each in (*report.findings, *report.notes):
        if each.node == node["id"]:
            found[each.row] = (*found.get(each.row, ()), f"{words.finding(each.kind)}: {each.message}")
    old = next((one for one in table_edit.tables(before) if one["id"] == node["id"]), None)
    return table_edit.grid(node, old, found)


def _faults(findings: Any, document: dict[str, Any]) -> tuple[Fault, ...]:
    titles = {node["id"]: node.get("name") or node["id"] for node in document["nodes"]}
    return tuple(
        Fault(words.finding(each.kind), titles.get(each.node, each.node or ""), each.row, each.message)
        for each in findings
    )


def _history(work: Work, base: shelf.Kept) -> tuple[VersionLine, ...]:
    people = names({one.by for one in work.versions if one.by})
    return tuple(
        VersionLine(
            number=one.number,
            by=people.get(one.by, one.by),
            at=one.at,
            state=words.state(one.state)[1],
            tone=words.state(one.state)[0],
            shown=one.number == work.version.number,
            compared=one.number == base.number,
        )
        for one in work.versions
    )
