"""Which debts of the current close a filter finds, and what pausing them would cost."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from kaopu.book import store
from kaopu.book.core import debt_filter as df
from kaopu.book.core.classification import CLASSES
from kaopu.book.core.debt_filter_text import parse
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.history import EventRow, History, prepare_all
from kaopu.book.core.position import replayed
from kaopu.book.core.position_columns import COUNTERS, FLAG_CHARGED_OFF, FLAG_SETTLED, FLAG_TRANSFERRED, OUT64
from kaopu.book.models import Debt, PositionRow
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from kaopu.book.models import CloseRun

AT_ONCE = 2_000
EXAMPLES = 10
DAYS_MAX = 36_525
NOTHING_OWED = FLAG_CHARGED_OFF | FLAG_SETTLED | FLAG_TRANSFERRED
_CHARGED = len(OUT64) + COUNTERS.index("charged_penalty")
# Later than any event that is recorded: of two on one day, the pause is taken last.
_NUMBER_OF_THE_PAUSE = 1 << 61
PATHS = {
    **{name: f"debt__{name}" for name in ("external_id", "source", "portfolio", "owner", "merchant_id", "category")},
    **{name: f"debt__{name}" for name in ("disbursed_on", "principal", "on_balance", "retail")},
    "product": "debt__product_version__product__code",
    "class": "class_code",
}


@dataclass(frozen=True, slots=True)
class PauseAsked:
    """The filter and the first and last day that shall not age a debt, both included."""

    where: str
    from_on: date
    to_on: date

    def __post_init__(self) -> None:
        if not 0 < self.days <= DAYS_MAX:
            raise BadInput(f"--from, --to: {self.days} days given, expected 1 to {DAYS_MAX}, the first day first")

    @property
    def days(self) -> int:
        """How many."""
        return (self.to_on - self.from_on).days + 1


@dataclass(slots=True)
class Part:
    """Sums of one currency and product, in minor units."""

    count: int = 0
    exposure: int = 0
    overdue: int = 0
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Selected:
    """What the filter found: the list in order of debt_id, the sums, and why other matches were left out."""

    asked: PauseAsked
    as_of: date
    debt_ids: tuple[int, ...]
    parts: dict[tuple[str, str], Part]
    examples: tuple[dict[str, Any], ...]
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """One text for filter, days and the exact list."""
        return list_fingerprint(self.asked, self.debt_ids)

    def as_json(self) -> dict[str, Any]:
        """The keys of a preview."""
        by_currency: dict[str, Part] = defaultdict(Part)
        for (currency, _product), part in self.parts.items():
            whole = by_currency[currency]
            for name in ("count", "exposure", "overdue", "cost"):
                setattr(whole, name, getattr(whole, name) + getattr(part, name))
        names = ("count", "exposure", "overdue", "cost")
        return {
            **{name: sum(getattr(part, name) for part in self.parts.values()) for name in names},
            "days": self.asked.days,
            "from": self.asked.from_on.isoformat(),
            "to": self.asked.to_on.isoformat(),
            "where": self.asked.where,
            "as_of": self.as_of.isoformat(),
            "by_currency": {currency: _plain(part) for currency, part in sorted(by_currency.items())},
            "by_product": [
                {"currency": currency, "product": product, **_plain(part)}
                for (currency, product), part in sorted(self.parts.items())
            ],
            "examples": list(self.examples),
            "left_out": self.left_out,
            "fingerprint": self.fingerprint,
        }


def list_fingerprint(asked: PauseAsked, debt_ids: Iterable[int]) -> str:
    """SHA-256 over filter, days and the list in order."""
    body = [asked.where, asked.from_on.isoformat(), asked.to_on.isoformat(), sorted(debt_ids)]
    return hashlib.sha256(json.dumps(body, separators=(",", ":")).encode()).hexdigest()


def select(asked: PauseAsked) -> Selected:
    """Ask the current close. Raises `BadInput` for a faulty filter or where the book was never closed."""
    node = parse(asked.where)
    run = store.current_close()
    if run is None:
        raise BadInput("pause: the book was never closed; run `kaopu book close --as-of …` first")
    parts: dict[tuple[str, str], Part] = defaultdict(Part)
    kept: dict[int, tuple[str, str]] = {}
    left_out: dict[str, int] = defaultdict(int)
    examples: list[dict[str, Any]] = []
    for row in _rows(run, node):
        debt_id, currency, product, outstanding, overdue, days_past_due, flags, disbursed_on, external_id = row
        why = _why_not(flags, outstanding, disbursed_on, asked.from_on)
        if why:
            left_out[why] += 1
            continue
        place = (currency, product or "")
        kept[debt_id] = place
        part = parts[place]
        part.count, part.exposure, part.overdue = part.count + 1, part.exposure + outstanding, part.overdue + overdue
        if len(examples) < EXAMPLES:
            examples.append(
                {"debt": debt_id, "external_id": external_id, "outstanding": outstanding, "overdue": overdue,
                 "days_past_due": days_past_due, "currency": currency}
            )  # fmt: skip
    for debt_id, cost in costs(sorted(kept), asked):
        parts[kept[debt_id]].cost += cost
    return Selected(asked, run.as_of, tuple(sorted(kept)), dict(parts), tuple(examples), dict(left_out))


def _rows(run: CloseRun, node: df.Node) -> Iterator[tuple[Any, ...]]:
    columns = (
        "debt_id", "currency", "product", "outstanding", "overdue", "days_past_due", "flags", "debt__disbursed_on",
        "debt__external_id",
    )  # fmt: skip
    return matching(run, node).order_by("debt_id").values_list(*columns).iterator(chunk_size=10_000)


def matching(run: CloseRun, node: df.Node) -> QuerySet[PositionRow]:
    """Rows of a close that match."""
    rows = PositionRow.objects.filter(close_run=run).annotate(product=F(PATHS["product"]))
    return rows.filter(condition(node))


def condition(node: df.Node) -> Q:
    """The filter as a condition on rows of positions."""
    if isinstance(node, df.All | df.Any):
        joined = Q()
        for part in node.parts:
            joined = joined & condition(part) if isinstance(node, df.All) else joined | condition(part)
        return joined
    path = PATHS.get(node.column, node.column)
    if node.how == "unknown":
        return Q(**{f"{path}__isnull": not node.negated})
    values: Sequence[Any] = [CLASSES.index(str(each)) if node.column == "class" else each for each in node.values]
    lookups = {"=": "in", "in": "in", "between": "range", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
    given = values if node.how in {"=", "in", "between"} else values[0]
    asked = Q(**{f"{path}__{lookups[node.how]}": given})
    # Unknown matches neither a question nor its negation.
    return Q(**{f"{path}__isnull": False}) & (~asked if node.negated else asked)


def _why_not(flags: int, outstanding: int, disbursed_on: date, from_on: date) -> str:
    if flags & NOTHING_OWED or outstanding == 0:
        return "nothing_owed"
    return "disbursed_later" if disbursed_on > from_on else ""


def costs(debt_ids: Sequence[int], asked: PauseAsked) -> Iterator[tuple[int, int]]:
    """Penalty by rule that the pause keeps from accruing up to its last day, by debt that has such a rule.

    Each history is replayed to that day with and without the pause, as it is known now: what may still be paid is not
    guessed. Interest runs on under a pause, so it is no part of the cost.
    """
    bears = Q(penalty_rate_ppm__gt=0) | Q(penalty_fixed__gt=0) | Q(compound_rate_ppm__gt=0)
    for start in range(0, len(debt_ids), AT_ONCE):
        debts = Debt.objects.filter(bears, debt_id__in=debt_ids[start : start + AT_ONCE]).order_by("debt_id")
        histories = list(store.histories(debts))
        if not histories:
            continue
        plain = replayed(prepare_all(histories), asked.to_on, extended=True)[0][_CHARGED]
        paused = replayed(
            prepare_all(with_pause(each, asked, _NUMBER_OF_THE_PAUSE + each.rules.debt_id) for each in histories),
            asked.to_on,
            extended=True,
        )[0][_CHARGED]
        for history, cost in zip(histories, (plain - paused).tolist(), strict=True):
            yield history.rules.debt_id, cost


def with_pause(history: History, asked: PauseAsked, event_id: int) -> History:
    """The same debt with the pause recorded under this number."""
    return replace(history, events=(*history.events, EventRow(asked.from_on, EventKind.PAUSE, asked.days, event_id)))


def _plain(part: Part) -> dict[str, int]:
    return {"count": part.count, "exposure": part.exposure, "overdue": part.overdue, "cost": part.cost}
