"""Versions of policies as the pages read and keep them. What was shipped and never registered is shown as version 0."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kaopu.decision.actions.register_policy import Registered, register_policy
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.models import Policy, PolicyVersion
from kaopu.decision.policy_store import live_state
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

SHIPPED = Path(__file__).resolve().parent.parent / "policies"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
AT_WORK = ("live", "scheduled", "approved")


@dataclass(frozen=True, slots=True)
class Kept:
    """One version. `by` and `at` are empty for what was shipped and is not registered; its state is `shipped`."""

    name: str
    number: int
    text: str
    state: str
    by: str = ""
    at: datetime | None = None
    id: int = 0


def names() -> tuple[str, ...]:
    """The names of all policies, in order."""
    found = {path.stem for path in SHIPPED.glob("*.json")} | set(Policy.objects.values_list("name", flat=True))
    return tuple(sorted(name for name in found if NAME.fullmatch(name)))


def versions(name: str, now: datetime) -> tuple[Kept, ...]:
    """Every version of a policy, the newest first; none for a name that is not known."""
    if not NAME.fullmatch(name):
        return ()
    rows = PolicyVersion.objects.filter(policy__name=name).prefetch_related("placements").order_by("-number")
    found = [Kept(name, r.number, r.text, live_state(r, now), r.author, r.created_at, r.pk) for r in rows]
    shipped = SHIPPED / f"{name}.json"
    if not found and shipped.exists():
        found.append(Kept(name, 0, shipped.read_text(encoding="utf-8"), "shipped"))
    return tuple(found)


def save(document: Mapping[str, Any], *, by: str, now: datetime) -> Registered:
    """Keep a document as the next version of the policy that its manifest names; the same text is the same version.

    Raises:
        BadInput: it is no policy with a manifest, or its name cannot be an address.
    """
    text = json.dumps(document, ensure_ascii=False)
    read = read_policy(text, "policy")
    if read.manifest is None or not NAME.fullmatch(read.manifest.name):
        raise BadInput("policy: manifest.name is missing or not of small letters, digits and hyphens")
    return register_policy(text, read.manifest.name, actor=by, now=now)


def compared(versions: tuple[Kept, ...]) -> Kept:
    """The version that drafts are compared with: the live one, else the nearest to it, else the first."""
    for state in AT_WORK:
        found = next((one for one in versions if one.state == state), None)
        if found:
            return found
    return versions[-1]
