"""What the analyses add up, part by part and currency by currency. Sums of two parts are the sums of both."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kaopu.book.core.cash_expected import cash_expected
from kaopu.book.core.classification import BUCKETS
from kaopu.book.core.concentration import sums_by_code
from kaopu.book.core.first_payment_default import AFTER_DAYS, first_payment_default
from kaopu.book.core.position_columns import FLAG_CHARGED_OFF, FLAG_EXISTS, OUT32, OUT64
from kaopu.book.core.reversal import reversed_events
from kaopu.book.core.roll_rate import CHARGED_OFF, roll_amounts, states
from kaopu.book.core.vintage import NEVER, is_ever_bad, month_of, vintage_sums
from kaopu.book.snapshot.analysis_days import number
from kaopu.book.snapshot.replay_part import read_part, replay_to
from kaopu.book.snapshot.slab import one_chunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.book.snapshot.analysis_days import AnalysisDays
    from kaopu.book.snapshot.parts import Part
    from kaopu.book.snapshot.replay_part import Columns, Currencies, Memory

    Values = NDArray[Any]

GROUPS = ("product", "portfolio", "category", "merchant_id")
_OWED, _LATE = OUT64.index("outstanding_principal"), OUT64.index("overdue_principal")
# Places in the columns of the kernel.
_DISBURSED, _LENT, _INSTALMENTS, _EVENTS = 1, 2, 4, 13


@dataclass(frozen=True, slots=True)
class Sums:
    """Additive figures of one currency; whole minor units, debts, days."""

    last_month: Values  # roll amounts between a month before and the as-of day
    monthly: Values  # roll amounts between month ends, oldest first
    opened: Values
    ever_bad: Values
    first_payments: Values
    owed_by: dict[str, Counter[str]]
    owed_by_party: list[tuple[Values, Values]]
    owed_by_bucket: Values
    charged_off: int
    recovered: int
    cash: Values

    def plus(self, other: Sums) -> Sums:
        """The sums of both."""
        owed_by = {group: owed + other.owed_by[group] for group, owed in self.owed_by.items()}
        names = [field.name for field in fields(Sums) if field.name != "owed_by"]
        return Sums(owed_by=owed_by, **{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True, slots=True)
class _Stand:
    # What the analyses keep of the positions of one day.
    state: Values
    outstanding: Values
    exists: Values
    is_bad: Values


def add_part(  # noqa: PLR0917 - what is replayed, then how far to look
    part: Part, days: AnalysisDays, currencies: Currencies, memory: Memory, vintage_months: int, cash_days: int
) -> dict[int, Sums]:
    """The figures of one part by currency code."""
    columns = read_part(part, currencies)
    present = set(part.names("debts"))
    texts = part.rows("debts", ["debt_id", "party_id", *(group for group in GROUPS if group in present)]).table
    ends = [_stand(*replay_to(columns, number(day), memory)) for day in days.month_ends]
    before = _stand(*replay_to(columns, number(days.month_before), memory))
    out64, out32 = replay_to(columns, number(days.as_of), memory)
    now, today = _stand(out64, out32), number(days.as_of)
    first_bad, opened = _first_bad(ends, now, days), _months(columns.of_kernel[_DISBURSED])
    last = month_of(days.as_of)
    rows = [out32[OUT32.index(name)] for name in ("first_due", "first_settled", "flags")]
    found = {}
    for code in np.unique(columns.currency).tolist():
        of = columns.currency == code
        total, bad = vintage_sums(
            opened[of], columns.of_kernel[_LENT][of], first_bad[of], last - vintage_months + 1, last
        )
        found[code] = Sums(
            last_month=_roll(before, now, of),
            monthly=np.array([_roll(one, later, of) for one, later in pairwise(ends)]),
            opened=total,
            ever_bad=bad,
            first_payments=np.array(
                [first_payment_default(today, *(row[of] for row in rows), after) for after in AFTER_DAYS]
            ),
            owed_by={group: _owed_by(texts, group, now.outstanding * of) for group in GROUPS},
            owed_by_party=[(_numbers(texts, "party_id")[of], now.outstanding[of])],
            owed_by_bucket=_owed_by_bucket(now, of),
            charged_off=int(out64[OUT64.index("charged_off")][of].sum()),
            recovered=int(out64[OUT64.index("recovered")][of].sum()),
            cash=_cash(columns, out64, of, today, cash_days),
        )
    return found


def _stand(out64: Values, out32: Values) -> _Stand:
    flags = out32[OUT32.index("flags")]
    is_off = flags & FLAG_CHARGED_OFF > 0
    outstanding = out64[_OWED : _OWED + 4].sum(axis=0)
    state = states(out32[OUT32.index("days_past_due")], outstanding, is_off)
    bad = is_ever_bad(out32[OUT32.index("worst_days_past_due")], is_off)
    return _Stand(state.astype(np.int8), outstanding, flags & FLAG_EXISTS > 0, bad)


def _roll(before: _Stand, after: _Stand, of: Values) -> Values:
    # A debt that did not exist yet cannot roll; one that exists at a day exists at every later one.
    both = of & before.exists
    return roll_amounts(before.state[both], before.outstanding[both], after.state[both])


def _first_bad(ends: list[_Stand], now: _Stand, days: AnalysisDays) -> Values:
    first = np.full(len(now.is_bad), NEVER, np.int64)
    for stand, day in ((now, days.as_of), *zip(reversed(ends), reversed(days.month_ends), strict=True)):
        first[stand.is_bad] = month_of(day)
    return first


def _months(day: Values) -> Values:
    # Numpy counts months from January 1970.
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def _owed_by_bucket(now: _Stand, of: Values) -> Values:
    sums = np.zeros(len(BUCKETS), np.int64)
    chosen = of & now.exists & (now.state < CHARGED_OFF)
    np.add.at(sums, now.state[chosen], now.outstanding[chosen])
    return sums


def _owed_by(texts: pa.Table, group: str, owed: Values) -> Counter[str]:
    if group not in texts.column_names:
        return Counter()
    words = one_chunk(texts.column(group))
    coded = words if isinstance(words, pa.DictionaryArray) else words.dictionary_encode()
    names = [*coded.dictionary.to_pylist(), None]
    codes, sums = sums_by_code(coded.indices.fill_null(len(names) - 1).to_numpy(zero_copy_only=False), owed)
    counted: Counter[str] = Counter()
    for code, amount in zip(codes.tolist(), sums.tolist(), strict=True):
        if amount:
            counted[names[code] or ""] += amount
    return counted


def _numbers(texts: pa.Table, name: str) -> Values:
    return one_chunk(texts.column(name)).to_numpy()


def _cash(columns: Columns, out64: Values, of: Values, today: int, days: int) -> Values:
    i_debt, _, due, principal, interest, fee, version, from_on, cause = columns.of_kernel[_INSTALMENTS:_EVENTS]
    _, on, kind, _, event_id, _, reverses = columns.of_kernel[_EVENTS : _EVENTS + 7]
    place = np.searchsorted(columns.debt_id, i_debt)
    in_force = from_on <= today if len(from_on) else np.ones(len(i_debt), bool)
    if len(cause) and len(reverses) and len(event_id):
        in_force &= ~np.isin(cause, reversed_events(today, on, kind, event_id, reverses))
    kept = of[place] & (due > today) & in_force
    if len(version):
        newest = np.zeros(len(columns.debt_id), np.int64)
        np.maximum.at(newest, place[in_force], version[in_force])
        kept &= version == newest[place]
    place, due = place[kept], due[kept]
    asked = principal[kept] + interest[kept] + fee[kept]
    order = np.lexsort((due, place))
    owed = out64[_OWED : _OWED + 3].sum(axis=0) - out64[_LATE : _LATE + 3].sum(axis=0)
    return cash_expected(today, place[order], due[order], asked[order], owed, days)
