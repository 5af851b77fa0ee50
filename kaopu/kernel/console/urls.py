"""Addresses of the ground floor's pages."""

from __future__ import annotations

from django.urls import path

from kaopu.kernel.console import approvals

urlpatterns = [
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<uuid:proposal_id>/", approvals.one_approval, name="approval"),
    path("approvals/<uuid:proposal_id>/decide", approvals.decide, name="approval_decide"),
]
