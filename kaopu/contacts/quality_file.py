"""The last look at all contacts, kept in a file of the home: ids and sums, no name and no number."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kaopu.contacts.core.quality import Group, GroupKind, LowContact, Quality
from kaopu.kernel.database import home

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Look:
    """When the contacts were looked at, where they stood then, and what was found."""

    at: datetime
    currency: str
    states: dict[str, int]
    quality: Quality


def _path() -> Path:
    return home() / "contact-quality" / "look.json"


def write_look(look: Look) -> None:
    """Keep it in place of the one before; a reader sees the one or the other."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(asdict(look), default=str), encoding="utf-8")
    beside.replace(path)


def read_look() -> Look | None:
    """The last look, or None before the first."""
    try:
        text = _path().read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    given = json.loads(text)
    return Look(datetime.fromisoformat(given["at"]), given["currency"], given["states"], _quality(given["quality"]))


def _quality(given: dict[str, Any]) -> Quality:
    groups = tuple(
        Group(each["code"], GroupKind(each["kind"]), tuple(each["people"]),
              tuple((one, other) for one, other in each["edges"]), each["exposure_minor"])
        for each in given["groups"]
    )  # fmt: skip
    low = tuple(LowContact(**{**each, "reasons": tuple(each["reasons"])}) for each in given["low"])
    return Quality(**{**given, "bins": tuple(given["bins"]), "groups": groups, "low": low})
