"""One case: which readings are asked for, and the table of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.tables.event import in_cumulative_order, in_order_of_effect, read_events, standing_events
from kaopu.book.core.tables.fields import Fields
from kaopu.book.core.tables.plain_annuity import is_plain, plain_table
from kaopu.book.core.tables.read_settings import read_settings
from kaopu.book.core.tables.replay import Replay
from kaopu.book.core.tables.settings import ScheduleKind
from kaopu.book.core.tables.table import rows_of, totals_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kaopu.book.core.tables.event import Event
    from kaopu.book.core.tables.settings import Settings

Reading = tuple[int, "date"]


def tables_of(values: Any, place: int) -> dict[str, Any]:
    """The tables of one case; `place` names a case without an id.

    Raises:
        BadInput: the case cannot be understood; the message names the case, the field and what was expected.
    """
    named = values.get("id") if isinstance(values, dict) else None
    case = Fields(values, str(named if named is not None else f"#{place}"), "")
    try:
        return {"id": case.case_id, "tables": _plain_tables(case) if is_plain(case) else _tables(case)}
    except OverflowError:
        raise case.refuse("inputs", "due days before the year 10000") from None


def _plain_tables(case: Fields) -> list[dict[str, Any]]:
    asked = case.items("expected") or [{}]
    return [plain_table(case, Fields(entry, case.case_id, f"expected[{nr}]")) for nr, entry in enumerate(asked, 1)]


def _tables(case: Fields) -> list[dict[str, Any]]:
    settings = read_settings(case)
    events = read_events(case)
    return [_table(case, settings, events, reading) for reading in _readings(case, settings, events)]


def _readings(case: Fields, settings: Settings, events: Sequence[Event]) -> list[Reading]:
    """What `expected` asks for, of which only the place and the day are read; without it one after every event."""
    asked = case.items("expected")
    if not asked:
        return [(e.nr, e.entered_on) for e in events] or [(0, settings.submitted_on)]
    found: list[Reading] = []
    for nr, entry in enumerate(asked, 1):
        fields = Fields(entry, case.case_id, f"expected[{nr}]")
        after = fields.count("after_event")
        if after > len(events):
            raise fields.refuse("after_event", f"at most {len(events)}, the number of events")
        found.append((after, fields.date("as_of")))
    return found


def _table(case: Fields, settings: Settings, events: Sequence[Event], reading: Reading) -> dict[str, Any]:
    after, as_of = reading
    standing = standing_events(events[:after], case)
    replay = Replay(settings, case.case_id)
    if settings.schedule is ScheduleKind.CUMULATIVE:
        ordered = in_cumulative_order(events[:after], standing)
    else:
        ordered = in_order_of_effect(standing)
    loan = replay.loan_after(ordered, as_of) if ordered else replay.expected_loan()
    rows = rows_of(loan)
    return {"after_event": after, "as_of": as_of.isoformat(), "rows": rows, "totals": totals_of(rows)}
