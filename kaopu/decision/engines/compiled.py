"""Versions made ready once in each process: read from the database, checked against their digest, kept by it."""

from __future__ import annotations

from functools import lru_cache

from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.engines.live import LiveEngine
from kaopu.decision.models import PolicyVersion
from kaopu.kernel.core.errors import BadInput

KEPT = 64


@lru_cache(maxsize=KEPT)
def engine_of(version_id: int, digest: str) -> LiveEngine:
    """The live engine of a version.

    Raises:
        BadInput: the text is not the one that was approved.
    """
    row = PolicyVersion.objects.select_related("policy").get(pk=version_id)
    policy = read_policy(row.text, row.policy.name)
    if policy.digest != digest:
        raise BadInput(f"{row.policy.name} {row.number}: the text has digest {policy.digest}, expected {digest}")
    return LiveEngine(policy)
