"""What the API of the book takes and answers, field by field: whole minor units, in quotes major units."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - ninja reads the annotations
from decimal import Decimal  # noqa: TC003 - same
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, StringConstraints

from kaopu.book.actions.event_request import AMOUNT_MAX
from kaopu.book.core.event_kind import Component, EventKind  # noqa: TC001 - ninja reads the annotations
from kaopu.book.core.penalty_rule import PenaltyBase, Relation
from kaopu.book.core.subsidy import SubsidyKind

Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Class = Literal["normal", "special_mention", "substandard", "doubtful", "loss"]
Bucket = Literal["current", "1-30", "31-60", "61-90", "91-180", "181-270", "271-360", "361+"]


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("expected a time zone by name, as Asia/Shanghai")
    return name


class Asked(Schema):
    """A body: a field that is not known is a mistake, not a wish to be overlooked."""

    model_config = ConfigDict(extra="forbid")


class QuoteIn(Asked):
    """Terms by field name."""

    terms: dict[str, Any] = Field(
        description="Amounts in minor units, rates as decimal strings, days as YYYY-MM-DD; see the page on the API.",
        examples=[
            {
                "plan": "equal-instalment",
                "currency": "CNY",
                "principal_minor": 1_000_000,
                "start": "2026-01-15",
                "periods": 12,
                "rate_annual": "0.12",
            }
        ],
    )


class PenaltyIn(Asked):
    """A late penalty in the contract's words; rates as decimal strings, fractions. See the page on events."""

    base: PenaltyBase = PenaltyBase.OVERDUE_PRINCIPAL
    multiple: Decimal | None = Field(None, description="Of the contract's rate, as 1.5.")
    rate_annual: Decimal | None = None
    rate_daily: Decimal | None = None
    relation: Relation = Field(Relation.REPLACES, description="To the contract's interest on what is late.")
    days_in_year: Literal[360, 365] = 365
    fixed_minor: int = Field(0, ge=0, le=AMOUNT_MAX, description="Once for each instalment that ages.")
    cap_minor: int | None = Field(None, gt=0, le=AMOUNT_MAX)
    cap_share: Decimal | None = Field(None, description="Of the amount lent.")
    compound_multiple: Decimal | None = Field(None, description="On overdue interest; organisations only.")
    compound_rate_annual: Decimal | None = None


class SubsidyIn(Asked):
    """What somebody else pays so that the borrower does not."""

    minor: int = Field(gt=0, le=AMOUNT_MAX)
    payer: Code
    kind: SubsidyKind = SubsidyKind.BILLED


class DebtIn(QuoteIn):
    """What to book. The schedule is the one that a quote of the same terms shows."""

    party_id: int
    external_id: Code = Field(description="Your own number of the debt; each is booked once.")
    product: Code | None = Field(None, description="Code of a product, in the version on offer on the start day.")
    portfolio: Code = "default"
    merchant_id: Code | None = None
    category: Code | None = None
    penalty: PenaltyIn | None = Field(None, description="In place of the product's.")
    subsidy: SubsidyIn | None = None
    opened_at: AwareDatetime | None = None
    time_zone: Annotated[str, AfterValidator(_known_zone)] | None = None


class EventIn(Asked):
    """What happened to a debt, and the day for which it counts."""

    kind: EventKind
    on: date
    amount: int = Field(
        0, ge=0, le=AMOUNT_MAX,
        description="Minor units; days with pause and extension; with dispute and its end the seq of the instalment, "
        "0 the whole debt; the price with transfer.",
    )  # fmt: skip
    component: Component | None = Field(None, description="Of a waiver.")
    reverses: int | None = Field(None, description="Of a reversal: the event that never happened.")
    payload: dict[str, Any] | None = Field(
        None,
        description="Ids and codes, no personal data. Of transfer the owner, of assumption and joining the party_id.",
        examples=[{"owner": "fund-1"}],
    )


class QuoteRow(Schema):
    """One instalment of a quote, in major units."""

    seq: int
    due_on: date
    principal: str
    interest: str
    fee: str
    total: str
    outstanding: str


class QuoteTotals(Schema):
    """All instalments together."""

    principal: str
    interest: str
    fee: str
    total: str


