"""The debt page: what is owed, since when, and what it would have said on another day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaopu.book.actions.classify_debt import classify_debt
from kaopu.book.console import (
    class_words,
    debt_days,
    debt_history,
    debt_parties,
    debt_rules,
    debt_schedule,
    debt_standing,
    debt_words,
    rows,
    sparkline,
    timeline,
    words,
)
from kaopu.book.console.debts import person_words
from kaopu.book.console.rights import EXPORT_BOOK, RECORD_EVENT, SEE_BOOK
from kaopu.book.core.history import prepare
from kaopu.book.core.position import Position, position
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import export, figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_major
from kaopu.party import store as party_store

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from kaopu.book.console.debt_history import DebtRows
    from kaopu.book.console.post_form import EventForm


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """One component of what is owed, and how it differs from the second day."""

    words: str
    outstanding: str
    overdue: str
    compared: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class KnownThen:
    """What was believed on the day itself, where it differs from what is known now."""

    words: str
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DebtPage:
    """The page as shown. `problem` is set, and what is replayed empty, where the history contradicts itself."""

    debt_id: int
    party_id: int
    name: str
    product: str
    days: debt_days.Days
    problem: str
    may_export: bool
    export: str
    form: EventForm | None
    answer: str = ""
    days_tag: words.Tag | None = None
    class_tag: words.Tag | None = None
    states: tuple[str, ...] = ()
    why: str = ""
    why_more: tuple[str, ...] = ()
    why_days: str = ""
    ladder: str = ""
    then: KnownThen | None = None
    components: tuple[ComponentRow, ...] = ()
    total: ComponentRow | None = None
    compared: bool = False
    facts: tuple[debt_words.Fact, ...] = ()
    standing: tuple[debt_standing.Standing, ...] = ()
    debtors: tuple[debt_parties.Debtor, ...] = ()
    terms: tuple[debt_words.Fact, ...] = ()
    rules: tuple[str, ...] = ()
    spark: sparkline.Sparkline | None = None
    schedule: tuple[debt_schedule.ScheduleRow, ...] = ()
    schedule_words: str = ""
    timeline: timeline.Timeline | None = None


@needs(SEE_BOOK)
def debt(request: HttpRequest, debt_id: int) -> HttpResponse:
    """The page, or its position alone for a fragment."""
    return show(request, debt_id)


def show(request: HttpRequest, debt_id: int, *, form: EventForm | None = None, status: int = 200) -> HttpResponse:
    """The page with `form` in place of the empty one."""
    found = debt_history.read(debt_id)
    if found is None:
        raise Http404
    as_of, compare = debt_days.read(request.GET, default=default_day(found))
    page = build(request, found, as_of, compare, form)
    fragment = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request
    return render(request, "book/debt_position.html" if fragment else "book/debt.html", {"page": page}, status=status)


def default_day(found: DebtRows) -> date:
    """The close's day, so that lists and page agree; a debt lent after it: today."""
    close = rows.current_close()
    today = system_clock().now().date()
    return close.as_of if close and close.as_of >= found.debt.disbursed_on else today


def build(request: HttpRequest, found: DebtRows, as_of: date, compare: date | None, form: EventForm | None) -> DebtPage:
    """The page value of one day. An unreplayable history leaves the page readable and names the fault."""
    from kaopu.book.console.post_form import empty_form

    row = found.debt
    person = party_store.masked([row.party_id]).get(row.party_id)
    may_post = request.user.has_perm(RECORD_EVENT.permission)
    head: dict[str, Any] = {
        "debt_id": row.debt_id,
        "party_id": row.party_id,
        "name": person_words(person, row.party_id),
        "product": row.product_version.product.name if row.product_version else _("no product"),
        "days": debt_days.build(row.debt_id, as_of, compare, [event.on for event in found.events]),
        "may_export": request.user.has_perm(EXPORT_BOOK.permission),
        "export": f"{reverse('debt_export', args=[row.debt_id])}?as_of={as_of.isoformat()}",
        "form": (form or empty_form(found, as_of)) if may_post else None,
    }
    if as_of < row.disbursed_on:
        lent = {"day": figures.day(row.disbursed_on)}
        return DebtPage(problem=_("On this day the debt did not exist yet. It was lent on %(day)s.") % lent, **head)
    try:
        replayed = _replayed(found, as_of, compare, whole=request.GET.get("events") == "all")
    except BadInput as fault:
        return DebtPage(problem=_("Unknown, because the history contradicts itself: %(why)s") % {"why": fault}, **head)
    return DebtPage(problem="", **head, **replayed)


