"""What a plan decides for one period: the principal it repays and the interest it collects."""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """Principal and interest of one period, in minor units."""

    principal: int
    interest: int
