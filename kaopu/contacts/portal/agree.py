"""From yes to done: channels, hours and language; one's own number; the code that came to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from kaopu.contacts.actions import accept as accepting
from kaopu.contacts.actions.accept import Accepted, accept
from kaopu.contacts.actions.judge_code import TypedCode
from kaopu.contacts.actions.send_code import CodeSent, send_code
from kaopu.contacts.core.held_data import CHANNELS, LANGUAGES, Choices, Hours
from kaopu.contacts.core.invitation import LinkKind
from kaopu.contacts.core.one_time_code import CodePurpose, Verdict
from kaopu.contacts.portal import drafts, words
from kaopu.contacts.portal.door import Problem, language, opened_by, show
from kaopu.kernel.clock import system_clock
from kaopu.party.core.points import PointKind

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.contacts.models import Link


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen. Nothing is chosen before the person does."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ChoicesPage:
    """Channels, hours and language. `changing`: the person agreed before."""

    channels: tuple[Option, ...]
    hours: tuple[Option, ...]
    languages: tuple[Option, ...]
    changing: bool = False


@dataclass(frozen=True, slots=True)
class NumberPage:
    """Where a number or an address is typed, and what for."""

    heading: str
    why: str
    back: str
    typed: str = ""
    kind: str = "tel"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class CodePage:
    """Where the code is typed. `address` is masked; `back`: where another number can be typed."""

    address: str
    back: str
    typed: str = ""
    next_words: str = field(default="")


def choices_page(chosen: Any, *, changing: bool = False) -> ChoicesPage:
    """With what was chosen so far: a mapping of lists and words, from a form or a draft."""
    return ChoicesPage(
        tuple(Option(code, str(words.CHANNELS[code]), code in chosen.get("channels", ())) for code in CHANNELS),
        tuple(Option(code, str(words.HOURS[code]), code == chosen.get("hours")) for code in Hours),
        tuple(Option(code, words.LANGUAGES[code], code == chosen.get("language", language())) for code in LANGUAGES),
        changing,
    )


def read_choices(request: HttpRequest) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """What the form says, and what is missing in it."""
    chosen = {
        "channels": [code for code in CHANNELS if code in request.POST.getlist("channels")],
        "hours": request.POST.get("hours", ""),
        "language": request.POST.get("language", ""),
    }
    problems = []
    if not chosen["channels"]:
        problems.append(Problem("channels", _("Choose at least one way: phone call or text message.")))
    if chosen["hours"] not in list(Hours):
        problems.append(Problem("hours", _("Choose the time of day.")))
    if chosen["language"] not in LANGUAGES:
        problems.append(Problem("language", _("Choose a language.")))
    return chosen, tuple(problems)


def as_choices(chosen: dict[str, Any]) -> Choices:
    """The core's value. Raises ValueError for a draft that no form of ours wrote."""
    return Choices(tuple(chosen["channels"]), Hours(chosen["hours"]), chosen["language"])


@opened_by(LinkKind.INVITATION)
def choices(request: HttpRequest, link: Link) -> HttpResponse:
    """Step 1 of 3."""
    if request.method != "POST":
        return show(request, "choices", choices_page(drafts.load(request, link).get("choices", {})))
    chosen, problems = read_choices(request)
    if problems:
        return show(request, "choices", choices_page(chosen), problems=problems, status=422)
    response = HttpResponseRedirect(request.path.removesuffix("choices") + "number")
    drafts.save(response, request, link, {"choices": chosen})
    return response


@opened_by(LinkKind.INVITATION)
def number(request: HttpRequest, link: Link) -> HttpResponse:
    """Step 2 of 3: the person types their own number; it goes back to their browser, sealed, and nowhere else."""
    draft, here = drafts.load(request, link), request.path.removesuffix("number")
    if "choices" not in draft:
        return HttpResponseRedirect(f"{here}choices")
    page = NumberPage(
        _("Your own mobile number"), _("We send one code to it, to be sure that it is yours."), f"{here}choices",
        request.POST.get("number", "")[:40], hint=_("We keep it only once you have entered the code."),
    )  # fmt: skip
    if request.method != "POST":
        return show(request, "number", page)
    sent = send_code(
        link, CodePurpose.ACCEPT, PointKind.PHONE, page.typed, language=language(), now=system_clock().now()
    )
    if not isinstance(sent, CodeSent):
        return show(request, "number", page, problems=(Problem("number", words.not_sent(sent)),), status=422)
    response = HttpResponseRedirect(f"{here}code")
    drafts.save(response, request, link, {**draft, "code": str(sent.code_id), "ticket": sent.ticket})
    return response


@opened_by(LinkKind.INVITATION)
def code(request: HttpRequest, link: Link) -> HttpResponse:
    """Step 3 of 3: the code. Right, and the person's own page opens."""
    draft, here = drafts.load(request, link), request.path.removesuffix("code")
    if "code" not in draft or "choices" not in draft:
        return HttpResponseRedirect(f"{here}choices")
    page = CodePage("", f"{here}number", request.POST.get("code", "")[:20])
    if request.method != "POST":
        return show(request, "code", page)
    typed = TypedCode(UUID(draft["code"]), draft["ticket"], page.typed)
    outcome = accept(
        link, typed, as_choices(draft["choices"]), now=system_clock().now(),
        same_device=drafts.is_device_of(request, link.contact.borrower_id),
    )  # fmt: skip
    if not isinstance(outcome, Accepted):
        return show(request, "code", page, problems=(Problem("code", _why(outcome)),), status=422)
    response = HttpResponseRedirect(f"/c/{outcome.own_token}/")
    drafts.clear(response, request)
    return response


def _why(outcome: Verdict | accepting.Refusal) -> str:
    if isinstance(outcome, Verdict):
        return str(words.CODE_WRONG[outcome])
    if outcome == accepting.Refusal.AGREED_ALREADY:
        return _("You agreed to this before, with another link. Nothing more is needed.")
    return _("This link does not open any more. Ask the person who sent it for a new one.")
