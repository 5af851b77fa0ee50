"""Berka: loans of a bank in equal monthly parts, their owners, and the few loan payments that are stored."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaopu.book.imports.chunk import Chunk, days, json_objects, same
from kaopu.book.imports.field import month_start
from kaopu.book.imports.parsed import new_debts, rows, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kaopu.book.imports.chunk import Sending
    from kaopu.book.imports.parsed import Rows

LOAN_PAYMENT = ("UVER", "loan payment")  # the two transaction files use different words
PAID_OUT = ("VYDAJ", "withdrawal")
ROUNDING = 50  # loan.csv rounds a monthly payment to whole crowns
OWING = ("B", "D")


def chunks(sending: Sending) -> Iterator[Chunk]:
    """All loans at once: the bank had 682."""
    loans = new_debts(sending, whole(sending, sending.mapping.file("loans")), "loan_id")
    equal = loans.numpy("amount") == loans.numpy("payments") * loans.numpy("duration")
    loans = loans.without(sending, [loans.fault("amount", ~equal, "payments × duration")])
    owners = _owners(sending)
    owner = _lookup(owners, loans.numpy("account_id"))
    loans = loans.without(sending, [loans.fault("account_id", owner < 0, "an account with an OWNER in disp.csv")])
    sending.accepted += len(loans)
    if len(loans):
        yield _chunk(sending, loans, _lookup(owners, loans.numpy("account_id")))


def _owners(sending: Sending) -> tuple[np.ndarray, np.ndarray]:
    """Accounts, sorted, and the client who owns each."""
    held = whole(sending, sending.mapping.file("owners"))
    held = held.only(np.asarray(pc.equal(held.columns["type"], "OWNER")))
    order = np.argsort(held.numpy("account_id"), kind="stable")
    return held.numpy("account_id")[order], held.numpy("client_id")[order]


def _lookup(table: tuple[np.ndarray, np.ndarray], keys: np.ndarray) -> np.ndarray:
    """The value of each key; -1 where it has none."""
    known, values = table
    if not len(known):
        return np.full(len(keys), -1)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[place] == keys, values[place], -1)


def _chunk(sending: Sending, loans: Rows, owner: np.ndarray) -> Chunk:
    count, duration = len(loans), loans.numpy("duration")
    debts = {
        "external_id": loans.columns["loan_id"].cast(pa.string()),
        "party": pa.array(owner).cast(pa.string()),
        "currency": same(sending.mapping.currency, count),
        "portfolio": same(sending.mapping.portfolio, count),
        "disbursed_on": loans.columns["granted_on"],
        "principal": loans.columns["amount"],
        "grace_amount": pa.array(duration * ROUNDING),
    }
    return Chunk(pa.table(debts), _schedules(sending, loans), _events(sending, loans))


def _schedules(sending: Sending, loans: Rows) -> pa.Table:
    duration = loans.numpy("duration")
    starts = np.concatenate([[0], np.cumsum(duration)])
    debt = np.repeat(np.arange(len(loans)), duration)
    seq = np.arange(starts[-1]) - starts[debt] + 1
    due_day = sending.mapping.settings["due_day"]
    granted = loans.numpy("granted_on")
    month = granted.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    # The first due day after the grant: a loan of the 12th pays on the next 12th.
    month += granted - month_start(month) + 1 >= due_day
    offsets = pa.array(starts.astype(np.int32))

    def parts(values: np.ndarray | pa.Array) -> pa.ListArray:
        return pa.ListArray.from_arrays(offsets, pa.array(values))

    none = np.zeros(len(debt), np.int64)
    return pa.table(
        {
            "debt": pa.array(np.arange(len(loans))),
            "seq": parts(seq.astype(np.int32)),
            "due_on": parts(days(month_start(month[debt] + seq - 1) + due_day - 1)),
            "principal": parts(loans.numpy("payments")[debt]),
            "interest": parts(none),
            "fee": parts(none),
        }
    )


def _events(sending: Sending, loans: Rows) -> pa.Table:
    paid = [_payments(loans, part) for part in rows(sending, sending.mapping.file("transactions"))]
    sending.facts["loan_payments"] = sum(map(len, paid))
    sending.facts["loans_with_payments"] = len({debt for part in paid for debt in part["debt"].to_pylist()})
    owing = np.asarray(pc.is_in(loans.columns["status"], pa.array(OWING)))
    statuses = pa.table(
        {
            "debt": pa.array(np.arange(len(loans))),
            "on": same(date.fromisoformat(sending.mapping.settings["reported_on"]), len(loans), pa.date32()),
            "kind": same("reported_status", len(loans)),
            "amount": pa.array(owing.astype(np.int64)),
            "payload": json_objects(
                reported=pc.binary_join_element_wise('"', loans.columns["status"], '"', ""),
                inferred=pc.if_else(pa.array(owing), '["on","amount"]', '["on"]'),
            ),
        }
    )
    events = pa.concat_tables([*paid, statuses])
    return events.sort_by([("debt", "ascending"), ("on", "ascending")])


def _payments(loans: Rows, transactions: Rows) -> pa.Table:
    """Money that left an account for its loan."""
    order = np.argsort(loans.numpy("account_id"))
    debt = _lookup((loans.numpy("account_id")[order], order), transactions.numpy("account_id"))
    wanted = np.asarray(pc.fill_null(pc.is_in(transactions.columns["purpose"], pa.array(LOAN_PAYMENT)), False))
    wanted &= np.asarray(pc.is_in(transactions.columns["direction"], pa.array(PAID_OUT))) & (debt >= 0)
    found = transactions.only(wanted)
    return pa.table(
        {
            "debt": pa.array(debt[wanted]),
            "on": found.columns["paid_on"],
            "kind": same("payment", len(found)),
            "amount": found.columns["amount"],
            "payload": json_objects(transaction=found.columns["trans_id"].cast(pa.string())),
        }
    )
