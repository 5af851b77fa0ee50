"""What was said to persons and by them: a list without texts, and one person's conversation for a written reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kaopu.conduct.console import words
from kaopu.conduct.store import judgement_of
from kaopu.kernel import audit
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import needs
from kaopu.outreach import store
from kaopu.outreach.console.rights import READ_CONVERSATIONS, SEE_MESSAGES
from kaopu.outreach.models import Message

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

PAGE_ROWS = 50
STATES = {
    "sending": gettext_lazy("being sent"),
    "accepted": gettext_lazy("handed over"),
    "delivered": gettext_lazy("delivered"),
    "bounced": gettext_lazy("came back"),
    "invalid": gettext_lazy("number not in service"),
    "no-answer": gettext_lazy("no answer"),
    "not-sent": gettext_lazy("not sent, not counted"),
    "unknown": gettext_lazy("may have been sent, counted"),
    "notice": gettext_lazy("message left"),
    "conversation": gettext_lazy("talked"),
    "talked": gettext_lazy("talked"),
    "wrong-number": gettext_lazy("wrong number"),
    "asked-to-stop": gettext_lazy("asked to stop"),
    "hard-times": gettext_lazy("hard times"),
    "disputes": gettext_lazy("disputes it"),
    "message-left": gettext_lazy("message left"),
    "not-in-service": gettext_lazy("number not in service"),
    "reply": gettext_lazy("a reply"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One message. `text` is "" in the list, and once its time of keeping was over."""

    at: datetime
    sign: str
    direction: str
    person: str
    role: str
    channel: str
    purpose: str
    state: str
    judgement: UUID | None
    text: str
    keep_until: date


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """The list, or one person's conversation, as shown."""

    person: str
    lines: tuple[Line, ...]
    shown: bool
    may_read: bool
    reasons: tuple[tuple[str, str], ...]
    error: str
    number: int
    before: str
    after: str


@needs(SEE_MESSAGES)
def messages(request: HttpRequest) -> HttpResponse:
    """The list, the newest first, of all or of one person; no texts."""
    return _show(request, request.GET.get("person", "").strip()[:80])


@require_POST
@needs(READ_CONVERSATIONS)
def conversation(request: HttpRequest) -> HttpResponse:
    """One person's conversation with its texts, once; the reason is written down before anything is shown."""
    person, reason = request.POST.get("person", "").strip()[:80], request.POST.get("reason", "")
    if reason not in words.FACT_REASONS or not person:
        return _show(request, person, error=_("Choose a reason."))
    audit.record(
        act="outreach.conversation_read", subject=person, actor=f"staff:{request.user.pk}", at=system_clock().now(),
        details={"reason": reason},
    )  # fmt: skip
    response = _show(request, person, shown=True)
    response["Cache-Control"] = "no-store"
    return response


def _show(request: HttpRequest, person: str, *, shown: bool = False, error: str = "") -> HttpResponse:
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isdecimal() and 0 < int(asked) < 1_000_000 else 1
    start = (number - 1) * PAGE_ROWS
    rows = Message.objects.prefetch_related("steps").order_by("-at", "-id")
    found = list((rows.filter(person=person) if person else rows)[start : start + PAGE_ROWS + 1])
    pairs = {"person": person} if person else {}
    page = MessagesPage(
        person=person,
        lines=tuple(_line(row, with_text=shown) for row in found[:PAGE_ROWS]),
        shown=shown,
        may_read=bool(person) and request.user.has_perm(READ_CONVERSATIONS.permission),
        reasons=tuple((code, str(said)) for code, said in words.FACT_REASONS.items()),
        error=error,
        number=number,
        before=urlencode({**pairs, "page": number - 1}) if number > 1 else "",
        after=urlencode({**pairs, "page": number + 1}) if len(found) > PAGE_ROWS else "",
    )
    return render(request, "outreach/messages.html", {"page": page}, status=422 if error else 200)


def _line(row: Message, *, with_text: bool) -> Line:
    out = row.direction == "out"
    last = max(row.steps.all(), key=lambda step: step.pk).state
    return Line(
        at=row.at, sign="→" if out else "←", direction=_("to them") if out else _("from them"), person=row.person,
        role=words.word(words.ROLES, row.role), channel=words.word(words.CHANNELS, row.channel),
        purpose=words.word(words.PURPOSES, row.purpose), state=words.word(STATES, last),
        judgement=judgement_of(row.permit) if row.permit else None,
        text=(store.body_of(row) or "") if with_text else "", keep_until=row.keep_until,
    )  # fmt: skip
