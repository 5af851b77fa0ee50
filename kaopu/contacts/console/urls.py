"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from kaopu.contacts.console import episode, episodes, quality, ring

urlpatterns = [
    path("contacts/episodes/", episodes.episodes, name="contact_episodes"),
    path("contacts/episodes/open", episodes.episode_open, name="contact_episode_open"),
    path("contacts/episodes/<uuid:episode_id>/", episode.episode, name="contact_episode"),
    path("contacts/episodes/<uuid:episode_id>/way", episode.episode_way, name="contact_episode_way"),
    path("contacts/episodes/<uuid:episode_id>/note", episode.episode_note, name="contact_episode_note"),
    path("contacts/episodes/<uuid:episode_id>/close", episode.episode_close, name="contact_episode_close"),
    path("contacts/quality/", quality.quality, name="contact_quality"),
    path("contacts/quality/look", quality.look, name="contact_quality_look"),
    path("contacts/quality/rings/<slug:code>/", ring.ring, name="contact_ring"),
    path("contacts/quality/rings/<slug:code>/people", ring.people, name="contact_ring_people"),
]
