"""The same filter in steps of one call each, for any number of states, and one update by Bayes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

Vector = tuple[float, ...]


def predict(state: Sequence[float], transition: Sequence[Sequence[float]]) -> Vector:
    """One step of a Markov chain: chances of each state, rows of `transition` from a state to each."""
    return tuple(
        sum(state[origin] * transition[origin][to] for origin in range(len(state))) for to in range(len(state))
    )


def observe(state: Sequence[float], likelihoods: Sequence[float]) -> Vector:
    """Bayes over the states: chances once a sign with these likelihoods was seen."""
    weighed = [chance * likelihood for chance, likelihood in zip(state, likelihoods, strict=True)]
    if (total := sum(weighed)) <= 0:
        raise BadInput(f"likelihoods {tuple(likelihoods)}: the sign is impossible in every state that is")
    return tuple(each / total for each in weighed)


def filter_steps(
    prior: Sequence[float], transition: Sequence[Sequence[float]], signs: Sequence[Sequence[float]]
) -> tuple[Vector, ...]:
    """Filtered chances after each sign; a transition goes before every one, the first included.

    Source: the forward algorithm, Russell and Norvig, Artificial Intelligence, section 14.2.
    """
    state, found = tuple(prior), []
    for likelihoods in signs:
        state = observe(predict(state, transition), likelihoods)
        found.append(state)
    return tuple(found)


def bayes(prior: float, if_true: float, if_false: float) -> float:
    """The chance that a fact holds once a sign was seen that has these chances where it does and where it does not."""
    return observe((prior, 1.0 - prior), (if_true, if_false))[0]
