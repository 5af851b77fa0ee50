"""Addresses of the room's pages, and of what gateways tell."""

from __future__ import annotations

from django.urls import path

from kaopu.outreach import hooks
from kaopu.outreach.console import call_page, messages_page, template_proposals, templates_page

__all__ = ["template_proposals", "urlpatterns"]  # imported, it makes its kind of proposal known

urlpatterns = [
    path("hooks/outreach/<uuid:gateway_id>", hooks.gateway_news, name="gateway_news"),
    path("outreach/templates/", templates_page.templates, name="outreach_templates"),
    path("outreach/templates/propose", templates_page.template_propose, name="outreach_template_propose"),
    path("outreach/messages/", messages_page.messages, name="outreach_messages"),
    path("outreach/messages/conversation", messages_page.conversation, name="outreach_conversation"),
    path("outreach/calls/<uuid:message_id>/", call_page.call, name="outreach_call"),
    path("outreach/calls/<uuid:message_id>/end", call_page.call_end, name="outreach_call_end"),
]
