"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from kaopu.party.console import views

urlpatterns = [
    path("parties/", views.parties, name="parties"),
    path("parties/<int:party_id>/", views.party, name="party"),
    path("parties/<int:party_id>/reveal", views.party_reveal, name="party_reveal"),
]
