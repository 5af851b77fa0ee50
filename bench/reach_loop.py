"""A lender in the made-up town who re-checks month by month: by plan, or oldest first, at the same budget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kaopu.contacts.core.plan import plan
from kaopu.contacts.core.plan_candidates import Assumptions
from kaopu.contacts.core.plan_channels import ASK_BORROWER, TEN_THOUSANDTHS, Channel
from kaopu.contacts.core.reach_tables import tables_of
from kaopu.contacts.reach_joined import joined
from kaopu.contacts.reach_parts import filtered
from kaopu.twin.core.lives import KINDS
from kaopu.twin.core.points import OWN, ROLES
from kaopu.twin.core.town import recheck, recheck_costs
from kaopu.twin.core.truth import alive, lost_exposure_minor
from kaopu.twin.tables import evidence_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.contacts.core.borrower_reach import Pooling
    from kaopu.contacts.core.hazard import Hazard
    from kaopu.contacts.core.plan_value import Worth
    from kaopu.contacts.core.reached import Reached
    from kaopu.twin.core.town import Rechecked, Town

MONTH, FIRST = 30, 180
ADDRESS = KINDS.index("address")
NEVER = -(1 << 63)


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What the lender's plans are made from."""

    hazards: Mapping[str, Hazard]
    pooling: Pooling
    worth: Worth


@dataclass(frozen=True, slots=True)
class Outcome:
    """Exposure lost at the end of each month, in minor units; what was spent and renewed; reach at the end."""

    lost_minor: tuple[int, ...]
    spent_minor: int
    renewed: int
    town: Town
    reached: Reached

    @property
    def at_end(self) -> int:
        return self.lost_minor[-1]

    @property
    def last_year(self) -> float:
        return float(np.mean(self.lost_minor[-12:]))


def instant(town: Town, day: float) -> datetime:
    return datetime.combine(town.world.start, datetime.min.time(), UTC) + timedelta(days=float(day))


def reached_on(town: Town, evidence: pa.Table, day: float, hazards: Mapping[str, Hazard]) -> Reached:
    """The filter on a day; contacts who withdrew count no more."""
    found = joined([filtered(evidence, instant(town, day), tables_of(hazards), "town")])
    known = np.asarray(found.point_id) - 1
    held = day < town.points.consent_ended[known]
    return replace(found, link_counts=found.link_counts & held[found.link_point])


def in_order(tables: list[pa.Table]) -> pa.Table:
    whole = pa.concat_tables(tables).combine_chunks()
    at = np.asarray(whole.column("at").cast(pa.int64()))
    return whole.take(pa.array(np.lexsort((at, np.asarray(whole.column("point_id"))))))


def live(town: Town, policy: str, budget_minor: int, beliefs: Beliefs, seed: int) -> Outcome:
    """Two years; re-checks from day 180 on. `policy`: none, plan, oldest, oldest-own, all-seeing."""
    tables, lost, spent, renewed = [], [], 0, 0
    for day in range(0, town.days, MONTH):
        if day >= FIRST and policy != "none":
            points = _chosen(town, tables, day, budget_minor, beliefs, policy)
            if len(points):
                done = recheck(town, points, day, seed)
                town, spent, renewed = done.town, spent + done.cost_minor, renewed + len(done.renewed)
                tables.append(_rows(town, done, day, tables[0].schema))
        until = min(day + MONTH, town.days)
        tables.append(evidence_table(town, day, until, seed))
        lost.append(lost_exposure_minor(town, until))
    return Outcome(tuple(lost), spent, renewed, town, reached_on(town, in_order(tables), town.days, beliefs.hazards))


def _chosen(
    town: Town, tables: list[pa.Table], day: int, budget_minor: int, beliefs: Beliefs, policy: str
) -> np.ndarray:
    if policy == "all-seeing":
        known = (town.points.created <= day) & (day < town.points.consent_ended)
        return np.flatnonzero(known & ~alive(town, day)) + 1
    reached = reached_on(town, in_order(tables), day, beliefs.hazards)
    choose = _by_plan if policy == "plan" else _oldest
    return choose(town, reached, day, budget_minor, beliefs, policy)


def channels_of(town: Town) -> dict[str, tuple[Channel, ...]]:
    """One way a kind at the town's price; asking for a new point costs the same there."""
    given = town.world.points
    costs = (given.recheck_phone_minor, given.recheck_email_minor, given.recheck_app_minor, given.recheck_address_minor)
    fen = TEN_THOUSANDTHS // 100
    return {
        kind: (Channel("recheck", round(cost * fen), 0.98), Channel(ASK_BORROWER, round(cost * fen), 0.98))
        for kind, cost in zip(KINDS, costs, strict=True)
    }


def _by_plan(town: Town, reached: Reached, day: int, budget: int, beliefs: Beliefs, _policy: str) -> np.ndarray:
    exposure = town.borrowers.exposure_minor[np.asarray(reached.borrower_id) - 1] / 100
    assumed = Assumptions(beliefs.hazards, channels_of(town), beliefs.pooling, beliefs.worth)
    made = plan(reached, exposure, budget / 100, assumed, int(instant(town, day).timestamp()) * 10**6)
    return np.array([each.point_id for each in made.items], np.int64)


def _oldest(town: Town, reached: Reached, day: int, budget: int, _beliefs: Beliefs, policy: str) -> np.ndarray:
    """Last confirmed longest ago (or on record longest) first. No letters: they would eat the budget."""
    points = np.asarray(reached.point_id)
    allowed = (day < town.points.consent_ended[points - 1]) & (reached.kind != ADDRESS)
    if policy == "oldest-own":
        allowed &= town.points.role[points - 1] == OWN
    since = int(instant(town, 0).timestamp()) * 10**6
    created = (town.points.created[points - 1] * 86_400e6).astype(np.int64) + since
    seen = np.where(reached.confirmed_us == NEVER, created, reached.confirmed_us)
    order = np.flatnonzero(allowed)[np.argsort(seen[allowed], kind="stable")]
    costs = np.cumsum(recheck_costs(town)[points[order] - 1])
    return points[order[costs <= budget]]


def _rows(town: Town, done: Rechecked, day: int, schema: pa.Schema) -> pa.Table:
    index = done.point_id - 1
    at = pa.array(np.full(len(index), int(instant(town, day).timestamp())), pa.timestamp("s", tz="UTC"))
    return pa.table({
        "point_id": done.point_id,
        "borrower_id": town.points.borrower[index] + 1,
        "role": pa.array(np.array(ROLES)[town.points.role[index]]),
        "kind": pa.array(np.array(KINDS)[town.points.kind[index]]),
        "at": at,
        "evidence": pa.array(done.evidence),
        "consented": np.ones(len(index), bool),
        "via": pa.array(done.via),
    }).cast(schema)  # fmt: skip
