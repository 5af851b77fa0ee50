"""The rows of the room, a file for each noun."""

from __future__ import annotations

from kaopu.decision.models.decision import Decision
from kaopu.decision.models.policy import Placement, Policy, PolicyStep, PolicySwitch, PolicyVersion
from kaopu.decision.models.provider import ProviderBreaker, ProviderCall
from kaopu.decision.models.score_model import ScoreDrift, ScoreGiven, ScoreModel, ScoreModelEnd

__all__ = [
    "Decision",
    "Placement",
    "Policy",
    "PolicyStep",
    "PolicySwitch",
    "PolicyVersion",
    "ProviderBreaker",
    "ProviderCall",
    "ScoreDrift",
    "ScoreGiven",
    "ScoreModel",
    "ScoreModelEnd",
]
