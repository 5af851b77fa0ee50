"""Decisions that were taken: a list with filters, and one with its reasons, masked until a reason lifts the mask."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from kaopu.decision.console import one_case
from kaopu.decision.console import policy_words as words
from kaopu.decision.console.policy_rights import REVEAL_DECISION, SEE_DECISIONS
from kaopu.decision.core.policy.policy_file import PolicyFile, read_policy
from kaopu.decision.engines.compiled import engine_of
from kaopu.decision.models import Decision
from kaopu.decision.store import open_record
from kaopu.kernel import audit
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.errors import BadInput
from kaopu.party.core.party import RevealReason

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

PAGE_ROWS = 50
MASK = "•••"
REASONS = {
    RevealReason.CUSTOMER_REQUEST: gettext_lazy("the customer asked"),
    RevealReason.DISPUTE: gettext_lazy("a dispute"),
    RevealReason.FRAUD_CHECK: gettext_lazy("a check for fraud"),
    RevealReason.CORRECTION: gettext_lazy("to correct the record"),
    RevealReason.LEGAL_DUTY: gettext_lazy("a duty by law"),
}


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision in the list."""

    id: UUID
    at: datetime
    policy: str
    version: int | None
    tone: str
    sign: str
    outcome: str
    reasons: str


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    """The list as shown."""

    answer: str
    rows: tuple[DecisionRow, ...]
    policies: tuple[tuple[str, bool], ...]
    outcomes: tuple[tuple[str, str, bool], ...]
    since: str
    party: str
    narrowed: bool
    number: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """One decision as shown. `replayed`: "" not asked, else same, differs or nothing."""

    id: UUID
    row: Decision
    version: int | None
    tone: str
    sign: str
    outcome: str
    reasons: tuple[one_case.Reason, ...]
    inputs: tuple[tuple[str, str, str], ...]
    output: tuple[tuple[str, str], ...]
    steps: tuple[one_case.Step, ...]
    took: str
    models: tuple[tuple[str, str], ...]
    revealed: bool
    may_reveal: bool
    reveal_reasons: tuple[tuple[str, str], ...]
    error: str
    replayed: str
    replay_words: str


@needs(SEE_DECISIONS)
def decisions(request: HttpRequest) -> HttpResponse:
    """The list, the newest first."""
    chosen = {key: request.GET.get(key, "").strip()[:80] for key in ("policy", "outcome", "since", "party")}
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isdecimal() and 0 < int(asked) < 1_000_000 else 1
    start = (number - 1) * PAGE_ROWS
    found = list(_found(chosen)[start : start + PAGE_ROWS + 1])
    pairs = {key: value for key, value in chosen.items() if value}
    page = DecisionsPage(
        answer=_answer(),
        rows=tuple(_row(each) for each in found[:PAGE_ROWS]),
        policies=tuple((name, name == chosen["policy"]) for name in _names()),
        outcomes=tuple((code, words.outcome(code)[2], code == chosen["outcome"]) for code in words.OUTCOMES),
        since=chosen["since"],
        party=chosen["party"],
        narrowed=bool(pairs),
        number=number,
        before=urlencode({**pairs, "page": number - 1}) if number > 1 else "",
        after=urlencode({**pairs, "page": number + 1}) if len(found) > PAGE_ROWS else "",
    )
    return render(request, "decision/decisions.html", {"page": page})


def _names() -> tuple[str, ...]:
    return tuple(Decision.objects.order_by("policy_name").values_list("policy_name", flat=True).distinct()[:200])


def _found(chosen: dict[str, str]) -> QuerySet[Decision]:
    rows = Decision.objects.select_related("version").defer("record_sealed")
    exact = {"policy": "policy_name", "outcome": "outcome", "party": "party"}
    rows = rows.filter(**{field: chosen[key] for key, field in exact.items() if chosen[key]})
    try:
        since = date.fromisoformat(chosen["since"]) if chosen["since"] else None
    except ValueError:
        since = None
    if since:
        rows = rows.filter(at__gte=datetime.combine(since, time(), UTC))
    return rows.order_by("-at", "-id")


def _answer() -> str:
    since = system_clock().now() - timedelta(days=1)
    counted = dict(Decision.objects.filter(at__gte=since).values_list("outcome").annotate(Count("id")))
    total = sum(counted.values())
    text = ngettext("%(n)d decision in the last 24 hours", "%(n)d decisions in the last 24 hours", total) % {"n": total}
    parts = [f"{words.outcome(code)[2]} {count}" for code, count in sorted(counted.items())]
    return text + (_(": %(parts)s.") % {"parts": _(", ").join(parts)} if parts else _("."))


