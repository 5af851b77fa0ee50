"""The addresses of the room's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.decision.console import model_proposals  # noqa: F401 - makes the kind known to the pages of approvals

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
