"""The addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from kaopu.decision.console import model_proposals, policies, policy_proposals, studio

__all__ = ["model_proposals", "policy_proposals", "urlpatterns"]  # imported, these make kinds of proposal known

urlpatterns = [
    path("policies/", policies.policies, name="policies"),
    path("policies/upload", policies.policy_upload, name="policy_upload"),
    path("policies/<slug:name>/", studio.policy, name="policy"),
]
