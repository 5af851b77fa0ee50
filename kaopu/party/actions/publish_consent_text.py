"""Publish the words of a consent under a version that never changes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.party.models import ConsentText

if TYPE_CHECKING:
    from datetime import datetime


class Refusal(StrEnum):
    """Why words were not published."""

    NO_WORDS = "no_words"
    VERSION_HAS_OTHER_WORDS = "version_has_other_words"


def publish_consent_text(
    version: str, purpose: str, language: str, text: str, *, actor: str, now: datetime
) -> Refusal | None:
    """Publish; the same words again change nothing. Other words need another version."""
    if not text.strip():
        return Refusal.NO_WORDS
    with transaction.atomic():
        row = ConsentText(
            version=version, purpose=purpose, language=language, text=text, published_at=now, published_by=actor
        )
        ConsentText.objects.bulk_create([row], ignore_conflicts=True)
        kept = ConsentText.objects.get(pk=version)
        if (kept.purpose, kept.language, kept.text) != (purpose, language, text):
            return Refusal.VERSION_HAS_OTHER_WORDS
        if (kept.published_at, kept.published_by) == (now, actor):
            details: dict[str, object] = {"purpose": purpose, "language": language}
            audit.record(act="party.text_published", subject=f"text:{version}", actor=actor, at=now, details=details)
    return None
