"""The addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from kaopu.decision.console import (
    backtests,
    decisions,
    model_proposals,
    policies,
    policy_life,
    policy_proposals,
    studio,
)

__all__ = ["model_proposals", "policy_proposals", "urlpatterns"]  # imported, they make their kinds of proposals known

urlpatterns = [
    path("policies/", policies.policies, name="policies"),
    path("policies/upload", policies.policy_upload, name="policy_upload"),
    path("policies/<slug:name>/", studio.policy, name="policy"),
    path("policies/<slug:name>/stop", policy_life.policy_stop, name="policy_stop"),
    path("policies/<slug:name>/versions/<int:number>", policy_life.policy_step, name="policy_step"),
    path("policies/<slug:name>/backtests/", backtests.backtests, name="backtests"),
    path("policies/<slug:name>/backtests/<slug:code>/", backtests.backtest, name="backtest"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/<uuid:decision_id>/", decisions.decision, name="decision"),
    path("decisions/<uuid:decision_id>/reveal", decisions.decision_reveal, name="decision_reveal"),
]
