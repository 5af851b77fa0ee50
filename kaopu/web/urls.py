"""The address root: sign-in, console pages of the rooms, the API, administrators' records."""

from __future__ import annotations

from allauth.account.views import login
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from kaopu.web import audit_page, icon, preferences, webhooks_page
from kaopu.web.api import api

urlpatterns = [
    path("sign-in/", login, name="sign_in"),
    path("account/", include("kaopu.web.account_urls")),
    path("preferences/language", set_language, name="set_language"),
    path("preferences/theme", preferences.theme, name="theme"),
    path("favicon.ico", icon.icon, name="icon"),
    path("audit/", audit_page.audit_page, name="audit"),
    path("webhooks/", webhooks_page.webhooks, name="webhooks"),
    path("webhooks/<uuid:webhook_id>/end", webhooks_page.webhook_end, name="webhook_end"),
    path("webhooks/deliveries/<int:delivery_id>/retry", webhooks_page.webhook_retry, name="webhook_retry"),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
    path("", include("kaopu.kernel.console.urls")),
    path("", include("kaopu.party.console.urls")),
    path("", include("kaopu.book.console.urls")),
    path("", include("kaopu.receipts.console.urls")),
    path("", include("kaopu.revolving.console.urls")),
    path("", include("kaopu.decision.console.urls")),
    path("", include("kaopu.ledger.console.urls")),
    path("", include("kaopu.conduct.console.urls")),
    path("", include("kaopu.outreach.console.urls")),
    path("", include("kaopu.contacts.console.urls")),
    path("", include("kaopu.contacts.portal.urls")),
]
