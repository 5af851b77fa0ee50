"""What comes next in an episode: the policy in force decides, on facts that are read now; the decision is kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from kaopu.contacts.core.episode import POLICY, NextAct, Situation, Step, ranked, situation
from kaopu.contacts.episode_ways import Offered, ways_of
from kaopu.decision.actions.take_decision import take_decision
from kaopu.party import store as party

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.contacts.models import Episode
    from kaopu.decision.actions.take_decision import Taken
    from kaopu.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class NextStep:
    """The act, the decision behind it, the facts it saw, and every way in the order in which they are offered."""

    act: NextAct
    taken: Taken
    situation: Situation
    ways: tuple[Offered, ...]

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
    act = NextAct(taken.outcome) if taken.outcome in set(NextAct) else NextAct.REFER
    order = {id(way): place for place, way in enumerate(ranked([each.way for each in offered]))}
    return NextStep(act, taken, seen, tuple(sorted(offered, key=lambda each: order[id(each.way)])))


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
