"""Put a product on offer, or new terms of it from a day on; the versions before stay as they were."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.book.core.terms import Terms
from kaopu.book.models import RULE_COLUMNS, Product, ProductVersion
from kaopu.kernel import audit
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime


class Refusal(StrEnum):
    """Why a version was not added. The strings are public: add new ones, keep the old."""

    NOT_AFTER_THE_VERSION_BEFORE = "not_after_the_version_before"


@dataclass(frozen=True, slots=True)
class AddProductVersion:
    """`terms`: defaults of `Terms` as JSON by field name; `rules`: rule columns of docs/snapshot.md."""

    code: str
    name: str
    valid_from: date
    terms: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = {each.name for each in fields(Terms)}
        for name in self.terms:
            if name not in known:
                raise BadInput(f"terms: {name!r} given, expected names among {', '.join(sorted(known))}")
        for name in self.rules:
            if name not in RULE_COLUMNS:
                raise BadInput(f"rules: {name!r} given, expected names among {', '.join(RULE_COLUMNS)}")


def add_product_version(command: AddProductVersion, actor: str, now: datetime) -> int | Refusal:
    """Append the next version; its number. The version before ends the day before it begins."""
    with transaction.atomic():
        Product.objects.get_or_create(code=command.code, defaults={"name": command.name})
        product = Product.objects.select_for_update().get(code=command.code)
        before = product.versions.order_by("-version").first()
        if before is not None:
            if command.valid_from <= before.valid_from:
                return Refusal.NOT_AFTER_THE_VERSION_BEFORE
            before.valid_to = command.valid_from - timedelta(days=1)
            before.save(update_fields=["valid_to"])
        number = before.version + 1 if before else 1
        ProductVersion.objects.create(
            product=product,
            version=number,
            valid_from=command.valid_from,
            terms=dict(command.terms),
            created_at=now,
            **command.rules,
        )
        details = {"version": number, "valid_from": str(command.valid_from)}
        audit.record(act="add_product_version", subject=f"product:{product.pk}", actor=actor, at=now, details=details)
    return number
