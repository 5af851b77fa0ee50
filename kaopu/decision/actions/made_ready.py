"""Before a decision's transaction: what decides under a name, and what outside providers say for it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.decision.actions.provider_inputs import FromProviders, with_providers
from kaopu.decision.core.assignment import assigned
from kaopu.decision.engines.compiled import engine_of
from kaopu.decision.store import Standing, standing

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.kernel.clock import Clock

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """`now` is the instant of the decision. `stands` None: to be read as of `now`, in the transaction."""

    stands: Standing | None
    outside: FromProviders
    now: datetime


def made_ready(name: str, asked: dict[str, Any], party: str | None, clock: Clock, now: datetime) -> Ready:
    """Ask the providers of the version that would answer; never an exception.

    What fails here fails again in the decision, and is recorded there.
    """
    try:
        stands = standing(name, now)
        if stands.stopped or not any(each.role == "champion" for each in stands.placed):
            return Ready(stands, FromProviders(asked), now)
        placed = assigned(name, party, stands.placed)
        manifest = engine_of(placed.version_id, placed.digest).policy.manifest if placed else None
        outside = with_providers(manifest, asked, party, clock)
    except Exception as problem:  # noqa: BLE001 - nothing was asked
        log.warning("policy %s: %s", name, type(problem).__name__)
        return Ready(None, FromProviders(asked), now)
    # An answer takes its time: who decides, and whether anybody stopped it, is looked at once more.
    return Ready(None, outside, clock.now()) if outside.calls else Ready(stands, outside, now)
