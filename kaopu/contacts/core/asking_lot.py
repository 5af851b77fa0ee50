"""The lot: who is asked and who is held out, the same whenever and wherever it is drawn; and whether it held."""

from __future__ import annotations

from hashlib import sha256

from scipy.special import bdtr

# A lot that goes as planned falls outside this once in a thousand runs.
LOT_FAILS_BELOW = 0.001


def is_held_out(salt: str, borrower_id: str, share: float) -> bool:
    """Whether a borrower's contact is not asked. `share` is the part held out, from 0 to 1.

    Stable: it depends on the salt of the protocol and on the borrower only, so that a second episode, a retry or
    another worker cannot draw again. The first 64 bits of SHA-256 over salt, a zero byte and the id, as a fraction
    of 2**64.
    """
    digest = sha256(salt.encode() + b"\0" + borrower_id.encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def lot_p_value(held_out: int, episodes: int, share: float) -> float:
    """How likely a lot of this share goes at least so far astray (exact binomial: twice the smaller tail, at most 1).

    A small value means that episodes went missing, or that someone chose: then no effect may be read from them.
    """
    if episodes == 0:
        return 1.0
    below = float(bdtr(held_out, episodes, share))
    above = 1.0 - float(bdtr(held_out - 1, episodes, share)) if held_out > 0 else 1.0
    return min(1.0, 2 * min(below, above))
