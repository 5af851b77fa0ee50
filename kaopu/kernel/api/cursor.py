"""Pages by cursor: stable while rows are added, and opaque so that callers do not count in it."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Annotated, Any

from ninja import Query

from kaopu.kernel.api.problem import Kind, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

LIMIT_MAX = 500
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Most items of a page.")]


def page(
    rows: QuerySet[Any], key: str, cursor: str | None, limit: int, render: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """`{"items", "next_cursor"}`: up to `limit` rows after `cursor`, ordered by the unique integer column `key`."""
    if not 1 <= limit <= LIMIT_MAX:
        raise Problem(Kind.BAD_INPUT, f"limit: {limit} given, expected 1 to {LIMIT_MAX}")
    if cursor:
        rows = rows.filter(**{f"{key}__gt": _decode(cursor)})
    found = list(rows.order_by(key)[: limit + 1])
    more = len(found) > limit
    return {
        "items": [render(row) for row in found[:limit]],
        "next_cursor": _encode(getattr(found[limit - 1], key)) if more else None,
    }


def _encode(last: int) -> str:
    return base64.urlsafe_b64encode(f"after:{last}".encode()).decode().rstrip("=")


def _decode(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        word, _, number = text.partition(":")
        if word == "after":
            return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise Problem(Kind.BAD_INPUT, "cursor: expected the next_cursor of an earlier page")
