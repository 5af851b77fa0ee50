"""Make the sample lender and store it the way an import is stored."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.db import transaction

from kaopu.book import store
from kaopu.book.actions.add_product_version import AddProductVersion, add_product_version
from kaopu.book.actions.import_reference_rates import import_reference_rates
from kaopu.book.core import terms_json
from kaopu.book.core.event_kind import EventKind
from kaopu.book.imports.chunk import Chunk
from kaopu.book.imports.writer import Writer
from kaopu.book.models import Debt, Event, ImportBatch, Product
from kaopu.book.sample import behaviour
from kaopu.book.sample.aftermath import aftermath
from kaopu.book.sample.contracts import YEARS_OF_LENDING, ZONE, Contract, contracts
from kaopu.book.sample.people import people
from kaopu.book.sample.products import LPR_1Y, OFFERS, REFERENCE
from kaopu.kernel import audit
from kaopu.kernel.boot import actor
from kaopu.kernel.clock import Clock, system_clock
from kaopu.party.models import Party

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from kaopu.party.core.party import NewParty

SOURCE = "sample"
BORROWERS = 20_000
SHOPS_SHARE = 0.06
DEBTS_A_BORROWER = 2
CHUNK = 8_000


def load_sample(
    progress: Callable[[int, int], None] | None = None,
    seed: int = 1,
    *,
    end: date | None = None,
    borrowers: int = BORROWERS,
    clock: Clock | None = None,
) -> ImportBatch:
    """Load the sample book; `progress` hears (debts done, of how many).

    `end` is the last day on which anything happens (today when left out). Seed, end and `borrowers` decide every row.
    """
    told = progress or (lambda _done, _of: None)
    now = (clock or system_clock()).now()
    last_day = end or now.date()
    name = f"sample book, seed {seed}, {borrowers} borrowers, to {last_day}"
    with transaction.atomic():
        _offer_products(last_day, now)
        import_reference_rates(
            [{"publish_date": day, f"{REFERENCE}_pct": rate} for day, rate in LPR_1Y], "sample", actor(), now
        )
        batch = ImportBatch.objects.create(
            mapping=SOURCE,
            file_name=name,
            file_sha256=hashlib.sha256(name.encode()).hexdigest(),
            started_at=now,
            started_by=actor(),
        )
        writer = Writer(batch.pk, SOURCE, actor(), now)
        _fill(writer, seed, last_day, borrowers, told)
        batch.status, batch.finished_at = ImportBatch.Status.DONE, now
        batch.debts = batch.accepted = batch.rows_total = writer.debts
        batch.events = writer.events
        batch.report = {"inferred": {"everything": "made up from a seed"}, "instalments": writer.instalments}
        batch.save()
        counts: dict[str, object] = {"debts": writer.debts, "events": writer.events}
        audit.record(act="book.sample_loaded", subject=f"import:{batch.pk}", actor=actor(), at=now, details=counts)
    return batch


def _fill(writer: Writer, seed: int, end: date, borrowers: int, told: Callable[[int, int], None]) -> None:
    # Seeded toys, nothing secret. What came after has its own, so that lives stay as they were.
    chance, after = Random(seed), Random(f"after {seed}")  # noqa: S311
    shops = round(borrowers * SHOPS_SHARE)
    parties = people(chance, borrowers, SOURCE, shops)
    rates = store.reference_rates()
    if rates is None:
        raise RuntimeError("no reference rates, though they were imported a moment ago")
    agreed = contracts(chance, borrowers, shops, borrowers * DEBTS_A_BORROWER, end, rates)
    joined: list[tuple[int, date]] = []
    for first in range(0, len(agreed), CHUNK):
        part = agreed[first : first + CHUNK]
        lives = [behaviour.life(chance, contract, end) for contract in part]
        lives = [aftermath(after, contract, life, end) for contract, life in zip(part, lives, strict=True)]
        joined += _take_out_joinings(lives, first)
        writer.write(as_chunk(part, lives, parties, first), [parties[contract.party] for contract in part])
        told(first + len(part), len(agreed))
    _join(writer, after, joined, parties[: borrowers - shops])


def _take_out_joinings(lives: list[list[behaviour.Event]], first: int) -> list[tuple[int, date]]:
    """Whom the debt of a place is joined by is known by number only once all are stored: place and day, till then."""
    found = []
    for place, life in enumerate(lives):
        if life and life[-1].kind == "joining":
            found.append((first + place, life.pop().on))
    return found


def _join(writer: Writer, chance: Random, joined: list[tuple[int, date]], people: Sequence[NewParty]) -> None:
    """A person stands in for an enterprise that is late: 债务加入."""
    debts = dict(
        Debt.objects.filter(import_batch_id=writer.batch_id)
        .values_list("external_id", "debt_id")
        .filter(external_id__in=[_number(place) for place, _on in joined])
    )
    by_number = [chance.choice(people).external_id for _ in joined]
    found = dict(Party.objects.filter(source=SOURCE, external_id__in=by_number).values_list("external_id", "pk"))
    for (place, on), person in zip(joined, by_number, strict=True):
        if person in found:
            Event.objects.create(
                debt_id=debts[_number(place)], on=on, kind=EventKind.JOINING, amount=0,
                payload={"party_id": found[person]}, recorded_at=writer.now, recorded_by=writer.actor,
                import_batch_id=writer.batch_id,
            )  # fmt: skip
            writer.events += 1


def _number(place: int) -> str:
    """The outside number of the debt of a place."""
    return f"S{place + 1:07d}"


def _offer_products(end: date, now: datetime) -> None:
    since = date(end.year - YEARS_OF_LENDING - 1, 1, 1)
    for offer in OFFERS:
        if not Product.objects.filter(code=offer.code).exists():
            terms: dict[str, Any] = {"plan": str(offer.plan), "currency": "CNY", "periods": offer.periods[0]}
            if offer.fee_per_period:
                terms["fee_per_period"] = {"rate": offer.fee_per_period}
            elif offer.floating_spread:
                terms["floating"] = {"reference": REFERENCE, "spread": offer.floating_spread}
            elif offer.rates != ("0",):
                terms["rate_annual"] = offer.rates[0]
            command = AddProductVersion(offer.code, offer.name, since, terms, dict(offer.rules))
            add_product_version(command, actor(), now)


def as_chunk(
    part: Sequence[Contract], lives: Sequence[Sequence[behaviour.Event]], parties: Sequence[NewParty], first: int
) -> Chunk:
    """Contracts and what happened to them as the columns that the writer stores."""
    texts = [json.dumps(terms_json.to_json(contract.terms)) for contract in part]
    debts: dict[str, Any] = {
        "external_id": [_number(first + place) for place in range(len(part))],
        "party": [parties[contract.party].external_id for contract in part],
        "product": [contract.offer.code for contract in part],
        "portfolio": [contract.offer.portfolio for contract in part],
        "currency": [contract.terms.currency for contract in part],
        "disbursed_on": [contract.terms.start for contract in part],
        "principal": [contract.terms.principal_minor for contract in part],
        "opened_at": pa.array([contract.opened_at for contract in part], pa.timestamp("us", tz="UTC")),
        "time_zone": [ZONE] * len(part),
        "merchant_id": pa.array([contract.merchant_id for contract in part], pa.string()),
        "category": pa.array([contract.category for contract in part], pa.string()),
        "terms": texts,
        "subsidy": [contract.subsidy for contract in part],
        "subsidy_payer": pa.array(
            [contract.merchant_id if contract.subsidy else None for contract in part], pa.string()
        ),
    }
    names = sorted({name for offer in OFFERS for name in offer.rules})
    defaults = {"penalty_days_in_year": 365, "non_accrual_days": 90, "retail": True}
    for name in names:
        debts[name] = [contract.offer.rules.get(name, defaults.get(name, 0)) for contract in part]
    schedules = {
        "debt": list(range(len(part))),
        "terms": texts,
        "seq": [[row.seq for row in contract.rows] for contract in part],
        "due_on": pa.array([list(contract.due) for contract in part], pa.list_(pa.date32())),
    }
    for name in ("principal", "interest", "fee"):
        schedules[name] = [[getattr(row, name) for row in contract.rows] for contract in part]
    return Chunk(pa.table(debts), pa.table(schedules), _events(lives))


def _events(lives: Sequence[Sequence[behaviour.Event]]) -> pa.Table:
    flat = [event for events in lives for event in events]
    columns: dict[str, list[Any]] = {
        "debt": [debt for debt, events in enumerate(lives) for _ in events],
        **{name: [getattr(event, name) for event in flat] for name in ("on", "kind", "amount", "component")},
        "reverses": [None] * len(flat),
        "payload": [json.dumps(event.payload) if event.payload else None for event in flat],
    }
    start = 0
    for events in lives:
        for place, event in enumerate(events):
            if event.reverses is not None:
                columns["reverses"][start + place] = start + event.reverses
        start += len(events)
    types = {"debt": pa.int64(), "on": pa.date32(), "kind": pa.string(), "amount": pa.int64(), "reverses": pa.int64()}
    return pa.table({name: pa.array(values, types.get(name, pa.string())) for name, values in columns.items()})
