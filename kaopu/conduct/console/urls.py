"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from kaopu.conduct.console import (
    conduct_proposals,
    explorer,
    permit_page,
    permits_log,
    rulebooks_page,
    rules_page,
    switches,
)

__all__ = ["conduct_proposals", "urlpatterns"]  # imported, it makes its kinds of proposals known

urlpatterns = [
    path("conduct/permit/", explorer.explorer, name="conduct_explorer"),
    path("conduct/rules/", rules_page.rules, name="conduct_rules"),
    path("conduct/rules/<str:rule_id>/", rules_page.rule, name="conduct_rule"),
    path("conduct/permits/", permits_log.permits, name="conduct_permits"),
    path("conduct/permits/export.csv", permits_log.permits_export, name="conduct_permits_export"),
    path("conduct/permits/<uuid:judgement_id>/", permit_page.permit, name="conduct_permit"),
    path("conduct/permits/<uuid:judgement_id>/facts", permit_page.permit_facts, name="conduct_permit_facts"),
    path("conduct/switches/", switches.switches, name="conduct_switches"),
    path("conduct/switches/<str:jurisdiction>", switches.switch, name="conduct_switch"),
    path("conduct/rulebooks/", rulebooks_page.rulebooks_page, name="conduct_rulebooks"),
    path("conduct/rulebooks/propose", rulebooks_page.rulebook_propose, name="conduct_rulebook_propose"),
]