def _row(row: Decision) -> DecisionRow:
    policy = _policy(row)
    manifest = policy.manifest if policy else None
    tone, sign, outcome = words.outcome(row.outcome)
    said = [words.reason(code, manifest) for code in row.reasons[:2]]
    return DecisionRow(
        row.pk,
        row.at,
        row.policy_name,
        row.version.number if row.version else None,
        tone,
        sign,
        outcome,
        ("" if figures.chinese() else " ").join(said),
    )


def _policy(row: Decision) -> PolicyFile | None:
    if row.version is None:
        return None
    try:
        return engine_of(row.version.pk, row.digest).policy
    except BadInput:
        return read_policy(row.version.text, row.policy_name)


@needs(SEE_DECISIONS)
def decision(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """One decision with the mask on; `?replay=1` takes it again, beside it, and says whether the answer is the same."""
    return _show(request, decision_id, replay=request.GET.get("replay") == "1")


@require_POST
@needs(REVEAL_DECISION)
def decision_reveal(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """The page once without the mask; the reason is written down before anything is shown."""
    try:
        reason = RevealReason(request.POST.get("reason", ""))
    except ValueError:
        return _show(request, decision_id, error=_("Choose a reason."))
    if not Decision.objects.filter(pk=decision_id).exists():
        raise Http404
    audit.record(
        act="decision.revealed", subject=f"decision:{decision_id}", actor=f"staff:{request.user.pk}",
        at=system_clock().now(), details={"reason": str(reason)},
    )  # fmt: skip
    response = _show(request, decision_id, revealed=True)
    response["Cache-Control"] = "no-store"
    return response


def _show(
    request: HttpRequest, decision_id: UUID, *, revealed: bool = False, replay: bool = False, error: str = ""
) -> HttpResponse:
    row = Decision.objects.select_related("version").filter(pk=decision_id).first()
    if row is None:
        raise Http404
    record, policy = open_record(row), _policy(row)
    manifest = policy.manifest if policy else None
    tone, sign, outcome = words.outcome(row.outcome)
    replayed, replay_words = _replayed(row, record) if replay else ("", "")
    steps = one_case.steps(policy, record.get("trace")) if policy else ()
    page = DecisionPage(
        id=row.pk,
        row=row,
        version=row.version.number if row.version else None,
        tone=tone,
        sign=sign,
        outcome=outcome,
        reasons=tuple(one_case.Reason(code, words.reason(code, manifest)) for code in row.reasons),
        inputs=tuple(_inputs(record["input"], manifest, masked=not revealed)),
        output=tuple((key, _text(value)) for key, value in (record.get("output") or {}).items())
        if revealed and isinstance(record.get("output"), dict)
        else (),
        steps=tuple(one if revealed else one_case.Step(one.title, one.row, MASK, one.took) for one in steps),
        took=f"{row.latency_us / 1000:.1f} ms",
        models=tuple((name, str(version)) for name, version in row.model_versions.items()),
        revealed=revealed,
        may_reveal=request.user.has_perm(REVEAL_DECISION.permission),
        reveal_reasons=tuple((code.value, str(said)) for code, said in REASONS.items()),
        error=error,
        replayed=replayed,
        replay_words=replay_words,
    )
    return render(request, "decision/decision.html", {"page": page}, status=422 if error else 200)


def _inputs(given: Any, manifest: Any, *, masked: bool, above: str = "") -> list[tuple[str, str, str]]:
    """Name, field and value of each input; a masked one still says whether it was there."""
    found: list[tuple[str, str, str]] = []
    for key, value in given.items() if isinstance(given, dict) else ():
        field = f"{above}{key}"
        declared = manifest.input(field) if manifest else None
        if isinstance(value, dict) and declared is None:
            found += _inputs(value, manifest, masked=masked, above=f"{field}.")
            continue
        shown = _("unknown") if value is None else MASK if masked and field != "as_of" else _text(value)
        found.append((words.label(declared.label, field) if declared else field, field, shown))
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _replayed(row: Decision, record: dict[str, Any]) -> tuple[str, str]:
    if row.version is None:
        return "nothing", _("No version answered, so there is nothing to take again.")
    try:
        again = engine_of(row.version.pk, row.digest).decide(record["input"])
    except BadInput as wrong:
        return "differs", str(wrong)
    before = (row.outcome, tuple(row.reasons), record.get("output"))
    if (again.outcome, again.reasons, again.output) == before:
        return "same", _("Taken again with the same version and inputs: the same answer.")
    return "differs", _("Taken again, the answer differs: %(outcome)s, %(reasons)s.") % {
        "outcome": words.outcome(again.outcome)[2], "reasons": ", ".join(again.reasons) or _("none"),
    }  # fmt: skip
