"""What comes next in an episode: the policy in force decides, on facts that are read now; the decision is kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from kaopu.contacts.core.episode import POLICY, NextAct, Situation, Step, ranked, situation
from kaopu.contacts.episode_ways import Offered, ways_of
from kaopu.decision.actions.take_decision import take_decision
from kaopu.decision.core.assignment import assigned
from kaopu.decision.engines.compiled import engine_of
from kaopu.decision.store import standing
from kaopu.party import store as party

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.contacts.models import Episode
    from kaopu.decision.actions.take_decision import Taken
    from kaopu.decision.core.policy.manifest import Manifest
    from kaopu.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class NextStep:
    """The act, its reasons, the facts it saw, and every way in the order in which they are offered.

    `taken` is the decision on record, None where this was only a look.
    """

    act: NextAct
    reasons: tuple[str, ...]
    manifest: Manifest | None  # with the words of the reasons
    situation: Situation
    ways: tuple[Offered, ...]
    taken: Taken | None = None

    @property
    def best(self) -> Offered | None:
        """The way that the act takes, if it takes one."""
        own = {NextAct.OWN_POINT: True, NextAct.ASK_CONTACT: False}.get(self.act)
        return next((each for each in self.ways if each.way.own is own and each.way.allowed), None)


def next_step(episode: Episode, *, clock: Clock, actor: str) -> NextStep:
    """Decide. Whatever is not an act of the policy is a referral: a person looks."""
    now = clock.now()
    offered = ways_of(episode, now)
    seen = facts(episode, offered, now)
    taken = take_decision(
        POLICY, _given(seen), clock=clock, party=f"party:{episode.borrower_id}", as_of=now.date(), caller=actor
    )
    return _step(taken.outcome, taken.reasons, taken.manifest, seen, offered, taken)


def preview_step(episode: Episode, now: datetime) -> NextStep:
    """What the policy would say, without a record: for a page that is looked at."""
    offered = ways_of(episode, now)
    seen = facts(episode, offered, now)
    stands = standing(POLICY, now)
    placed = assigned(POLICY, f"party:{episode.borrower_id}", stands.placed)
    if stands.stopped or placed is None:
        return _step(str(NextAct.REFER), (), None, seen, offered)
    engine = engine_of(placed.version_id, placed.digest)
    answer = engine.decide({"as_of": now.date().isoformat(), **_given(seen)})
    return _step(str(answer.outcome), answer.reasons, engine.policy.manifest, seen, offered)


def _step(  # noqa: PLR0917 - what a step is made of
    outcome: str, reasons: tuple[str, ...], manifest: Manifest | None, seen: Situation, offered: list[Offered],
    taken: Taken | None = None,
) -> NextStep:  # fmt: skip
    act = NextAct(outcome) if outcome in set(NextAct) else NextAct.REFER
    order = {id(way): place for place, way in enumerate(ranked([each.way for each in offered]))}
    ways = tuple(sorted(offered, key=lambda each: order[id(each.way)]))
    return NextStep(act, reasons, manifest, seen, ways, taken)


def facts(episode: Episode, offered: list[Offered], now: datetime) -> Situation:
    """What the policy is asked with."""
    known = party.person_facts(episode.borrower_id)
    today = now.date()
    care = any(day is not None and day <= today for day in (known.dead_since, known.incapacitated_since))
    steps = [(Step(step), at) for step, at in episode.steps.order_by("at", "pk").values_list("step", "at")]
    return situation([each.way for each in offered], steps, opened_at=episode.opened_at, now=now, care=care)


def _given(seen: Situation) -> dict[str, object]:
    known = asdict(seen)
    return {
        "episode": {"days_open": known["days_open"]},
        "debtor": {"care": known["care"]},
        "own": {"allowed": known["own_allowed"], "untried": known["own_untried"]},
        "contact": {name: known[f"contacts_{name}"] for name in ("usable", "allowed", "asked")},
        "search": {"other_source_asked": known["other_source_asked"], "waiting": known["waiting_for_answer"]},
    }
