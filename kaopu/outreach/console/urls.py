"""Addresses of the room's pages, and of what gateways tell."""

from __future__ import annotations

from django.urls import path

from kaopu.outreach import hooks

urlpatterns = [
    path("hooks/outreach/<uuid:gateway_id>", hooks.gateway_news, name="gateway_news"),
]
