"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from kaopu.contacts.console import quality, ring

urlpatterns = [
    path("contacts/quality/", quality.quality, name="contact_quality"),
    path("contacts/quality/look", quality.look, name="contact_quality_look"),
    path("contacts/quality/rings/<slug:code>/", ring.ring, name="contact_ring"),
    path("contacts/quality/rings/<slug:code>/people", ring.people, name="contact_ring_people"),
]