class Cost(Schema):
    """The yearly cost as fractions; null where there is no answer, and `method` says how it was reckoned."""

    effective_day_exact: float | None
    effective_monthly: float | None
    nominal: float | None
    method: str


class OtherPayer(Schema):
    """Who pays in the borrower's place, how, and how much in major units."""

    payer: str
    kind: Literal["billed", "discount"]
    amount: str


class OnRefund(Schema):
    """What happens when goods go back."""

    order: Literal["last-first", "next-first", "pro-rata", "instrument"]
    fee: Literal["kept", "returned"]
    words: str


class QuoteOut(Schema):
    """The keys of `kaopu quote`."""

    rows: list[QuoteRow]
    totals: QuoteTotals
    cost: Cost
    paid_by_others: list[OtherPayer]
    on_refund: OnRefund
    assumed_from: date | None = Field(None, description="From here on the reference rate is assumed to stay.")


class Booked(Schema):
    """The new debt."""

    debt_id: int


class DebtOut(Schema):
    """Who owes, what was lent, under which terms."""

    debt_id: int
    source: str
    external_id: str
    party_id: int
    currency: str
    principal: int
    disbursed_on: date
    product: str | None
    portfolio: str
    owner: str
    participation_ppm: int
    on_balance: bool
    merchant_id: str | None
    category: str | None
    opened_at: datetime | None
    time_zone: str | None
    terms: dict[str, Any] | None
    rules: dict[str, int | bool] = Field(description="Late, refunds, classes: the columns of the snapshot by name.")
    subsidy_payer: str | None = Field(description="Who pays `subsidy` of the rules in the borrower's place.")


class DebtPage(Schema):
    """Follow `next_cursor` until it is null."""

    items: list[DebtOut]
    next_cursor: str | None


class InstalmentOut(Schema):
    """One instalment in minor units."""

    seq: int
    due_on: date
    principal: int
    interest: int
    fee: int


class ScheduleOut(Schema):
    """One schedule version, whole."""

    version: int
    from_on: date | None
    cause_event: int | None
    rows: list[InstalmentOut]


class ScheduleList(Schema):
    """All versions of a debt, oldest first."""

    items: list[ScheduleOut]


class Recorded(Schema):
    """The new event, and the schedule version that it brought."""

    event_id: int
    schedule_version: int | None


class EventOut(Schema):
    """One event."""

    event_id: int
    kind: EventKind
    on: date
    amount: int
    component: Component | None
    reverses: int | None
    payload: dict[str, Any] | None
    recorded_at: datetime


class EventPage(Schema):
    """Follow `next_cursor` until it is null."""

    items: list[EventOut]
    next_cursor: str | None


class AmountsOut(Schema):
    """Minor units by component."""

    principal: int
    interest: int
    fee: int
    penalty: int


class ClassRuleOut(Schema):
    """A rule that holds for the class of a debt; `binding` where no rule asks for a worse class."""

    code: int
    class_: Class = Field(serialization_alias="class", validation_alias="class")
    binding: bool
    sentence: str


class PositionOut(Schema):
    """The keys of `kaopu book position`."""

    outstanding: AmountsOut
    overdue: AmountsOut
    days_past_due: int
    next_due: date | None
    class_: Class = Field(serialization_alias="class", validation_alias="class")
    class_reason: str
    worst_days_past_due: int
    accrued_interest: int
    paid_to_date: int
    credit_balance: int


class ClassifiedPosition(PositionOut):
    """The same with every rule that holds for the class, and what is not known, said."""

    contractual_days_past_due: int = Field(description="By contract alone: no pause, dispute, re-ageing or grace.")
    non_accrual: bool = Field(description="Whether interest is no longer income.")
    class_rules: list[ClassRuleOut]
    class_notes: list[str]


class ListedPosition(PositionOut):
    """A position of the last close, with its debt."""

    debt_id: int
    party_id: int
    currency: str
    bucket: Bucket


class PositionPage(Schema):
    """Positions at `as_of`; follow `next_cursor` until it is null. All null and empty before the first close."""

    as_of: date | None
    items: list[ListedPosition]
    next_cursor: str | None
