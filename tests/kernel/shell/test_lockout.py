"""Lock-out works, and its rows hold a staff id or blind indexes only. Staff roles are there after the migrations."""

from __future__ import annotations

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import RequestFactory

from kaopu.kernel.roles import Role

MAIL, ADDRESS, AGENT = "wang@lender.example", "203.0.113.77", "Browser/9 (secret phone)"


@pytest.fixture
def staff(db):
    return User.objects.create_user("wang", MAIL, "right-horse-battery")


def attempt(password, mail=MAIL, address=ADDRESS, agent=AGENT):
    request = RequestFactory().post(
        "/sign-in/?from=13812345678",
        {"login": mail, "password": password, "note": "王小明"},
        REMOTE_ADDR=address,
        HTTP_USER_AGENT=agent,
    )
    return authenticate(request, email=mail, password=password)


def rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM axes_accessattempt a")
        return [text for (text,) in cursor.fetchall()]


def test_five_wrong_passwords_lock_out_even_the_right_one(staff):
    assert attempt("right-horse-battery") == staff
    for n in range(5):
        assert attempt("wrong", agent=f"Browser/{n}") is None  # another browser is no fresh start
    assert attempt("right-horse-battery") is None
    assert attempt("right-horse-battery", address="203.0.113.78") == staff  # an outsider cannot lock staff out


def test_the_rows_hold_no_personal_data(staff):
    for _ in range(2):
        attempt("wrong")
        attempt("wrong", mail="somebody.else@example.org")
    text = " ".join(rows())
    assert set(AccessAttempt.objects.values_list("username", flat=True)) >= {f"staff:{staff.pk}"}
    assert AccessAttempt.objects.count() == 2
    for hidden in (MAIL, "somebody", ADDRESS, "Browser", "13812345678", "王小明", "wrong"):
        assert hidden not in text


def test_every_role_is_a_group(db):
    assert set(Group.objects.values_list("name", flat=True)) >= {str(role) for role in Role}
