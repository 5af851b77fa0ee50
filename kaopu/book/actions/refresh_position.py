"""Replay one debt, or several, into the rows of the current close, so that lists show what was just recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book import store
from kaopu.book.actions.classify_debt import classes_beyond_days
from kaopu.book.core.classification import BUCKETS, bucket_of
from kaopu.book.core.history import prepare_all
from kaopu.book.core.position import Position, positions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kaopu.book.core.classification_obligor import Classification
    from kaopu.book.models import CloseRun, Debt

BUCKET_CODE = {bucket: code for code, bucket in enumerate(BUCKETS)}
RENAMED = {"class": "class_code"}
DAYS = {"next_due", "first_due", "first_settled"}


def refresh_position(debt: Debt) -> None:
    """Replay a debt at the day of the current close. Call it inside the transaction that wrote, positions held."""
    run = store.current_close()
    if run is not None:
        refresh_positions(run, [debt])


def refresh_positions(run: CloseRun, debts: Sequence[Debt]) -> None:
    """Replay several debts at the day of a close."""
    ordered = sorted(debts, key=lambda debt: debt.debt_id)
    found = positions(prepare_all(store.histories(ordered)), run.as_of)
    classes = classes_beyond_days(ordered, run.as_of)
    for debt, position in zip(ordered, found, strict=True):
        told = classes.pop(debt.debt_id, None)
        store.write_position(run, debt, columns_of(position, told) if position.exists else None)
    store.write_classes(run, {debt_id: class_columns(told) for debt_id, told in classes.items()})


def class_columns(told: Classification) -> dict[str, int]:
    """The columns of a `PositionRow` that hold the class."""
    return {"class_code": told.class_code, "class_rule": told.binding.code}


def columns_of(position: Position, told: Classification | None = None) -> dict[str, Any]:
    """The columns of a `PositionRow`; the class by days where nothing else is `told`."""
    columns: dict[str, Any] = {RENAMED.get(name, name): value for name, value in position.columns().items()}
    columns |= {name: getattr(position, name) for name in DAYS}
    columns["bucket_code"] = BUCKET_CODE[bucket_of(position.days_past_due)]
    return columns | (class_columns(told) if told else {})
