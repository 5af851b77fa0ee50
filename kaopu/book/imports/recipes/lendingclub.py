"""Lending Club: terms and outcome of each loan in one row; principal and schedule follow from the terms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaopu.book.imports.chunk import Chunk, days, json_objects, lists, same
from kaopu.book.imports.field import month_start
from kaopu.book.imports.parsed import new_debts, rows
from kaopu.kernel.core.money import to_minor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kaopu.book.imports.chunk import Sending
    from kaopu.book.imports.parsed import Rows

PPM_MONTHS = 12_000_000  # parts in a million a year × months in a year
CONTRADICTED = 100  # a received principal this many cents from the formula contradicts it
TOTALS_APART = 2  # cents by which a rounded total may differ from its four rounded parts
EXCEPTIONS_TOLD = 1_000
BEYOND = '{"undated":true,"inferred":["on","kind"],"reason":"interest beyond the schedule"}'


def chunks(sending: Sending) -> Iterator[Chunk]:
    """The loans of the file, batch by batch."""
    for batch in rows(sending, sending.mapping.file("loans")):
        found = _reconciled(sending, new_debts(sending, batch, "id"))
        if len(found):
            sending.accepted += len(found)
            yield _chunk(sending, found)


def principal_by_formula(installment: np.ndarray, rate_ppm: np.ndarray, periods: int, unit: int) -> np.ndarray:
    """What was lent, in minor units: installment × (1 − (1+r)^−n) / r with r a month, to the nearest `unit`.

    Worked in float64: the exact value lies 0.01 USD or more from the middle between two units, 10^10 times its error.
    """
    monthly = rate_ppm / PPM_MONTHS
    safe = np.where(monthly > 0, monthly, 1.0)
    factor = np.where(monthly > 0, (1 - (1 + safe) ** -periods) / safe, periods)
    return (np.rint(installment * factor / unit) * unit).astype(np.int64)


def schedule(
    principal: np.ndarray, rate_ppm: np.ndarray, installment: np.ndarray, periods: int
) -> tuple[np.ndarray, np.ndarray]:
    """Principal and interest of each instalment, int64[loans, periods]: interest by the month, half up, first.

    Σ principal is the principal exactly: the last instalment takes the rest.
    """
    parts = np.zeros((len(principal), periods), np.int64)
    interest = np.zeros_like(parts)
    left = principal.copy()
    for period in range(periods):
        interest[:, period] = (2 * left * rate_ppm + PPM_MONTHS) // (2 * PPM_MONTHS)
        part = left if period == periods - 1 else np.clip(installment - interest[:, period], 0, left)
        parts[:, period] = part
        left = left - part
    return parts, interest


def _reconciled(sending: Sending, batch: Rows) -> Rows:
    """The loans whose total is the sum of its parts; the others contradict themselves."""
    apart = np.abs(batch.numpy("total_pymnt") - _parts(batch).sum(axis=0))
    sending.facts["largest_difference_of_total"] = max(
        int(apart.max(initial=0)), int(sending.facts.get("largest_difference_of_total", 0))
    )
    told = "principal + interest + late fee + recoveries within 2 cents"
    return batch.without(sending, [batch.fault("total_pymnt", apart > TOTALS_APART, told)])


def _parts(batch: Rows) -> np.ndarray:
    late_fee = np.maximum(batch.numpy("total_rec_late_fee"), 0)
    return np.array([batch.numpy("total_rec_prncp"), batch.numpy("total_rec_int"), late_fee, batch.numpy("recoveries")])


def _chunk(sending: Sending, batch: Rows) -> Chunk:
    settings = sending.mapping.settings
    periods, count = settings["periods"], len(batch)
    installment, rate = batch.numpy("installment"), batch.numpy("int_rate")
    paid_off = np.asarray(pc.equal(batch.columns["loan_status"], "Fully Paid"))
    principal = _principal(sending, batch, paid_off)
    parts, interest = schedule(principal, rate, installment, periods)
    issued = batch.columns["issue_d"].cast(pa.int32())
    first_month = np.asarray(issued).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    due = month_start(first_month[:, None] + np.arange(1, periods + 1)[None, :])
    schedules = {
        "debt": pa.array(np.arange(count)),
        "seq": lists(np.broadcast_to(np.arange(1, periods + 1, dtype=np.int32), (count, periods))),
        "due_on": lists(due.astype(np.int32), pa.date32()),
        "principal": lists(parts),
        "interest": lists(interest),
        "fee": lists(np.zeros((count, periods), np.int64)),
    }
    debts = {
        "external_id": batch.columns["id"].cast(pa.string()),
        "party": batch.columns["id"].cast(pa.string()),
        "currency": same(sending.mapping.currency, count),
        "portfolio": same(sending.mapping.portfolio, count),
        "disbursed_on": days(month_start(first_month)),
        "principal": pa.array(principal),
        "terms": _terms(sending, batch, principal, first_month),
    }
    return Chunk(pa.table(debts), pa.table(schedules), _events(sending, batch, paid_off, parts, interest))


def _principal(sending: Sending, batch: Rows, paid_off: np.ndarray) -> np.ndarray:
    settings, currency = sending.mapping.settings, sending.mapping.currency or ""
    unit = to_minor(Decimal(settings["principal_unit"]), currency)
    lent = principal_by_formula(batch.numpy("installment"), batch.numpy("int_rate"), settings["periods"], unit)
    received = batch.numpy("total_rec_prncp")
    contradicted = paid_off & (np.abs(received - lent) > CONTRADICTED)
    exceptions = sending.facts.setdefault("principal_contradicts_formula", [])
    for place in np.flatnonzero(contradicted)[: EXCEPTIONS_TOLD - len(exceptions)]:
        loan = {"id": int(batch.numpy("id")[place]), "by_formula": int(lent[place]), "received": int(received[place])}
        exceptions.append(loan)
    return np.where(contradicted, np.rint(received / unit).astype(np.int64) * unit, lent)


def _terms(sending: Sending, batch: Rows, principal: np.ndarray, first_month: np.ndarray) -> pa.Array:
    rate = batch.numpy("int_rate")
    digits = pc.utf8_lpad(pa.array(rate).cast(pa.string()), width=7, padding="0")  # 139900 is 0.139900
    decimal = pc.binary_join_element_wise(
        '"', pc.utf8_slice_codeunits(digits, 0, 1), ".", pc.utf8_slice_codeunits(digits, 1, 7), '"', ""
    )
    start = days(month_start(first_month)).cast(pa.string())
    return json_objects(
        plan='"equal-instalment"',
        currency=f'"{sending.mapping.currency}"',
        principal_minor=pa.array(principal).cast(pa.string()),
        start=pc.binary_join_element_wise('"', start, '"', ""),
        periods=str(sending.mapping.settings["periods"]),
        rate_annual=decimal,
    )


def _events(sending: Sending, batch: Rows, paid_off: np.ndarray, parts: np.ndarray, interest: np.ndarray) -> pa.Table:
    """What the outcome tells, in the order in which it counts.

    Late fee, interest beyond the schedule, waiver of interest never asked, payment, charge-off, recovery, the outcome.

    The waiver comes first: money would otherwise settle interest that was never asked, and leave principal unpaid.
    """
    _, interest_in, late_fee, recoveries = _parts(batch)
    # Who paid late paid interest for longer: more than the schedule ever asked. Without a charge it would be a credit.
    beyond = np.maximum(interest_in - interest.sum(axis=1), 0)
    # The recorded total, to the cent; the four parts may be a cent apart from it by their own rounding.
    received = batch.numpy("total_pymnt") - recoveries
    asked = parts.sum(axis=1) + interest.sum(axis=1) + beyond + late_fee
    not_asked = np.where(paid_off, np.maximum(asked - received, 0), 0)
    not_asked = np.minimum(not_asked, interest.sum(axis=1))
    undated = '{"undated":true,"inferred":["on"]}'
    steps = [
        ("fee", late_fee > 0, late_fee, None, '{"undated":true,"inferred":["on"],"reason":"late fee"}'),
        ("fee", beyond > 0, beyond, None, BEYOND),
        ("waiver", not_asked > 0, not_asked, "interest", '{"undated":true,"inferred":["on","amount"]}'),
        ("payment", received > 0, received, None, undated),
        ("charge_off", ~paid_off, np.zeros(len(batch), np.int64), None, undated),
        ("recovery", recoveries > 0, recoveries, None, undated),
    ]
    pieces = [_event_rows(*step) for step in steps]
    outcome = _event_rows("reported_status", np.ones(len(batch), bool), np.zeros(len(batch), np.int64), None, "")
    pieces.append(outcome.set_column(outcome.schema.get_field_index("payload"), "payload", _outcome(batch)))
    events = pa.concat_tables(pieces)
    reported_on = date.fromisoformat(sending.mapping.settings["reported_on"])
    events = events.append_column("on", same(reported_on, len(events), pa.date32()))
    return events.take(pa.array(np.argsort(np.asarray(events["debt"]), kind="stable")))


def _event_rows(kind: str, wanted: np.ndarray, amount: np.ndarray, component: str | None, payload: str) -> pa.Table:
    place = np.flatnonzero(wanted)
    return pa.table(
        {
            "debt": pa.array(place),
            "kind": same(kind, len(place)),
            "amount": pa.array(amount[place]),
            "component": same(component, len(place)),
            "payload": same(payload, len(place)),
        }
    )


def _outcome(batch: Rows) -> pa.Array:
    """All that the row tells of the outcome, in minor units, as the file has it."""
    totals = ("total_pymnt", "total_rec_prncp", "total_rec_int", "total_rec_late_fee", "recoveries")
    return json_objects(
        reported=pc.binary_join_element_wise('"', batch.columns["loan_status"], '"', ""),
        sub_grade=pc.binary_join_element_wise('"', batch.columns["sub_grade"], '"', ""),
        installment=batch.columns["installment"].cast(pa.string()),
        **{name: batch.columns[name].cast(pa.string()) for name in totals},
        collection_recovery_fee=batch.columns["collection_recovery_fee"].cast(pa.string()),
        inferred='["on"]',
    )
