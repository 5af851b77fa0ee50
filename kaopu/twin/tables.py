"""The files of a run that lenders could have, as Arrow tables. docs/twin.md says what each column is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kaopu.twin.columns import days, instants, known, words
from kaopu.twin.core.asks import STRATA
from kaopu.twin.core.emissions import EVIDENCE, VIA
from kaopu.twin.core.lives import KINDS
from kaopu.twin.core.nomination_kinds import RELATIONS
from kaopu.twin.core.observe import observe
from kaopu.twin.core.points import ROLES
from kaopu.twin.core.process import STATES
from kaopu.twin.core.town import recheck_costs
from kaopu.twin.core.truth import lost

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.asks import Asks
    from kaopu.twin.core.town import Town

SOURCES = ("self", "borrower_forwarded")


def evidence_table(town: Town, from_day: float, to_day: float, seed: int) -> pa.Table:
    """What is seen in these days."""
    seen, points = observe(town, from_day, to_day, seed), town.points
    return pa.table(
        {
            "point_id": seen.point + 1,
            "borrower_id": points.borrower[seen.point] + 1,
            "role": words(points.role[seen.point], ROLES),
            "kind": words(points.kind[seen.point], KINDS),
            "at": instants(town.world.start, seen.second),
            "evidence": words(seen.evidence, EVIDENCE),
            # A contact's point is recorded when the contact accepts, so that nothing is tried before.
            "consented": np.ones(len(seen.point), np.bool_),
            "via": words(seen.via, VIA),
        }
    )


def points_table(town: Town) -> pa.Table:
    """All points that the lender holds."""
    points, start = town.points, town.world.start
    return pa.table(
        {
            "point_id": np.arange(1, len(points.kind) + 1),
            "borrower_id": points.borrower + 1,
            "party_id": points.holder + 1,
            "role": words(points.role, ROLES),
            "kind": words(points.kind, KINDS),
            "created_at": days(start, points.created),
            "consented_at": days(start, points.consented),
            "consent_ended_at": days(start, points.consent_ended),
            "virtual_segment": town.lives.virtual[points.value],
            "value_id": points.value + 1,
            "source": words(points.role, SOURCES),
            "verification_cost_minor": recheck_costs(town),
        }
    )


def edges_table(town: Town) -> pa.Table:
    """Who names whom."""
    return pa.table({"source": town.names.source + 1, "target": town.names.target + 1})


def nominations_table(town: Town) -> pa.Table:
    """Each nomination with its signals. Of who did not accept, the lender holds no number and saw no device."""
    names, process, signals, start = town.names, town.process, town.signals, town.world.start
    there = np.isfinite(process.accepted)
    point, value = _recorded(town)
    source = {"source_device": signals.source_device + 1, "source_network": signals.source_network + 1}
    target = {"target_device": signals.target_device + 1, "target_network": signals.target_network + 1}
    alike = {
        "same_device": signals.source_device == signals.target_device,
        "same_network": signals.source_network == signals.target_network,
    }
    late = {
        "seconds_to_confirm": signals.seconds_to_confirm,
        "code_tries": signals.code_tries,
        "virtual_segment": signals.virtual,
        "number_age_days": signals.number_age_days,
    }
    return pa.table(
        {
            "nomination_id": np.arange(1, len(names.source) + 1),
            "source": names.source + 1,
            "target": names.target + 1,
            "point_id": known(point + 1, there),
            "value_id": known(value + 1, there),
            "relation": words(names.relation, RELATIONS),
            "nominated_at": days(start, process.nominated),
            "state": words(process.state, STATES),
            "opened_at": days(start, process.opened),
            "accepted_at": days(start, process.accepted),
            "verified_at": days(start, process.verified),
            "withdrawn_at": days(start, process.withdrawn),
            **source,
            **{name: known(column, there) for name, column in (target | alike).items()},
            "same_address": signals.same_address,
            "same_employer": signals.same_employer,
            "same_surname": signals.same_surname,
            **{name: known(column, there) for name, column in late.items()},
            "source_age": signals.source_age,
            "target_age": known(signals.target_age, signals.target_age >= 0),
            "second_channel": np.isfinite(process.verified),
            **_own_standing(town),
        }
    )


def _recorded(town: Town) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Point and number of each nomination; 0 where there is none."""
    of_contact = np.flatnonzero(town.points.nomination >= 0)
    point = np.zeros(len(town.names.source), np.int64)
    point[town.points.nomination[of_contact]] = of_contact
    return point, town.points.value[point] if len(town.points.value) else point


def _own_standing(town: Town) -> dict[str, NDArray[np.bool_]]:
    """The contact's own standing as a borrower on the last day."""
    count, target = len(town.borrowers.family), town.names.target
    borrows = target < count
    who = np.minimum(target, count - 1)
    overdue = (town.borrowers.late_from <= town.days) & (town.days < town.borrowers.late_to)
    return {
        "target_is_borrower": borrows,
        "target_overdue": borrows & overdue[who],
        "target_lost": borrows & lost(town, town.days)[who],
    }


def exposure_table(town: Town) -> pa.Table:
    """What is owed."""
    count = len(town.borrowers.family)
    return pa.table({"borrower_id": np.arange(1, count + 1), "exposure_minor": town.borrowers.exposure_minor})


def asks_table(town: Town, borrower: NDArray[np.int64], opens: NDArray[np.float64], asks: Asks) -> pa.Table:
    """Episodes in which asking was drawn by lot."""
    return pa.table(
        {
            "episode_id": np.arange(1, len(borrower) + 1),
            "borrower_id": borrower + 1,
            "opened_at": days(town.world.start, opens),
            "stratum": words(asks.stratum, STRATA),
            "days_unreached": asks.days_unreached,
            "reach_before": asks.reach_before,
            "exposure_minor": town.borrowers.exposure_minor[borrower],
            "asked": asks.asked,
            "found_30": asks.found_30,
            "complaint": asks.complaint,
            "refused": asks.refused,
            "withdrew": asks.withdrew,
        }
    )
