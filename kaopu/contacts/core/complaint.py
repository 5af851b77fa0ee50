"""A contact's complaint: what it is about, and by when it is answered."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

# Measures on consumer complaints of banks and insurers (银行业保险业消费投诉处理管理办法, 2020): 15 days where it
# is plain.
ANSWERED_WITHIN = timedelta(days=15)
WORDS_MAX = 2_000


class About(StrEnum):
    """What it is about."""

    TOO_OFTEN = "too_often"
    WRONG_PERSON = "wrong_person"
    ASKED_TO_PAY = "asked_to_pay"
    TOLD_OF_MONEY = "told_of_money"
    PRESSURE = "pressure"
    OTHER = "other"


def answer_by(at: datetime) -> date:
    """The day by which the person has an answer."""
    return (at + ANSWERED_WITHIN).date()
