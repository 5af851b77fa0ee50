"""Rows of questions to providers as values, and values as rows."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Count, Sum

from kaopu.decision.core.providers.breaker import Breaker
from kaopu.decision.models import ProviderBreaker, ProviderCall
from kaopu.decision.models.provider import ANSWERED
from kaopu.kernel import vault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from kaopu.decision.core.providers.contract import ProviderContract

TABLE, COLUMN = "decision_provider_call", "answer_sealed"


@dataclass(frozen=True, slots=True)
class Call:
    """How a question ended, before it is a row."""

    party: str
    question: bytes
    result: str
    detail: str = ""
    consent: str = ""
    attempts: int = 0
    duration_ms: int = 0
    cost_minor: int = 0


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer from the records: when it was given and what it said."""

    call_id: int
    at: datetime
    fields: Mapping[str, Any]


def question_index(contract: ProviderContract, request: Mapping[str, Any]) -> bytes:
    """The same question has the same index; the index says nothing of the person."""
    text = json.dumps(request, sort_keys=True, ensure_ascii=False)
    return vault.ring().blind_index(f"question {contract.name}", text)


def write_call(contract: ProviderContract, call: Call, at: datetime, answer: Mapping[str, Any] | None = None) -> int:
    """Append the call in the caller's transaction; its id."""
    call_id = _next_id()
    sealed = None
    if answer is not None:
        sealed = vault.ring().seal(json.dumps(answer, ensure_ascii=False), TABLE, COLUMN, call_id)
    ProviderCall.objects.create(
        pk=call_id,
        provider=contract.name,
        purpose=contract.purpose,
        currency=contract.currency,
        at=at,
        answer_sealed=sealed,
        **asdict(call),
    )
    return call_id


def newest_answer(contract: ProviderContract, question: bytes, since_days: int, now: datetime) -> KeptAnswer | None:
    """The newest answer to exactly this question that is at most `since_days` old."""
    rows = ProviderCall.objects.filter(
        provider=contract.name,
        question=question,
        result=ANSWERED,
        at__gte=now - timedelta(days=since_days),
        at__lte=now,
    )
    row = rows.order_by("-at").first()
    if row is None or row.answer_sealed is None:
        return None
    return KeptAnswer(row.pk, row.at, json.loads(vault.ring().open(row.answer_sealed, TABLE, COLUMN, row.pk)))


@contextmanager
def held_breaker(provider: str) -> Iterator[_Held]:
    """The provider's breaker, held against other workers until the block ends."""
    with transaction.atomic():
        ProviderBreaker.objects.get_or_create(provider=provider)
        row = ProviderBreaker.objects.select_for_update().get(provider=provider)
        held = _Held(Breaker(row.failures, row.rests_until, row.trial_since))
        before = held.breaker
        yield held
        if held.breaker != before:
            ProviderBreaker.objects.filter(provider=provider).update(**asdict(held.breaker))


@dataclass(slots=True)
class _Held:
    """Set `breaker` to what it shall be."""

    breaker: Breaker


def totals(since: datetime, until: datetime) -> dict[tuple[str, str, str], tuple[int, int]]:
    """By provider, result and currency: how many questions, and what they cost in minor units."""
    rows = ProviderCall.objects.filter(at__gte=since, at__lt=until).values_list("provider", "result", "currency")
    counted = rows.annotate(questions=Count("id"), cost=Sum("cost_minor")).order_by("provider", "result", "currency")
    return {(provider, result, currency): (count, cost) for provider, result, currency, count, cost in counted}


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [TABLE])
        return int(cursor.fetchone()[0])
