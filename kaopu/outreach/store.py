"""Templates in use, gateways, and messages as rows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaopu.kernel import vault
from kaopu.kernel.core.errors import BadInput
from kaopu.outreach.core.template_file import read_templates
from kaopu.outreach.core.value import House, Kind, Value
from kaopu.outreach.models import Gateway, InboxItem, Message, Step, TemplateVersion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from kaopu.outreach.core.template import Template
    from kaopu.outreach.models import SendRequest

SHIPPED = Path(__file__).parent / "messages"
BODY = "body_sealed"


@dataclass(frozen=True, slots=True)
class InboxView:
    """A message as its receiver sees it in the app."""

    message_id: UUID
    subject: str
    body: str
    put_at: datetime
    read_at: datetime | None


def house() -> House:
    """What the lender says of itself: `KAOPU_LENDER_NAME`, `KAOPU_LENDER_PHONE`, `KAOPU_ORIGIN`.

    The name must be neutral ("靠谱", not "… Credit"): it stands in messages that tell of no debt.
    """
    return House(
        os.environ.get("KAOPU_LENDER_NAME", "靠谱 kaopu"),
        os.environ.get("KAOPU_LENDER_PHONE", "400 000 0000"),
        os.environ.get("KAOPU_ORIGIN", "http://127.0.0.1:8000"),
    )


@cache
def shipped() -> dict[tuple[str, str], Template]:
    """The texts of this release by code and language."""
    found: dict[tuple[str, str], Template] = {}
    for path in sorted(SHIPPED.glob("*.toml")):
        for template in read_templates(path.read_text(encoding="utf-8"), path.name):
            found[template.code, template.language] = template
    return found


def template(code: str, language: str) -> Template | None:
    """The text in use: the newest that two people agreed to, else the shipped one."""
    row = TemplateVersion.objects.filter(code=code, language=language).order_by("-version").first()
    # Fixed texts come from the release, whatever a row says (the database refuses such rows too).
    if row is None or code.startswith("contact-"):
        return shipped().get((code, language))
    return read_templates(row.toml, f"{code} {row.version}")[0]


def templates() -> list[Template]:
    """Every text in use, by code and language."""
    own = TemplateVersion.objects.values_list("code", "language").distinct()
    keys = sorted({*shipped(), *((code, language) for code, language in own)})
    return [found for code, language in keys if (found := template(code, language)) is not None]


def gateway_for(channel: str) -> Gateway | None:
    """The gateway that takes messages of a channel, the newest first."""
    rows = Gateway.objects.filter(ended_at=None).order_by("-added_at", "-id")
    return next((row for row in rows if channel in row.channels), None)


def gateway_secret(row: Gateway) -> str:
    """The secret that signs what goes to a gateway and what comes from it, `whsec_…`."""
    return vault.ring().open(row.secret_sealed, "outreach_gateway", "secret_sealed", row.pk)


def seal_body(table: str, row_id: UUID, text: str) -> bytes:
    """A text under the vault, for one row."""
    return vault.ring().seal(text, table, BODY, row_id)


def body_of(row: Message | SendRequest) -> str | None:
    """The text of a message or the values of a request; None once its time was over."""
    if row.body_sealed is None:
        return None
    return vault.ring().open(row.body_sealed, row._meta.db_table, BODY, row.pk)  # noqa: SLF001 - Django's own name


def values_of(words: Mapping[str, Any]) -> dict[str, Value]:
    """Values from plain JSON: `{"name": ["masked_name", "王*"]}`. Raises `BadInput` for an unknown kind."""
    known = {kind.value for kind in Kind}
    for name, pair in words.items():
        if not isinstance(pair, list | tuple) or len(pair) != 2 or pair[0] not in known or not isinstance(pair[1], str):
            raise BadInput(f"values: {name}: expected [kind, text] with a kind of {', '.join(sorted(known))}")
    return {name: Value(Kind(kind), text) for name, (kind, text) in words.items()}


def plain_values(values: Mapping[str, Value]) -> dict[str, list[str]]:
    """Values as plain JSON."""
    return {name: [value.kind.value, value.text] for name, value in values.items()}


def add_step(
    state: str, at: datetime, *, message: Message | None = None, request: SendRequest | None = None,
    detail: Mapping[str, object] | None = None, told_as: str | None = None, recorded_at: datetime | None = None,
) -> Step:  # fmt: skip
    """One step more, in the caller's transaction."""
    return Step.objects.create(
        message=message, request=request, state=state, detail=dict(detail or {}), at=at,
        recorded_at=recorded_at or at, told_as=told_as,
    )  # fmt: skip


def inbox(person: str) -> list[InboxView]:
    """What lies in a person's inbox, the newest first."""
    rows = InboxItem.objects.filter(person=person).select_related("message").order_by("-put_at", "-pk")
    found = []
    for row in rows:
        subject, _, body = (body_of(row.message) or "").partition("\n\n")
        found.append(InboxView(row.message.pk, subject, body, row.put_at, row.read_at))
    return found


def conversation(person: str) -> list[Message]:
    """All that was sent to a person and came from them, the oldest first."""
    return list(Message.objects.filter(person=person).order_by("at", "id"))


def kept_until(at: datetime, role: str) -> date:
    """Until when the text of a message is kept; that it was sent stays on record.

    Five years (CN-CBA-09, X-DEF-18), which covers the three of 12 CFR 1006.100; what was said to a contact for the two
    that GB/T 45251-2025 asks of the whole process and no longer (PIPL 19).
    """
    return (at + timedelta(days=366 * (2 if role == "contact" else 5))).date()
