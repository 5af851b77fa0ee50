"""Book a debt: the schedule of its quote becomes its first schedule version."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.book import store
from kaopu.book.actions.refresh_position import refresh_position
from kaopu.book.core import terms_json
from kaopu.book.core.penalty_rule import PenaltyRule, rule_columns
from kaopu.book.core.schedule import Row, build
from kaopu.book.models import RULE_COLUMNS, Debt, ProductVersion, ScheduleVersion
from kaopu.kernel import audit, events
from kaopu.kernel.core.errors import BadInput
from kaopu.party.models import Party

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from kaopu.book.core.subsidy import Subsidy
    from kaopu.book.core.terms import Terms


class Refusal(StrEnum):
    """Why a debt was not booked. The strings are public: add new ones, keep the old."""

    PARTY_UNKNOWN = "party_unknown"
    PRODUCT_NOT_OFFERED_ON_THE_DAY = "product_not_offered_on_the_day"
    EXTERNAL_ID_TAKEN = "external_id_taken"
    COMPOUND_INTEREST_IS_FOR_ORGANISATIONS = "compound_interest_is_for_organisations"


@dataclass(frozen=True, slots=True)
class BookDebt:
    """What to book. `product` is a code, its version that of the start day.

    `penalty` and `subsidy` become rule columns over those of the product, and `rules` stand over all.
    """

    terms: Terms
    party_id: int
    external_id: str
    product: str | None = None
    source: str = "kaopu"
    portfolio: str = "default"
    owner: str = "self"
    participation_ppm: int = 1_000_000
    on_balance: bool = True
    merchant_id: str | None = None
    category: str | None = None
    opened_at: datetime | None = None
    time_zone: str | None = None
    penalty: PenaltyRule | None = None
    subsidy: Subsidy | None = None
    rules: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DebtBooked:
    """The new debt."""

    debt_id: int


def book_debt(command: BookDebt, actor: str, now: datetime) -> DebtBooked | Refusal:
    """Build the schedule, store both, leave an audit row and a `debt.booked` event."""
    _check_rules(command.rules)
    with transaction.atomic():
        party = Party.objects.filter(pk=command.party_id).first()
        if party is None:
            return Refusal.PARTY_UNKNOWN
        version = product_version(command.product, command.terms.start) if command.product else None
        if command.product and version is None:
            return Refusal.PRODUCT_NOT_OFFERED_ON_THE_DAY
        rules = _rules(command, version)
        if rules.get("compound_rate_ppm", 0) and party.kind == "person":
            return Refusal.COMPOUND_INTEREST_IS_FOR_ORGANISATIONS
        store.hold_key(f"debt {command.source} {command.external_id}")
        if Debt.objects.filter(source=command.source, external_id=command.external_id).exists():
            return Refusal.EXTERNAL_ID_TAKEN
        schedule = build(command.terms, store.reference_rates())
        store.hold_positions()
        row = _create(command, version, rules)
        ScheduleVersion.objects.create(debt=row, version=1, terms=row.terms, **columns_of(schedule.rows))
        audit.record(act="book_debt", subject=f"debt:{row.debt_id}", actor=actor, at=now)
        events.emit("debt.booked", {"debt": row.debt_id}, now)
        refresh_position(row)
    return DebtBooked(row.debt_id)


def product_version(code: str, on: date) -> ProductVersion | None:
    """The version of a product that is on offer on a day."""
    offered = ProductVersion.objects.filter(product__code=code, valid_from__lte=on)
    return offered.exclude(valid_to__lt=on).order_by("-version").first()


def columns_of(rows: Iterable[Row]) -> dict[str, list[Any]]:
    """Schedule rows as the array columns of a `ScheduleVersion`."""
    kept = list(rows)
    return {name: [getattr(row, name) for row in kept] for name in ("seq", "due_on", "principal", "interest", "fee")}


def _check_rules(rules: Mapping[str, int]) -> None:
    for name in rules:
        if name not in RULE_COLUMNS:
            raise BadInput(f"rules: {name!r} given, expected names among {', '.join(RULE_COLUMNS)}")


def _rules(command: BookDebt, version: ProductVersion | None) -> dict[str, int]:
    rules = {name: getattr(version, name) for name in RULE_COLUMNS} if version else {}
    if command.penalty:
        rules |= rule_columns(command.penalty, command.terms)
    if command.subsidy:
        rules["subsidy"] = command.subsidy.minor
    return {**rules, **command.rules}


def _create(command: BookDebt, version: ProductVersion | None, rules: Mapping[str, int]) -> Debt:
    row = Debt(
        source=command.source,
        external_id=command.external_id,
        party_id=command.party_id,
        product_version=version,
        currency=command.terms.currency,
        principal=command.terms.principal_minor,
        disbursed_on=command.terms.start,
        opened_at=command.opened_at,
        time_zone=command.time_zone,
        merchant_id=command.merchant_id,
        category=command.category,
        portfolio=command.portfolio,
        owner=command.owner,
        participation_ppm=command.participation_ppm,
        on_balance=command.on_balance,
        terms=terms_json.to_json(command.terms),
        subsidy_payer=command.subsidy.payer if command.subsidy else None,
        **rules,
    )
    row.save(force_insert=True)
    row.refresh_from_db()  # columns with a default in the database
    return row