def _replayed(found: DebtRows, as_of: date, compare: date | None, *, whole: bool) -> dict[str, Any]:
    row, prepared = found.debt, prepare(found.history())
    now = position(prepared, as_of)
    second = position(prepared, compare) if compare and compare >= row.disbursed_on else None
    version, told = found.in_force(as_of), classify_debt(row, as_of)
    return {
        "answer": debt_words.answer(now, row.currency),
        "days_tag": words.days_tag(now.days_past_due),
        "class_tag": words.class_tag(told.class_code),
        "states": debt_words.states(now),
        "why": debt_words.why_class(now),
        "why_more": class_words.beyond_days(told),
        "why_days": debt_words.why_days(now, row),
        "ladder": debt_words.ladder(row),
        "then": _then(found, now),
        "components": tuple(_component(name, now, second, row.currency) for name in words.COMPONENTS),
        "total": _component("", now, second, row.currency),
        "compared": second is not None,
        "facts": debt_words.facts(now, second, row.currency),
        "standing": debt_standing.build(found, prepared, now),
        "debtors": debt_parties.debtors(found, as_of),
        "terms": (*debt_words.owner_now(found, as_of), *debt_words.terms(row)),
        "rules": debt_rules.rules(row),
        "spark": _spark(found, as_of),
        "schedule": debt_schedule.build(version, _had_it_stayed(found, now), row.currency),
        "schedule_words": _("version %(n)d of %(of)d") % {"n": version.version, "of": found.versions[-1].version}
        if version
        else "",
        "timeline": timeline.build(found, as_of, whole=whole),
    }


def _component(name: str, now: Position, second: Position | None, currency: str) -> ComponentRow:
    def amount(one: Position, column: str) -> int:
        amounts = getattr(one, column)
        return getattr(amounts, name) if name else amounts.total

    owed = amount(now, "outstanding")
    row = ComponentRow(
        words=str(words.COMPONENTS[name]).capitalize() if name else _("All"),
        outstanding=figures.money(owed, currency),
        overdue=figures.money(amount(now, "overdue"), currency),
    )
    if second is None:
        return row
    then = amount(second, "outstanding")
    difference = owed - then
    change = figures.money(difference, currency)
    return ComponentRow(
        row.words,
        row.outstanding,
        row.overdue,
        figures.money(then, currency),
        f"+{change}" if difference > 0 else change,
    )


def _then(found: DebtRows, now: Position) -> KnownThen | None:
    causes = found.learnt_later(now.as_of)
    if not causes:
        return None
    then = position(found.believed_on(now.as_of), now.as_of)
    currency = found.debt.currency
    values = {
        "day": figures.day(now.as_of),
        "then": figures.money(then.outstanding.total, currency),
        "then_days": then.days_past_due,
        "now": figures.money(now.outstanding.total, currency),
        "now_days": now.days_past_due,
    }
    sentence = _(
        "Known on %(day)s itself: %(then)s owed, DPD %(then_days)d. Known now: %(now)s owed, DPD %(now_days)d."
    )
    return KnownThen(sentence % values, tuple(_cause(event, currency) for event in causes[-5:]))


def _cause(event: Any, currency: str) -> str:
    return _("%(what)s %(amount)s of %(on)s, recorded on %(known)s") % {
        "what": words.KINDS[event.kind],
        "amount": timeline.amount_words(event.kind, event.amount, currency),
        "on": figures.day(event.on),
        "known": figures.day(debt_history.known_on(event)),
    }


def _had_it_stayed(found: DebtRows, now: Position) -> Position:
    """The position as if the debt had not left the book: what nobody paid is not paid because it was written off."""
    if not (now.is_charged_off or now.is_transferred):
        return now
    stayed = tuple(event for event in found.happened() if event.kind not in words.LEAVING_KINDS)
    return position(replace(found, events=stayed).history(), now.as_of)


def _spark(found: DebtRows, as_of: date) -> sparkline.Sparkline:
    row = found.debt
    close = max([as_of, *(event.on for event in found.events)])
    marked = sorted({event.on for event in found.events})
    days = sparkline.days_to_draw(row.disbursed_on, close, marked)
    prepared = prepare(found.history())
    now = [position(prepared, day).days_past_due for day in days]
    back_dated = any(debt_history.known_on(event) > event.on for event in found.events)
    then = [position(found.believed_on(day), day).days_past_due for day in days] if back_dated else now
    return sparkline.build(days, now, then, as_of)


@needs(EXPORT_BOOK)
def debt_export(request: HttpRequest, debt_id: int) -> HttpResponse:
    """Schedule and events of one debt as CSV, amounts in major units."""
    found = debt_history.read(debt_id)
    if found is None:
        raise Http404
    as_of, _compare = debt_days.read(request.GET, default=default_day(found))
    currency, version = found.debt.currency, found.in_force(as_of)
    lines: list[tuple[Any, ...]] = []
    if version:
        columns = zip(version.seq, version.due_on, version.principal, version.interest, version.fee, strict=True)
        for seq, due_on, *amounts in columns:
            lines.append(("instalment", seq, due_on, "", *(to_major(amount, currency) for amount in amounts), currency))
    for event in found.events:
        is_money = event.kind not in (*words.DAYS_KINDS, *words.SEQ_KINDS, "reported_status")
        amount = to_major(event.amount, currency) if is_money else event.amount
        lines.append(("event", event.event_id, event.on, event.kind, amount, "", "", currency))
    head = ("row", "number", "day", "kind", "principal_or_amount", "interest", "fee", "currency")
    return export.csv_file(f"D-{debt_id}-{as_of.isoformat()}", head, lines)
