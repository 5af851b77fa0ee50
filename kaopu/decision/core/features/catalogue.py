"""The catalogue that commands, policies and scores read. Other rooms add theirs with `CATALOGUE.register`."""

from __future__ import annotations

from dataclasses import replace

from kaopu.decision.core.features import consumption, exposure, relief, repayment, revolving, tenure
from kaopu.decision.core.features.registry import Registry

GROUPS = {
    "repayment": repayment.FEATURES,
    "consumption": consumption.FEATURES,
    "exposure": exposure.FEATURES,
    "tenure": tenure.FEATURES,
    "relief": relief.FEATURES,
    "revolving": revolving.FEATURES,
}


def fresh() -> Registry:
    """A registry with the features of this room alone."""
    made = Registry()
    for group, features in GROUPS.items():
        made.register_all(replace(feature, group=group) for feature in features)
    return made


CATALOGUE = fresh()
