"""The list of policies: what each is for, which version decides, what was edited since."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
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
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

FILE_MOST = 2_000_000  # bytes


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One policy. `drafts` are versions after the one compared against."""

    name: str
    title: str
    purpose: str
    owner: str
    version: int
    state: str
    drafts: int
    valid_from: date | None
    valid_to: date | None
    inputs: int
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
        kept = shelf.save(document, after=0, by=f"staff:{request.user.pk}", at=system_clock().now())
    except (BadInput, UnicodeDecodeError, json.JSONDecodeError) as wrong:
        return _show(request, str(wrong))
    messages.success(request, _("Kept as version %(n)d, a draft.") % {"n": kept.number}, "allowed")
    return HttpResponseRedirect(reverse("policy", args=[kept.name]))


def _show(request: HttpRequest, wrong: str = "") -> HttpResponse:
    rows = tuple(_row(shelf.versions(name)) for name in shelf.names())
    drafts = sum(1 for row in rows if row.drafts)
    answer = ngettext("%(n)d policy", "%(n)d policies", len(rows)) % {"n": len(rows)}
    if drafts:
        answer += ngettext("; %(n)d has drafts.", "; %(n)d have drafts.", drafts) % {"n": drafts}
    page = PoliciesPage(answer, rows, request.user.has_perm(EDIT_POLICY.permission), wrong)
    return render(request, "decision/policies.html", {"page": page}, status=422 if wrong else 200)


def _row(versions: tuple[shelf.Kept, ...]) -> PolicyRow:
    base = shelf.compared(versions)
    policy = read_policy(base.text, base.name)
    manifest = policy.manifest
    return PolicyRow(
        name=base.name,
        title=words.words_of(manifest.title) if manifest else base.name,
        purpose=str(words.PURPOSES[manifest.purpose]) if manifest else _("none"),
        owner=manifest.owner if manifest else "",
        version=base.number,
        state=_("shipped") if base.shipped else _("draft"),
        drafts=sum(1 for one in versions if one.number > base.number),
        valid_from=manifest.valid_from if manifest else None,
        valid_to=manifest.valid_to if manifest else None,
        inputs=len(manifest.inputs) if manifest else 0,
        tests=len(policy.tests),
    )
