"""What the API of revolving accounts takes and answers.

Amounts that are asked or kept are whole minor units; what a statement or a position says are decimal texts in major
units, as `kaopu book statements` prints them.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - ninja reads the annotations
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict, StringConstraints

from kaopu.revolving.actions.post import AMOUNT_MAX

Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Kind = Literal["purchase", "cash", "fee", "payment", "refund", "instalment", "reversal"]
Class = Literal["normal", "special_mention", "substandard", "doubtful", "loss"]


class Asked(Schema):
    """A body: a field that is not known is a mistake, not a wish to be overlooked."""

    model_config = ConfigDict(extra="forbid")


class AccountIn(Asked):
    """What to open."""

    party_id: int
    product: Code = Field(description="Code of a revolving product, in the version in force on the first day.")
    external_id: Code = Field(description="Your own number of the account; each is opened once.")
    opened_on: date
    opening: int = Field(0, ge=-AMOUNT_MAX, le=AMOUNT_MAX, description="Carried over; below 0 a credit balance.")


class Opened(Schema):
    """The number of the account."""

    account_id: int


class AccountOut(Schema):
    """One account."""

    account_id: int
    external_id: str
    source: str
    party_id: int
    product: str
    terms_version: int
    currency: str
    opened_on: date
    opening: int


class AccountPage(Schema):
    """Follow `next_cursor` until it is null."""

    items: list[AccountOut]
    next_cursor: str | None


class PostingIn(Asked):
    """What to post."""

    kind: Kind
    on: date = Field(description="The day it counts for. Payments, refunds and reversals may lie in the past.")
    amount: int = Field(0, ge=0, le=AMOUNT_MAX, description="Minor units; 0 for a reversal.")
    refers_to: int | None = Field(None, description="Of a refund its purchase, of a reversal what it undoes.")
    payload: dict[str, Any] | None = Field(
        None, description="Of an instalment `months` and `fee_rate`; `made_on` and `merchant_id` for people."
    )


class Posted(Schema):
    """The number of the posting."""

    posting_id: int


class PostingOut(Schema):
    """One posting; `reversed` when another made it count as never posted."""

    posting_id: int
    kind: Kind
    on: date
    amount: int
    refers_to: int | None
    payload: dict[str, Any] | None
    reversed: bool
    recorded_at: datetime


class PostingPage(Schema):
    """Follow `next_cursor` until it is null."""

    items: list[PostingOut]
    next_cursor: str | None


class StandingOut(Schema):
    """Where an account stands at the end of a day."""

    as_of: date
    currency: str
    outstanding: dict[str, str]
    total: str
    credit_balance: str
    accrued_interest: str
    minimum_due: str
    past_due: str
    days_past_due: int
    bucket: str
    class_: Class = Field(serialization_alias="class", validation_alias="class")
    statement_on: date | None
    due_on: date | None
    full_amount_due: str


class IssuedOut(Schema):
    """A statement as it was sent: what it said, whole, with its fingerprint."""

    number: int
    statement_on: date
    due_on: date
    issued_at: datetime
    fingerprint: str
    said: dict[str, Any] = Field(description="The keys of a cycle, and `corrections` with `corrected_by`.")
    now: dict[str, Any] = Field(description="The same cycle as the replay tells it now.")


class IssuedPage(Schema):
    """Follow `next_cursor` until it is null."""

    items: list[IssuedOut]
    next_cursor: str | None
