"""What every kind of question has in common: parameters, fields it reads, an answer at a moment, instants of change."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from kaopu.conduct.core.kinds.parameters import CHANNELS_OR_ALL, parameter

if TYPE_CHECKING:
    from kaopu.conduct.core.case import Case, Moment


class Finding(NamedTuple):
    """An answer: does it hold, and the sentence (by code, see core/words.py) and figures that say why."""

    holds: bool
    code: str
    values: tuple[object, ...] = ()


Look = Callable[["Moment"], Finding]


class Edges(NamedTuple):
    """When an answer may change: at times of day (seconds) of the person's and the debtor's clock, and at instants.

    Instants are in microseconds. A change is always "from then on", never "just after".
    """

    person: frozenset[int] = frozenset()
    debtor: frozenset[int] = frozenset()
    instants: tuple[int, ...] = ()


STEADY = Edges()
EACH_DAY = Edges(person=frozenset({0}))
EACH_DAY_OF_DEBTOR = Edges(debtor=frozenset({0}))


@dataclass(frozen=True, kw_only=True)
class Kind(ABC):
    """A question with its parameters. `channels` limits it to requests on these; elsewhere it is not asked."""

    name: ClassVar[str]
    channels: frozenset[str] | None = parameter(CHANNELS_OR_ALL, default=None)

    @property
    def needs(self) -> tuple[str, ...]:
        """Paths of the fields that it reads."""
        return ()

    @abstractmethod
    def prepare(self, case: Case) -> Look:
        """Do once what does not depend on the moment."""

    def edges(self, case: Case) -> Edges:  # noqa: ARG002 - some kinds ask the case
        """When the answer may change as the clock moves."""
        return STEADY


def always(finding: Finding) -> Look:
    """The same answer at every moment."""
    return lambda _: finding
