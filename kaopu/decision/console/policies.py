"""The list of policies: what each is for, which version decides, what was edited since."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kaopu.decision.console import policy_shelf as shelf
from kaopu.decision.console import policy_words as words
from kaopu.decision.console.policy_rights import EDIT_POLICY, SEE_POLICIES
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.models import Decision, Policy, PolicyStep
from kaopu.decision.policy_store import is_stopped
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

FILE_MOST = 2_000_000  # bytes


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One policy. `drafts` are versions after the one that is compared against."""

    name: str
    title: str
    purpose: str
    version: int
    state: str
    tone: str
    drafts: int
    backtested: datetime | None
    today: int
    stopped: bool
    tests: int


@dataclass(frozen=True, slots=True)
class PoliciesPage:
    """The list as shown."""

    answer: str
    rows: tuple[PolicyRow, ...]
    may_edit: bool
    wrong: str


@needs(SEE_POLICIES)
def policies(request: HttpRequest) -> HttpResponse:
    """All policies by name."""
    return _show(request)


@require_POST
@needs(EDIT_POLICY)
def policy_upload(request: HttpRequest) -> HttpResponse:
    """A policy file becomes the next draft of the policy that its manifest names."""
    file = request.FILES.get("file")
    if file is None or not file.size or file.size > FILE_MOST:
        return _show(request, _("Choose a policy file, at most 2 MB."))
    try:
        document = dict(read_policy(file.read().decode("utf-8"), file.name or "policy").document)
        kept = shelf.save(document, by=f"staff:{request.user.pk}", now=system_clock().now())
    except (BadInput, UnicodeDecodeError, json.JSONDecodeError) as wrong:
        return _show(request, str(wrong))
    told = {"n": kept.version.number, "state": words.state(kept.state)[1]}
    messages.success(request, _("Kept as version %(n)d: %(state)s.") % told, "allowed" if kept.report.ok else "refer")
    return HttpResponseRedirect(reverse("policy", args=[kept.version.policy.name]))


def _show(request: HttpRequest, wrong: str = "") -> HttpResponse:
    now = system_clock().now()
    today = dict(
        Decision.objects.filter(at__gte=datetime.combine(now.date(), time(), UTC))
        .values_list("policy_name")
        .annotate(Count("id"))
    )
    rows = tuple(_row(shelf.versions(name, now), today) for name in shelf.names())
    drafts = sum(1 for row in rows if row.drafts)
    answer = ngettext("%(n)d policy", "%(n)d policies", len(rows)) % {"n": len(rows)}
    if drafts:
        answer += ngettext("; %(n)d has drafts.", "; %(n)d have drafts.", drafts) % {"n": drafts}
    page = PoliciesPage(answer, rows, request.user.has_perm(EDIT_POLICY.permission), wrong)
    return render(request, "decision/policies.html", {"page": page}, status=422 if wrong else 200)


def _row(versions: tuple[shelf.Kept, ...], today: dict[str, int]) -> PolicyRow:
    base = shelf.compared(versions)
    policy = read_policy(base.text, base.name)
    manifest = policy.manifest
    tone, state = words.state(base.state)
    row = Policy.objects.filter(name=base.name).first()
    steps = PolicyStep.objects.filter(version__policy=row, state="back-tested", details__has_key="result")
    return PolicyRow(
        name=base.name,
        title=words.words_of(manifest.title) if manifest else base.name,
        purpose=str(words.PURPOSES[manifest.purpose]) if manifest else _("none"),
        version=base.number,
        state=state,
        tone=tone,
        drafts=sum(1 for one in versions if one.number > base.number),
        backtested=steps.order_by("-id").values_list("at", flat=True).first() if row else None,
        today=today.get(base.name, 0),
        stopped=row is not None and is_stopped(row),
        tests=len(policy.tests),
    )
