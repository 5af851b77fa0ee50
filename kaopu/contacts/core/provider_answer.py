"""What providers say of a point, as evidence; an answer that is unknown or failed is no evidence at all."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from kaopu.contacts.core.evidence import Evidence, EvidenceKind, Via

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class Answer(StrEnum):
    """What providers of number status, identity, app and payment accounts answer. Public: add, never change."""

    IN_SERVICE = "in_service"
    SUSPENDED = "suspended"  # 停机
    NOT_ASSIGNED = "not_assigned"  # 空号
    REASSIGNED = "reassigned"  # 二次号码 since the date asked about
    NAME_MATCHES = "name_matches"  # 运营商实名一致
    NAME_DIFFERS = "name_differs"
    SESSION = "session"  # the person used the app
    DEBITED = "debited"  # their account paid
    UNKNOWN = "unknown"


class Provider(Protocol):
    """One provider. It is given a point and the date since which to look, never a debt; it may fail."""

    name: str

    def ask(self, point_id: int, since: datetime | None) -> tuple[Answer, datetime] | None:
        """An answer and the instant it is of; None where there is none."""


_MEANS: dict[Answer, tuple[EvidenceKind, Via]] = {
    Answer.IN_SERVICE: (EvidenceKind.IN_SERVICE, Via.STATUS),
    Answer.SUSPENDED: (EvidenceKind.SUSPENDED, Via.STATUS),
    Answer.NOT_ASSIGNED: (EvidenceKind.INVALID_NUMBER, Via.STATUS),
    Answer.REASSIGNED: (EvidenceKind.REASSIGNED, Via.STATUS),
    Answer.NAME_MATCHES: (EvidenceKind.CARRIER_MATCH, Via.STATUS),
    Answer.NAME_DIFFERS: (EvidenceKind.CARRIER_MISMATCH, Via.STATUS),
    Answer.SESSION: (EvidenceKind.APP_SESSION, Via.SESSION),
    Answer.DEBITED: (EvidenceKind.DEBIT_SUCCESS, Via.DEBIT),
}


def evidence_of_answer(answer: Answer | str, at: datetime) -> Evidence | None:
    """The sign that an answer is; None for one that is unknown or not of the list."""
    means = _MEANS.get(Answer(answer)) if answer in list(Answer) else None
    return Evidence(at, *means) if means else None


def asked(providers: Iterable[Provider], point_id: int, since: datetime | None) -> list[Evidence]:
    """All that providers know of a point since a date, what they do not know left out."""
    answers = (each.ask(point_id, since) for each in providers)
    signs = (evidence_of_answer(*answer) for answer in answers if answer is not None)
    return [sign for sign in signs if sign is not None]
