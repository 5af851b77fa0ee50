"""Which rulebook is in force at an instant: the newest that two people agreed to, else what shipped."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from kaopu.conduct import packs
from kaopu.conduct.models import RulebookVersion
from kaopu.kernel.core.approval import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kaopu.conduct.core.rulebook import Rulebook


def digest_of(files: Mapping[str, str]) -> str:
    """SHA-256 of the files, by name."""
    return sha256(canonical(dict(files)).encode()).hexdigest()


def rulebook_of(files: Mapping[str, str]) -> Rulebook:
    """The rulebook that TOML files say. Raises `BadInput` that names file and place."""
    return packs.load_texts(files)


def version_at(at: datetime) -> RulebookVersion:
    """The version in force."""
    row = (
        RulebookVersion.objects.filter(shipped=False, effective_from__lte=at).order_by("-effective_from", "-id").first()
    )
    return row or _shipped(at)


def rules_of(row: RulebookVersion) -> Rulebook:
    """The rules of one version."""
    return rules(row.digest)


@lru_cache(maxsize=16)
def rules(digest: str) -> Rulebook:
    """The rules under a digest, read once a process."""
    row = RulebookVersion.objects.filter(digest=digest).first()
    if row is None:  # pragma: no cover - rows only grow
        raise LookupError(f"no rulebook {digest}")
    return rulebook_of(row.files)


def shipped_files() -> dict[str, str]:
    """The TOML files that came with this release."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(packs.SHIPPED.glob("*.toml"))}


@lru_cache(maxsize=1)
def shipped_digest() -> str:
    """The digest of what came with this release."""
    return digest_of(shipped_files())


def _shipped(at: datetime) -> RulebookVersion:
    digest = shipped_digest()
    found = RulebookVersion.objects.filter(digest=digest, shipped=True).first()
    if found:
        return found
    try:
        with transaction.atomic():
            return RulebookVersion.objects.create(
                digest=digest, files=shipped_files(), effective_from=at, author="release", shipped=True, recorded_at=at
            )
    except IntegrityError:  # another worker wrote it first
        return RulebookVersion.objects.get(digest=digest, shipped=True)
