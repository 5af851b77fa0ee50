"""How many lost-contact episodes the protocol needs before it can tell an effect from luck."""

from __future__ import annotations

from math import ceil, sqrt

from scipy.special import ndtri

from kaopu.contacts.core.asking_effect import CLAIM_BELOW
from kaopu.kernel.core.errors import BadInput

FOUND = (0.1, 0.2, 0.3, 0.4)
EFFECTS = (0.02, 0.03, 0.05, 0.08)


def episodes_needed(
    found_held_out: float,
    effect: float,
    *,
    power: float = 0.8,
    claim_below: float = CLAIM_BELOW,
    share_held_out: float = 0.5,
) -> int:
    """Episodes in both arms for a two-sided test of two shares (Fleiss, Tytun and Ury 1980, without correction).

    Args:
        found_held_out: share found where nobody is asked, between 0 and 1.
        effect: the difference worth finding, not 0; negative where asking is feared to harm.
        power: chance to find it where it is there.
        claim_below: the p-value below which a difference is claimed.
        share_held_out: part of episodes in which nobody is asked.
    """
    other = found_held_out + effect
    if not (0 < found_held_out < 1 and 0 < other < 1 and effect):
        raise BadInput(
            f"found {found_held_out:g}, effect {effect:g}: expected both risks between 0 and 1, and an effect"
        )
    if not (0 < power < 1 and 0 < claim_below < 1 and 0 < share_held_out < 1):
        raise BadInput("power, the p-value and the share held out: expected numbers between 0 and 1")
    ratio = (1 - share_held_out) / share_held_out  # asked for each one held out
    pooled = (found_held_out + ratio * other) / (1 + ratio)
    luck = ndtri(1 - claim_below / 2) * sqrt(pooled * (1 - pooled) * (1 + ratio) / ratio)
    there = ndtri(power) * sqrt(found_held_out * (1 - found_held_out) + other * (1 - other) / ratio)
    held_out = ((luck + there) / effect) ** 2
    return int(ceil(held_out) + ceil(held_out * ratio))


def sample_size_table(
    found: tuple[float, ...] = FOUND,
    effects: tuple[float, ...] = EFFECTS,
    power: float = 0.8,
    share_held_out: float = 0.5,
) -> list[tuple[float, float, int]]:
    """Rows of: found where nobody is asked, effect, episodes in both arms."""
    return [
        (one, effect, episodes_needed(one, effect, power=power, share_held_out=share_held_out))
        for one in found
        for effect in effects
    ]
