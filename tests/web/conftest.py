from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import small_book
from django.test import Client

if TYPE_CHECKING:
    from kaopu.kernel.roles import Role


@pytest.fixture
def book(db):
    return small_book.build()


@pytest.fixture
def sign_in(db):
    """`sign_in(Role.AGENT)`: a client of a person with that role."""

    def of(role: Role, language="en", *, is_staff=False):
        client = Client()
        client.cookies["django_language"] = language
        client.force_login(
            small_book.staff(role, is_staff=is_staff), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return of
