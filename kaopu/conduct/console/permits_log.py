"""Every ask that was judged, allowed or refused: find, narrow, page, export."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaopu.conduct.console import words
from kaopu.conduct.console.rights import SEE_PERMITS
from kaopu.conduct.models import Judgement
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import export, figures
from kaopu.kernel.console.access import needs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

PAGE_ROWS = 50
EXPORT_HEAD = (
    "judgement", "at", "moment", "verdict", "person", "role", "debtor", "purpose", "channel", "content", "number",
    "caller", "episode", "jurisdictions", "profile", "refused_by", "rulebook",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the log is narrowed to."""

    verdict: str = ""
    purpose: str = ""
    channel: str = ""
    person: str = ""
    rule: str = ""
    since: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """From the address of the page."""
        return cls(**{field.name: given.get(field.name, "").strip()[:80] for field in fields(cls)})

    def pairs(self) -> dict[str, str]:
        """What of it stands in an address."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    def rows(self) -> QuerySet[Judgement]:
        """The judgements it lets through, the newest first."""
        rows = Judgement.objects.defer("facts_sealed", "rules")
        if self.verdict in {"allowed", "refused"}:
            rows = rows.filter(allowed=self.verdict == "allowed")
        exact = {name: getattr(self, name) for name in ("purpose", "channel") if getattr(self, name)}
        if self.person:
            rows = rows.filter(Q(person=self.person) | Q(debtor=self.person))
        if self.rule:
            rows = rows.filter(refused_by__contains=[self.rule.upper()])
        since = _day(self.since)
        if since:
            rows = rows.filter(at__gte=datetime.combine(since, time(), UTC))
        return rows.filter(**exact).order_by("-at", "-id")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the log."""

    id: UUID
    at: datetime
    tone: str
    sign: str
    verdict: str
    person: str
    role: str
    purpose: str
    channel: str
    refused_by: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """The log as shown."""

    answer: str
    chosen: Chosen
    narrowed: bool
    rows: tuple[Row, ...]
    verdicts: tuple[tuple[str, str, bool], ...]
    purposes: tuple[tuple[str, str, bool], ...]
    channels: tuple[tuple[str, str, bool], ...]
    number: int
    before: str
    after: str
    csv: str


@needs(SEE_PERMITS)
def permits(request: HttpRequest) -> HttpResponse:
    """The log."""
    chosen, asked = Chosen.read(request.GET), request.GET.get("page", "1")
    number = int(asked) if asked.isdecimal() and 0 < int(asked) < 1_000_000 else 1
    start = (number - 1) * PAGE_ROWS
    found = list(chosen.rows()[start : start + PAGE_ROWS + 1])
    pairs = chosen.pairs()
    page = LogPage(
        answer=_answer(),
        chosen=chosen,
        narrowed=bool(pairs),
        rows=tuple(_row(each) for each in found[:PAGE_ROWS]),
        verdicts=_choices({"allowed": _("allowed"), "refused": _("refused")}, chosen.verdict),
        purposes=_choices(words.PURPOSES, chosen.purpose),
        channels=_choices(words.CHANNELS, chosen.channel),
        number=number,
        before=urlencode({**pairs, "page": number - 1}) if number > 1 else "",
        after=urlencode({**pairs, "page": number + 1}) if len(found) > PAGE_ROWS else "",
        csv=f"{reverse('conduct_permits_export')}?{urlencode(pairs)}",
    )
    return render(request, "conduct/permits.html", {"page": page})


@needs(SEE_PERMITS)
def permits_export(request: HttpRequest) -> HttpResponse:
    """All that the view lets through, as CSV: ids and codes, no facts."""
    return export.csv_file("permits", EXPORT_HEAD, _lines(Chosen.read(request.GET).rows()))


def _lines(rows: QuerySet[Judgement]) -> Iterator[tuple[object, ...]]:
    for row in rows.select_related("rulebook").iterator(chunk_size=2_000):
        yield (
            row.pk, row.at.isoformat(), row.moment, "allowed" if row.allowed else "refused", row.person, row.role,
            row.debtor, row.purpose, row.channel, row.content, row.number, row.caller, row.episode,
            " ".join(row.jurisdictions), row.profile, " ".join(row.refused_by), row.rulebook.digest,
        )  # fmt: skip


def _answer() -> str:
    since = system_clock().now() - timedelta(days=1)
    rows = Judgement.objects.filter(at__gte=since, moment="issue").values_list("allowed").annotate(Count("id"))
    counted = dict(rows)
    total = sum(counted.values())
    asked = ngettext("Asked %(n)s time in the last 24 hours", "Asked %(n)s times in the last 24 hours", total)
    said = asked % {"n": figures.number(total)}
    if not total:
        return said + _(".")
    return said + _(": %(yes)s allowed, %(no)s refused.") % {
        "yes": figures.number(counted.get(True, 0)), "no": figures.number(counted.get(False, 0)),
    }  # fmt: skip


def _row(row: Judgement) -> Row:
    tone, sign, said = words.verdict(allowed=row.allowed, moment=row.moment)
    return Row(
        row.pk, row.at, tone, sign, said, row.person, words.word(words.ROLES, row.role),
        words.word(words.PURPOSES, row.purpose), words.word(words.CHANNELS, row.channel), ", ".join(row.refused_by),
    )  # fmt: skip


def _choices(given: dict[str, str], chosen: str) -> tuple[tuple[str, str, bool], ...]:
    return tuple((code, str(said), code == chosen) for code, said in given.items())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
