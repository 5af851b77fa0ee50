"""Features of one party from PostgreSQL, for a live decision: three queries, then the code that serves the book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection

from kaopu.book.core.event_kind import CODE, COMPONENT_CODE
from kaopu.book.core.history import day_number
from kaopu.book.core.position_columns import NO_DAY
from kaopu.book.core.replay_state import RULE_COLUMNS
from kaopu.book.store import KERNEL_RULES
from kaopu.decision.core.features.book_columns import NO_INSTANT, BookColumns, known_by, microseconds
from kaopu.decision.core.features.catalogue import CATALOGUE
from kaopu.decision.core.features.evaluate import FeatureValue, values_of_one
from kaopu.decision.core.features.feature import Source
from kaopu.decision.core.features.local_hour import local_hours
from kaopu.decision.core.features.party_facts import PartyFacts, nothing, partial
from kaopu.decision.core.features.revolving_facts import columns_for
from kaopu.decision.features.accounts import accounts_of
from kaopu.decision.features.codes import Codes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from kaopu.decision.core.features.feature import Feature

_DAY = "({0} - DATE '1970-01-01')"
_US = "(extract(epoch FROM {0}) * 1000000)::bigint"
_DEBTS = f"""
SELECT d.debt_id, {_DAY.format("d.disbursed_on")}, d.principal, d.currency, coalesce({_US.format("d.opened_at")}, %s),
  d.time_zone, d.category, d.merchant_id, p.code, {", ".join(f"d.{name}" for name in KERNEL_RULES)}
FROM book_debt d
  LEFT JOIN book_productversion v ON v.id = d.product_version_id LEFT JOIN book_product p ON p.id = v.product_id
WHERE d.party_id = %s ORDER BY d.debt_id
"""  # noqa: S608 - names of columns, from the book
_INSTALMENTS = f"""
SELECT s.debt_id, i.seq, {_DAY.format("i.due_on")}, i.principal, i.interest, i.fee, s.version,
  coalesce({_DAY.format("s.from_on")}, {NO_DAY}), coalesce(s.cause_event_id, 0)
FROM book_scheduleversion s,
  unnest(s.seq, s.due_on, s.principal, s.interest, s.fee) AS i(seq, due_on, principal, interest, fee)
WHERE s.debt_id = ANY(%s) ORDER BY s.debt_id, s.version
"""  # noqa: S608 - same
_EVENTS = f"""
SELECT debt_id, {_DAY.format('"on"')}, kind, amount, event_id, component, coalesce(reverses_id, 0),
  {_US.format("recorded_at")}
FROM book_event WHERE debt_id = ANY(%s) ORDER BY debt_id, "on", event_id
"""  # noqa: S608 - same
_PLACES = tuple(place if place < 9 else place + 1 for place in range(len(KERNEL_RULES)))


def features_of_party(
    party_id: int,
    as_of: date,
    *,
    known_at: datetime | None = None,
    features: Iterable[Feature] | None = None,
) -> list[FeatureValue]:
    """Each feature's value for one party, in the order of the catalogue (or of `features`).

    Only what occurred on or before `as_of` and was recorded by `known_at` (aware; None: all that is recorded) counts. A
    value that is None says why; a party without a debt has none, which is not the same as zero.
    """
    wanted = list(CATALOGUE if features is None else features)
    with_accounts = any(each.source is Source.REVOLVING for each in wanted)
    return values_of_one(wanted, facts_of_party(party_id, as_of, known_at, with_accounts=with_accounts))


def facts_of_party(
    party_id: int, as_of: date, known_at: datetime | None = None, *, with_accounts: bool = True
) -> PartyFacts:
    """What the features of one party are computed from; accounts are left out where no feature asks for them."""
    told = None if known_at is None else microseconds(known_at)
    columns = _columns(party_id)
    found = nothing(np.array([party_id], np.int64))
    if columns is not None:
        columns = known_by(columns, day_number(as_of), told)
        sums = partial(columns, as_of)
        found = sums if len(sums.party_id) else found
    revolving = columns_for([party_id], accounts_of([party_id], as_of, known_at)) if with_accounts else None
    return PartyFacts(day_number(as_of), found, revolving)


def _columns(party_id: int) -> BookColumns | None:
    with connection.cursor() as cursor:
        cursor.execute(_DEBTS, [NO_INSTANT, party_id])
        debts = cursor.fetchall()
        if not debts:
            return None
        ids = [row[0] for row in debts]
        cursor.execute(_INSTALMENTS, [ids])
        instalments = cursor.fetchall()
        cursor.execute(_EVENTS, [ids])
        events = cursor.fetchall()
    rules = np.zeros((len(debts), RULE_COLUMNS), np.int64)
    rules[:, _PLACES] = [row[9:] for row in debts]
    i = _turned(instalments, 9)
    e = _turned(
        [(debt, on, CODE[kind], amount, event_id, COMPONENT_CODE[part] if part else 0, reverses, at)
         for debt, on, kind, amount, event_id, part, reverses, at in events], 8,
    )  # fmt: skip
    names = [Codes() for _ in range(5)]
    currency, zone, category, merchant, product = (
        codes.of_all([row[place] for row in debts]) for codes, place in zip(names, (3, 5, 6, 7, 8), strict=True)
    )
    return BookColumns(
        of_kernel=(
            np.array(ids, np.int64),
            np.array([row[1] for row in debts], np.int32),
            np.array([row[2] for row in debts], np.int64),
            rules,
            i[0], i[1].astype(np.int32), i[2].astype(np.int32), i[3], i[4], i[5], i[6].astype(np.int32),
            i[7].astype(np.int32), i[8],
            e[0], e[1].astype(np.int32), e[2].astype(np.int8), e[3], e[4], e[5].astype(np.int8), e[6],
        ),
        party_id=np.full(len(debts), party_id, np.int64),
        currency=currency,
        local_hour=local_hours(np.array([row[4] for row in debts], np.int64), zone, names[1].names),
        category=category,
        merchant=merchant,
        product=product,
        recorded_at=e[7],
    )  # fmt: skip


def _turned(rows: list[tuple[Any, ...]], width: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Rows on their side: one contiguous row a column."""
    return np.ascontiguousarray(np.array(rows, np.int64).reshape(-1, width).T)
