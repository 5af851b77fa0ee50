"""Resident ID numbers in columns: 18 signs with the right check character (GB 11643-1999), old forms and slips."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK_SIGNS = np.frombuffer(b"10X98765432", np.uint8)
ZERO = ord("0")


def id_numbers(region: NDArray[np.int64], birth: NDArray[np.datetime64], order: NDArray[np.int64]) -> NDArray[np.uint8]:
    """A row of 18 signs (ASCII) for each: division, date of birth, number of order, check character."""
    year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    month = birth.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (birth - birth.astype("datetime64[M]")).astype(np.int64) + 1
    first_17 = np.concatenate(
        [digits(region, 6), digits(year * 10_000 + month * 100 + day, 8), digits(order, 3)], axis=1
    )
    check = CHECK_SIGNS[(first_17.astype(np.int64) - ZERO) @ WEIGHTS % 11]
    return np.concatenate([first_17, check[:, None]], axis=1)


def digits(number: NDArray[np.int64], width: int) -> NDArray[np.uint8]:
    """A row of so many digits (ASCII) for each number, with zeros in front."""
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (number[:, None] // powers % 10 + ZERO).astype(np.uint8)


def texts(signs: NDArray[np.uint8]) -> NDArray[np.str_]:
    """Rows of signs as texts."""
    width = signs.shape[1]
    return np.ascontiguousarray(signs).view(f"S{width}")[:, 0].astype(f"U{width}")


def old_form(signs: NDArray[np.uint8]) -> NDArray[np.str_]:
    """The 15 digits of before 1999: no century, no check character."""
    return texts(np.concatenate([signs[:, :6], signs[:, 8:17]], axis=1))


def slipped(rng: np.random.Generator, signs: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Half with two neighbouring digits changed round, half with one digit wrong."""
    found, row = signs.copy(), np.arange(len(signs))
    place = rng.integers(0, 16, len(signs))
    turned = rng.random(len(signs)) < 0.5
    found[row[turned], place[turned]] = signs[row[turned], place[turned] + 1]
    found[row[turned], place[turned] + 1] = signs[row[turned], place[turned]]
    wrong = ~turned
    digit = (signs[row[wrong], place[wrong]] - ZERO + rng.integers(1, 10, np.count_nonzero(wrong))) % 10
    found[row[wrong], place[wrong]] = digit + ZERO
    return found
