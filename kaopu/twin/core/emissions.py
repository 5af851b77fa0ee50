"""What comes of an attempt, by how it is made and by what is true of the point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

EVIDENCE = (
    "code_confirmed",
    "right_party",
    "delivered",
    "read",
    "app_session",
    "debit_success",
    "no_answer",
    "bounced",
    "invalid_number",
    "wrong_number",
    "reassigned",
    "silent",
    "in_service",
)
VIA = ("code", "call", "sms", "debit", "session", "mail", "letter", "status")
# What is true when something is tried: the holder is there and willing; there, but evasive or ill; gone; the number
# belongs to a stranger by now; the gateway is out of order.
STATES = ("reachable", "unwilling", "gone", "stranger", "outage")


@dataclass(frozen=True, slots=True, eq=False)
class Emissions:
    """`cumulative[via, state, evidence]`: chances added up along EVIDENCE, the last of each row 1."""

    cumulative: NDArray[np.float64]

    def shares(self) -> dict[str, dict[str, dict[str, float]]]:
        """The chances again, by way, state and evidence, without those of 0."""
        chances = np.round(np.diff(self.cumulative, axis=2, prepend=0.0), 12)
        return {
            via: {
                state: {word: float(chance) for word, chance in zip(EVIDENCE, row, strict=True) if chance > 0}
                for state, row in zip(STATES, rows, strict=True)
            }
            for via, rows in zip(VIA, chances, strict=True)
        }

    def draw(self, via: NDArray[np.int8], state: NDArray[np.int8], uniform: NDArray[np.float64]) -> NDArray[np.int8]:
        """A code of EVIDENCE for each attempt, by a number from 0 to 1."""
        found = np.zeros(len(via), np.int8)
        # A column at a time: as many passes over the attempts as there are words, and no table of attempts by evidence.
        for column in range(len(EVIDENCE) - 1):
            found += uniform >= self.cumulative[via, state, column]
        return found


def read_emissions(given: Any, file: str) -> Emissions:
    """The tables `[emissions.<via>]`; each state a table of evidence and its chance that adds up to 1."""
    if not isinstance(given, dict) or set(given) != set(VIA):
        told = sorted(given) if isinstance(given, dict) else given
        raise BadInput(f"{file}: emissions: {told!r} given, expected a table for each of {', '.join(VIA)}")
    table = np.zeros((len(VIA), len(STATES), len(EVIDENCE)))
    for number, via in enumerate(VIA):
        table[number] = _states(given[via], f"emissions.{via}", file)
    cumulative = np.cumsum(table, axis=2)
    # Sums such as 0.1 + 0.2 + 0.7 need not end at 1 exactly.
    cumulative[np.isclose(cumulative, 1.0, rtol=0, atol=1e-9)] = 1.0
    return Emissions(cumulative)


def _states(given: Any, key: str, file: str) -> NDArray[np.float64]:
    if not isinstance(given, dict) or set(given) != set(STATES):
        told = sorted(given) if isinstance(given, dict) else given
        raise BadInput(f"{file}: {key}: {told!r} given, expected {', '.join(STATES)}")
    return np.array([_row(given[state], f"{key}.{state}", file) for state in STATES])


def _row(given: Any, key: str, file: str) -> list[float]:
    row: Mapping[str, Any] = given if isinstance(given, dict) else {}
    for word, chance in row.items():
        if word not in EVIDENCE:
            raise BadInput(f"{file}: {key}.{word}: not known, expected one of {', '.join(EVIDENCE)}")
        if isinstance(chance, bool) or not isinstance(chance, int | float) or not 0 <= chance <= 1:
            raise BadInput(f"{file}: {key}.{word}: {chance!r} given, expected a share from 0 to 1")
    if abs(sum(row.values()) - 1) > 1e-9:
        raise BadInput(f"{file}: {key}: adds up to {sum(row.values()):g}, expected 1")
    return [float(row.get(word, 0)) for word in EVIDENCE]
