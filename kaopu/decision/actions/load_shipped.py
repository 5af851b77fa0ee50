"""The policies that come with kaopu, brought to work where they are not there yet."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from django.db import transaction

from kaopu.decision.actions.register_policy import add_step, record_backtest, register_policy
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.models import Placement, Policy

AUTHOR = "release:kaopu"
FOLDER = Path(__file__).resolve().parents[1] / "policies"
WAIVER = "Shipped with kaopu for the sample lender, with tests of its own."


def load_shipped(actor: str, now: datetime, folder: Path = FOLDER) -> int:
    """Register, approve and place each shipped policy of a room whose name is not there yet; how many.

    The author is the release, whoever starts kaopu for the first time is the one who agrees. Nothing is placed that
    its own check refuses.
    """
    return sum(_load(path, actor, now) for path in sorted(folder.glob("*.json")))


def _load(path: Path, actor: str, now: datetime) -> bool:
    text = path.read_text(encoding="utf-8")
    manifest = read_policy(text, path.name).manifest
    if manifest is None or Policy.objects.filter(name=manifest.name).exists():
        return False
    with transaction.atomic():
        found = register_policy(text, path.name, actor=AUTHOR, now=now)
        if found.state != "checked":
            return False
        record_backtest(found.version, actor=AUTHOR, now=now, waiver=WAIVER)
        add_step(found.version, "proposed", AUTHOR, now)
        add_step(found.version, "approved", actor, now)
        begin = max(datetime.combine(manifest.valid_from, time(), UTC), now)
        end = (
            None if manifest.valid_to is None else datetime.combine(manifest.valid_to, time(), UTC) + timedelta(days=1)
        )
        if end is not None and end <= begin:
            return False
        Placement.objects.create(
            policy=found.version.policy, version=found.version, role="champion", valid_from=begin, valid_until=end,
            placed_by=actor, placed_at=now,
        )  # fmt: skip
        add_step(found.version, "scheduled", actor, now, {"role": "champion", "share": 0})
    return True
