"""The pages of the sign-in package that staff use. Signing up, e-mail changes and resets by mail are not among them."""

from __future__ import annotations

from allauth.account import views
from django.http import Http404
from django.urls import include, path
from django.views.generic import RedirectView


def closed(*_: object, **__: object) -> None:
    """An address that the package links to and that this console does not offer."""
    raise Http404


urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-out/", views.logout, name="account_logout"),
    path("confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("password/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("sign-up/", closed, name="account_signup"),
    path("e-mail/", closed, name="account_email"),
    path("e-mail/sent/", closed, name="account_email_verification_sent"),
    path("password/reset/", closed, name="account_reset_password"),
    path("", RedirectView.as_view(pattern_name="mfa_index")),
    path("two-step/", include("allauth.mfa.urls")),
]
