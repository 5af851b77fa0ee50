"""Rulebooks: which holds, which did, and a new one proposed with its difference and what last month would have been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaopu.conduct import rulebooks
from kaopu.conduct.actions.change_rulebook import PROPOSAL_KIND, propose_rulebook
from kaopu.conduct.attempts import impact_of
from kaopu.conduct.console.rights import CHANGE_RULES, SEE_PERMITS
from kaopu.conduct.models import RulebookVersion
from kaopu.kernel import approval
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest, HttpResponse

MONTH = timedelta(days=30)
# Judged again while the page waits; the whole month goes through `kaopu conduct attempts` and `rejudge`.
ATTEMPTS_MOST = 2_000
FILE_BYTES_MAX, FILES_MOST = 400_000, 40


@dataclass(frozen=True, slots=True)
class Version:
    """One rulebook in the list."""

    digest: str
    effective_from: datetime
    author: str
    approver: str
    shipped: bool
    holds: bool
    files: int
    rules: int


@dataclass(frozen=True, slots=True)
class RulebooksPage:
    """The list as shown."""

    answer: str
    versions: tuple[Version, ...]
    waiting: tuple[tuple[UUID, str], ...]
    may_propose: bool
    day: str
    error: str
    attempts_most: int


@needs(SEE_PERMITS)
def rulebooks_page(request: HttpRequest) -> HttpResponse:
    """Which rules hold."""
    return _show(request)


@require_POST
@needs(CHANGE_RULES)
def rulebook_propose(request: HttpRequest) -> HttpResponse:
    """Propose uploaded TOML files from a day on; what they change is shown where it is decided."""
    now = system_clock().now()
    try:
        files, begins = _files(request.FILES.getlist("files")), _begins(request.POST.get("day", ""))
        rulebooks.rulebook_of(files)
        proposal = propose_rulebook(
            files, effective_from=begins, actor=f"staff:{request.user.pk}", now=now,
            impact=impact_of(files, now - MONTH, now, ATTEMPTS_MOST),
        )  # fmt: skip
    except BadInput as wrong:
        return _show(request, error=str(wrong))
    return HttpResponseRedirect(reverse("approval", args=[proposal]))


def _files(given: list[UploadedFile]) -> dict[str, str]:
    if not given or len(given) > FILES_MOST or any((each.size or 0) > FILE_BYTES_MAX for each in given):
        raise BadInput(_("Choose the TOML files of the whole rulebook, 400 kB each at most."))
    try:
        return {str(each.name): each.read().decode() for each in given}
    except UnicodeDecodeError:
        raise BadInput(_("A file is no text in UTF-8.")) from None


def _begins(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise BadInput(_("Choose the day from which the rules hold.")) from None


def _show(request: HttpRequest, *, error: str = "") -> HttpResponse:
    now = system_clock().now()
    held = rulebooks.version_at(now)
    rows = RulebookVersion.objects.order_by("-effective_from", "-id")
    versions = tuple(_version(row, holds=row.pk == held.pk) for row in rows)
    waiting = approval.waiting(now, PROPOSAL_KIND)
    page = RulebooksPage(
        answer=_answer(next(each for each in versions if each.holds)),
        versions=versions,
        waiting=tuple(
            (each.id, figures.instant(datetime.fromisoformat(each.value["effective_from"]))) for each in waiting
        ),
        may_propose=request.user.has_perm(CHANGE_RULES.permission),
        day=request.POST.get("day", ""),
        error=error,
        attempts_most=ATTEMPTS_MOST,
    )
    return render(request, "conduct/rulebooks.html", {"page": page}, status=422 if error else 200)


def _answer(held: Version) -> str:
    if held.shipped:
        return _("The rulebook of this release holds: %(n)s rules.") % {"n": figures.number(held.rules)}
    return _("Since %(day)s a rulebook of this lender holds: %(n)s rules.") % {
        "day": figures.instant(held.effective_from), "n": figures.number(held.rules),
    }  # fmt: skip


def _version(row: RulebookVersion, *, holds: bool) -> Version:
    return Version(
        row.digest[:12], row.effective_from, row.author, row.approver, row.shipped, holds, len(row.files),
        len(rulebooks.rules_of(row).rules),
    )  # fmt: skip
