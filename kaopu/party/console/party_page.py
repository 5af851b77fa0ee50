"""One party: what is known, who gave it, what was agreed, who verified it. Masked; a reason opens one thing once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaopu.kernel.console import figures
from kaopu.party import store
from kaopu.party.console import words
from kaopu.party.console.rights import REVEAL_NAME
from kaopu.party.core.verification import standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpRequest

    from kaopu.party.core.consents import Consent
    from kaopu.party.core.party import PartyView
    from kaopu.party.core.points import PointView
    from kaopu.party.core.records import DocumentView, VerificationView

# How old an answer of a channel may be and still count; numbers are given to somebody else after months.
COUNTS_DAYS = 180


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a select."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: what it is, its value with stars (or once in full), and where it stands."""

    id: int
    kind: str
    value: str
    given_by: str
    note: str
    since: datetime
    tone: str
    state: str
    witnesses: str = ""


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """What was agreed, under which words."""

    purpose: str
    channel: str
    text_version: str
    granted_at: datetime
    tone: str
    state: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What a channel said."""

    at: datetime
    about: str
    channel: str
    provider: str
    tone: str
    result: str
    why: str


@dataclass(frozen=True, slots=True)
class PartyPage:
    """The page as shown."""

    party_id: int
    name: str
    kind: str
    source: str
    answer: str
    erased: bool
    points: tuple[Line, ...]
    papers: tuple[Line, ...]
    addresses: tuple[Line, ...]
    employers: tuple[Line, ...]
    consents: tuple[ConsentLine, ...]
    answers: tuple[AnswerLine, ...]
    facts: tuple[tuple[str, str], ...]
    may_reveal: bool
    things: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    chosen: str
    revealed: str
    proof: str
    error: str


def build(
    request: HttpRequest,
    person: PartyView,
    now: datetime,
    *,
    erased: bool,
    chosen: str = "",
    full: str = "",
    error: str = "",
) -> PartyPage:
    """Everything that is known of `person`. `chosen` ("point:7") is the thing shown in `full` this once."""
    points, papers = store.points(person.id), store.documents(person.id)
    said = store.verifications(person.id)
    consents = store.consents(person.id)
    shown = {chosen: full} if full else {}
    point_lines = tuple(_point(each, said, now, shown) for each in points)
    paper_lines = tuple(_paper(each, said, now, shown) for each in papers)
    addresses, employers = _addresses(person.id, shown), _employers(person.id, shown)
    things = [
        *(("point", line) for line in point_lines),
        *(("document", line) for line in paper_lines),
        *(("address", line) for line in addresses),
        *(("employment", line) for line in employers),
    ]
    return PartyPage(
        party_id=person.id,
        name=person.name or _("no name"),
        kind=str(words.KINDS.get(person.kind, person.kind)),
        source=person.source or _("entered here"),
        answer=_answer(point_lines, consents, erased=erased),
        erased=erased,
        points=point_lines,
        papers=paper_lines,
        addresses=addresses,
        employers=employers,
        consents=tuple(_consent(each) for each in reversed(consents)),
        answers=tuple(_said(each) for each in reversed(said)),
        facts=_facts(person.id),
        may_reveal=request.user.has_perm(REVEAL_NAME.permission),
        things=(
            *(Choice(f"{kind}:{line.id}", f"{line.kind} {line.value}") for kind, line in things if line.value),
            *(Choice(f"consent:{each.id}", _proof_of(each)) for each in consents),
        ),
        reasons=tuple(Choice(code.value, str(text)) for code, text in words.REASONS.items()),
        chosen=chosen,
        revealed=full,
        proof=full if chosen.startswith("consent:") else "",
        error=error,
    )


def _answer(points: Iterable[Line], consents: Iterable[Consent], *, erased: bool) -> str:
    if erased:
        return _("Erased: nothing can be opened but what a law orders to keep.")
    live = sum(line.tone == "allowed" for line in points)
    agreed = sum(each.withdrawn_at is None for each in consents)
    ways = ngettext("%(n)d way to be reached", "%(n)d ways to be reached", live) % {"n": live}
    leave = ngettext("%(n)d consent in force", "%(n)d consents in force", agreed) % {"n": agreed}
    return _("%(ways)s, %(consents)s.") % {"ways": ways, "consents": leave}


def _point(view: PointView, said: list[VerificationView], now: datetime, shown: dict[str, str]) -> Line:
    about = [each for each in said if each.point_id == view.id]
    note = " ".join(str(part) for part in (view.segment, words.CARRIERS.get(view.carrier_type, "")) if part)
    return Line(
        id=view.id,
        kind=str(words.POINT_KINDS.get(view.kind, view.kind)),
        value=shown.get(f"point:{view.id}", view.masked_value),
        given_by=str(words.SOURCES.get(view.source, view.source)),
        note=note,
        since=view.created_at,
        tone="allowed" if view.ended_at is None else "refused",
        state=_state(view.ended_at, view.masked_value),
        witnesses=_witnesses(about, now),
    )


def _paper(view: DocumentView, said: list[VerificationView], now: datetime, shown: dict[str, str]) -> Line:
    until = view.valid_until
    return Line(
        id=view.id,
        kind=str(words.DOCUMENT_KINDS.get(view.kind, view.kind)),
        value=shown.get(f"document:{view.id}", view.masked_number),
        given_by=view.country,
        note=_("valid until %(day)s") % {"day": figures.day(until)} if until else "",
        since=view.created_at,
        tone="allowed" if view.ended_at is None else "refused",
        state=_state(view.ended_at, view.masked_number),
        witnesses=_witnesses([each for each in said if each.document_id == view.id], now),
    )


def _addresses(party_id: int, shown: dict[str, str]) -> tuple[Line, ...]:
    return tuple(
        Line(
            id=view.id,
            kind=str(words.ADDRESS_KINDS.get(view.kind, view.kind)),
            value=shown.get(f"address:{view.id}", view.masked_text),
            given_by="",
            note=view.region_code,
            since=view.created_at,
            tone="allowed" if view.ended_at is None else "refused",
            state=_state(view.ended_at, view.masked_text),
        )
        for view in store.addresses(party_id)
    )


def _employers(party_id: int, shown: dict[str, str]) -> tuple[Line, ...]:
    return tuple(
        Line(
            id=view.id,
            kind=_("employer"),
            value=shown.get(f"employment:{view.id}", view.masked_name),
            given_by="",
            note=f"P-{view.employer_id}" if view.employer_id else "",
            since=view.created_at,
            tone="allowed" if view.ended_at is None else "refused",
            state=_state(view.ended_at, view.masked_name or str(view.employer_id or "")),
        )
        for view in store.employments(party_id)
    )


def _state(ended_at: datetime | None, value: str) -> str:
    if ended_at is None:
        return _("in use")
    day = figures.day(ended_at.date())
    return (_("ended %(day)s") if value else _("erased %(day)s")) % {"day": day}


def _witnesses(about: list[VerificationView], now: datetime) -> str:
    if not about:
        return _("nobody asked")
    found = standing(about, since=now - timedelta(days=COUNTS_DAYS))
    if found.mismatches:
        return _("%(channels)s says otherwise") % {"channels": ", ".join(found.mismatches)}
    count = ngettext("%(n)d independent witness", "%(n)d independent witnesses", found.witnesses)
    return count % {"n": found.witnesses}


def _proof_of(view: Consent) -> str:
    return _("proof of the consent to %(purpose)s, %(channel)s") % {"purpose": view.purpose, "channel": view.channel}


def _consent(view: Consent) -> ConsentLine:
    ended = view.withdrawn_at
    return ConsentLine(
        purpose=view.purpose,
        channel=view.channel,
        text_version=view.text_version,
        granted_at=view.granted_at,
        tone="allowed" if ended is None else "refused",
        state=_("in force") if ended is None else _("taken back %(day)s") % {"day": figures.day(ended.date())},
    )


def _said(view: VerificationView) -> AnswerLine:
    tones = {"match": "allowed", "mismatch": "refused", "unknown": "refer"}
    about = f"point:{view.point_id}" if view.point_id else f"document:{view.document_id}"
    result = str(words.RESULTS.get(view.result, view.result))
    return AnswerLine(view.at, about, view.channel, view.provider, tones[view.result], result, view.why)


def _facts(party_id: int) -> tuple[tuple[str, str], ...]:
    facts = store.person_facts(party_id)
    found = (
        ("timezone", facts.timezone),
        ("language", facts.language),
        ("dead", _dated(facts.dead_since and figures.day(facts.dead_since), proof=facts.has_death_proof)),
        (
            "incapacitated",
            _dated(
                facts.incapacitated_since and figures.day(facts.incapacitated_since), proof=facts.has_incapacity_proof
            ),
        ),
    )
    return tuple((str(words.FACT_KINDS[kind]), value or _("unknown, none was told")) for kind, value in found)


def _dated(day: str | None, *, proof: bool) -> str:
    if not day:
        return _("nobody has told")
    return (_("%(day)s, with proof") if proof else _("%(day)s, without proof")) % {"day": day}
