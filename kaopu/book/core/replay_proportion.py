"""Amount times part over whole, exact however large the product is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.replay_compiled import helper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


MOST = (1 << 63) - 1


@helper
def proportion(amount: int, part: int, whole: int) -> Any:
    """Amount × part ÷ whole, rounded down; whole above 0, none below 0, and a result that fits."""
    if part == 0 or amount <= MOST // part:
        return amount * part // whole
    quotient, remainder = amount // whole * part, 0
    amount, more = amount % whole, 0
    # What is left of the amount, times each binary digit of the part: no step goes beyond twice the whole.
    digit = 62
    while digit >= 0:
        more, remainder = 2 * more, 2 * remainder
        if remainder >= whole:
            remainder, more = remainder - whole, more + 1
        if (part >> digit) & 1:
            remainder += amount
            if remainder >= whole:
                remainder, more = remainder - whole, more + 1
        digit -= 1
    return quotient + more
