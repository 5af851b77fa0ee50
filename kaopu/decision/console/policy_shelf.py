"""Versions of policies as the pages read and keep them: those that are shipped, and drafts saved after them.

A version is a file and is never written twice. The shipped file is version 1; drafts follow it.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kaopu.decision.core.policy.policy_file import read_policy, write_policy
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.database import home

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SHIPPED = Path(__file__).resolve().parent.parent / "policies"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
FILE = re.compile(r"(\d{4,6})\.json")


@dataclass(frozen=True, slots=True)
class Kept:
    """One version. `by` and `at` are empty for what was shipped; `after` is the version it was edited from."""

    name: str
    number: int
    text: str
    by: str = ""
    at: datetime | None = None
    after: int = 0

    @property
    def shipped(self) -> bool:
        """Whether the version came with the release."""
        return not self.by


def names() -> tuple[str, ...]:
    """The names of all policies, in order."""
    found = {path.stem for path in SHIPPED.glob("*.json")}
    found |= {path.name for path in _drafts().glob("*") if path.is_dir()}
    return tuple(sorted(name for name in found if NAME.fullmatch(name)))


def versions(name: str) -> tuple[Kept, ...]:
    """Every version of a policy, the newest first; none for a name that is not known."""
    if not NAME.fullmatch(name):
        return ()
    found = [_draft(name, path) for path in sorted(_drafts(name).glob("*.json")) if FILE.fullmatch(path.name)]
    shipped = SHIPPED / f"{name}.json"
    if shipped.exists():
        found.append(Kept(name, 1, shipped.read_text(encoding="utf-8")))
    return tuple(sorted(found, key=lambda one: -one.number))


def save(document: Mapping[str, Any], *, after: int, by: str, at: datetime) -> Kept:
    """Keep a document as the next version of the policy that its manifest names.

    Raises:
        BadInput: it is no policy with a manifest, its name cannot be an address, or a colleague saved at this moment.
    """
    read = read_policy(json.dumps(document, ensure_ascii=False), "policy")
    if read.manifest is None or not NAME.fullmatch(read.manifest.name):
        raise BadInput("policy: manifest.name is missing or not of small letters, digits and hyphens")
    name, text = read.manifest.name, write_policy(document)
    number = max((one.number for one in versions(name)), default=0) + 1
    kept = Kept(name, number, text, by, at, after)
    folder = _drafts(name)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = {"by": by, "at": at.isoformat(), "after": after, "text": text}
    try:
        descriptor = os.open(folder / f"{number:04d}.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as wrong:
        raise BadInput(
            f"policy: version {number} was saved by a colleague at this moment, expected a new one"
        ) from wrong
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False)
    return kept


def _drafts(name: str = "") -> Path:
    return home() / "policies" / name


def _draft(name: str, path: Path) -> Kept:
    told = json.loads(path.read_text(encoding="utf-8"))
    return Kept(name, int(path.stem), told["text"], told["by"], datetime.fromisoformat(told["at"]), told["after"])


def compared(versions: tuple[Kept, ...]) -> Kept:
    """The version that drafts are compared with: the shipped one, else the first."""
    return next((one for one in versions if one.shipped), versions[-1])
