"""Texts of messages: each in both languages side by side, with its level; a new version proposed as TOML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kaopu.conduct.console import words
from kaopu.kernel import approval
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.errors import BadInput
from kaopu.outreach import store
from kaopu.outreach.actions.change_template import PROPOSAL_KIND, propose_template
from kaopu.outreach.console.rights import CHANGE_TEMPLATES, SEE_MESSAGES

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from kaopu.outreach.core.template import Template

TEXT_LENGTH_MAX = 8_000
HTML_LANGUAGE = {"zh": "zh-Hans", "en": "en"}


@dataclass(frozen=True, slots=True)
class Said:
    """One language of a text."""

    language: str
    html_language: str
    version: int
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """One text. `fixed`: only a release changes it."""

    code: str
    level: str
    roles: str
    purposes: str
    fixed: bool
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class TemplatesPage:
    """The texts as shown."""

    answer: str
    texts: tuple[Text, ...]
    waiting: tuple[tuple[UUID, str], ...]
    may_change: bool
    toml: str
    error: str


@needs(SEE_MESSAGES)
def templates(request: HttpRequest) -> HttpResponse:
    """Every text in use."""
    return _show(request)


@require_POST
@needs(CHANGE_TEMPLATES)
def template_propose(request: HttpRequest) -> HttpResponse:
    """Propose the next version of a text."""
    toml = request.POST.get("toml", "")[:TEXT_LENGTH_MAX]
    try:
        propose_template(toml, actor=f"staff:{request.user.pk}", now=system_clock().now())
    except BadInput as wrong:
        return _show(request, toml=toml, error=str(wrong))
    messages.success(request, _("Proposed. Another person decides under Approvals."))
    return HttpResponseRedirect(reverse("outreach_templates"))


def _show(request: HttpRequest, *, toml: str = "", error: str = "") -> HttpResponse:
    by_code: dict[str, list[Template]] = {}
    for each in store.templates():
        by_code.setdefault(each.code, []).append(each)
    waiting = approval.waiting(system_clock().now(), PROPOSAL_KIND)
    page = TemplatesPage(
        answer=_answer(by_code),
        texts=tuple(_text(each) for each in by_code.values()),
        waiting=tuple((each.id, f"{each.value['code']} {each.value['language']}") for each in waiting),
        may_change=request.user.has_perm(CHANGE_TEMPLATES.permission),
        toml=toml,
        error=error,
    )
    return render(request, "outreach/templates.html", {"page": page}, status=422 if error else 200)


def _answer(by_code: dict[str, list[Template]]) -> str:
    to_contacts = sum("contact" in found[0].roles for found in by_code.values())
    total = len(by_code)
    said = ngettext("%(n)d text in use", "%(n)d texts in use", total) % {"n": total}
    return said + _("; %(contacts)d to contacts, none of which tells of a debt.") % {"contacts": to_contacts}


def _text(found: list[Template]) -> Text:
    first, comma = found[0], _(", ")
    return Text(
        code=first.code,
        level=words.word(words.CONTENTS, first.level),
        roles=comma.join(words.word(words.ROLES, role) for role in first.roles),
        purposes=comma.join(words.word(words.PURPOSES, purpose) for purpose in first.purposes),
        fixed=first.code.startswith("contact-"),
        said=tuple(
            Said(each.language, HTML_LANGUAGE[each.language], each.version, each.subject, each.text)
            for each in sorted(found, key=lambda one: one.language, reverse=True)
        ),
    )
