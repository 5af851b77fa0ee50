"""Who may have an account: staff, and an administrator makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter

if TYPE_CHECKING:
    from django.http import HttpRequest


class StaffOnly(DefaultAccountAdapter):
    """The sign-up pages stay closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the caller's signature
        """Nobody signs up."""
        return False
