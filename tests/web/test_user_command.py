"""`kaopu user`: accounts of staff; a password is shown once, the last administrator stays, a closed account ends at once."""

from __future__ import annotations

import json
import threading

import pytest
import small_book
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from typer.testing import CliRunner

from kaopu.kernel.clock import system_clock
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import AuditRow
from kaopu.kernel.roles import Role
from kaopu.web import user_command
from kaopu.web.actions.disable_user import disable_user


@pytest.fixture(autouse=True)
def _the_book_is_open(monkeypatch):
    from contextlib import nullcontext

    monkeypatch.setattr("kaopu.book.opened_book.opened_book", nullcontext)


def run(*words):
    result = CliRunner().invoke(user_command.app, list(words))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def told(*words):
    return json.loads(run(*words, "--json").stdout)


def signed_in(email, password):
    client = Client()
    client.post("/sign-in/", {"login": email, "password": password})
    return client


def is_in(client):
    return client.get("/debts/").status_code == 200


@pytest.mark.django_db
def test_an_account_is_made_and_its_password_shown_once(caplog):
    made = told("add", "Li.Lei@example.org", "--role", "agent", "--role", "policy-maker")
    assert (made["email"], made["roles"]) == ("li.lei@example.org", ["policy-maker", "agent"])
    assert is_in(signed_in("li.lei@example.org", made["password"]))
    (row,) = told("list")
    assert (row["roles"], row["active"]) == (["policy-maker", "agent"], True)
    audit = AuditRow.objects.get(act="user.added")
    assert (audit.subject, audit.details) == (f"user:{made['id']}", {"roles": ["policy-maker", "agent"]})
    everything = " ".join(str(one) for one in AuditRow.objects.values_list("act", "subject", "actor", "details"))
    assert "li.lei" not in everything
    assert made["password"] not in everything + caplog.text
    assert not get_user_model().objects.get().is_superuser


@pytest.mark.django_db
def test_what_makes_no_sense_is_refused():
    told("add", "li@example.org", "--role", "agent")
    for words, told_why in (
        (("add", "li@example.org", "--role", "agent"), "there is an account"),
        (("add", "LI@example.org", "--role", "agent"), "there is an account"),
        (("add", "nobody", "--role", "agent"), "expected an e-mail address"),
        (("add", "x@example.org", "--role", "king"), "expected one of analyst, policy-maker"),
        (("role", "nobody@example.org", "--role", "agent"), "expected the e-mail of an account"),
        (("disable", "nobody@example.org"), "expected the e-mail of an account"),
    ):
        with pytest.raises(BadInput, match=told_why):
            run(*words)
    assert run("add", "x@example.org").exit_code == 2
    assert get_user_model().objects.count() == 1


@pytest.mark.django_db
def test_a_closed_account_ends_at_once(book):
    told("add", "boss@example.org", "--role", "administrator")
    made = told("add", "li@example.org", "--role", "agent")
    client, other = (signed_in("li@example.org", made["password"]) for _ in range(2))
    assert is_in(client)
    assert told("disable", "li@example.org")["sessions_ended"] == 2
    assert not is_in(client)
    assert not is_in(other)
    assert not is_in(signed_in("li@example.org", made["password"]))
    assert not any("_auth_user_id" in row.get_decoded() for row in Session.objects.all())
    assert told("list")[1]["active"] is False
    told("enable", "li@example.org")
    assert is_in(signed_in("li@example.org", made["password"]))
    acts = list(AuditRow.objects.filter(subject=f"user:{made['id']}").order_by("id").values_list("act", flat=True))
    assert acts == ["user.added", "user.disabled", "user.enabled"]


@pytest.mark.django_db
def test_other_roles_open_other_doors(book):
    told("add", "boss@example.org", "--role", "administrator")
    made = told("add", "li@example.org", "--role", "agent")
    client = signed_in("li@example.org", made["password"])
    assert client.get("/imports/").status_code == 403
    assert told("role", "li@example.org", "--role", "analyst")["before"] == ["agent"]
    assert client.get("/imports/").status_code == 200
    user = get_user_model().objects.get(email="boss@example.org")
    assert (user.is_staff, user.is_superuser) == (True, True)


@pytest.mark.django_db
def test_the_last_administrator_stays():
    told("add", "boss@example.org", "--role", "administrator")
    for words in (("disable", "boss@example.org"), ("role", "boss@example.org", "--role", "agent")):
        with pytest.raises(BadInput, match="last administrator"):
            run(*words)
    told("add", "second@example.org", "--role", "administrator")
    told("disable", "boss@example.org")
    with pytest.raises(BadInput, match="last administrator"):
        run("disable", "second@example.org")
    told("role", "boss@example.org", "--role", "agent")
    boss = get_user_model().objects.get(email="boss@example.org")
    assert (boss.is_superuser, boss.is_active) == (False, False)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_close_each_other_at_once_leave_one():
    small_book.staff(Role.AGENT)
    for _ in range(5):
        get_user_model().objects.all().delete()
        for name in ("one", "two"):
            told("add", f"{name}@example.org", "--role", "administrator")
        ready, outcomes = threading.Barrier(2), []

        def close(email, ready=ready, outcomes=outcomes):
            ready.wait()
            try:
                disable_user(email, "test", system_clock().now())
                outcomes.append("done")
            except BadInput:
                outcomes.append("refused")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=close, args=(f"{name}@example.org",)) for name in ("one", "two")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["done", "refused"]
        assert get_user_model().objects.filter(is_active=True).count() == 1


@pytest.mark.django_db
def test_a_reset_lets_a_locked_out_person_in_with_a_new_password(book):
    made = told("add", "li@example.org", "--role", "agent")
    before = signed_in("li@example.org", made["password"])
    for _ in range(6):
        signed_in("li@example.org", "wrong")
    assert not is_in(signed_in("li@example.org", made["password"])), "locked out"
    password = told("reset", "li@example.org", "--two-step")["password"]
    assert password != made["password"]
    assert not is_in(before)
    assert not is_in(signed_in("li@example.org", made["password"]))
    assert is_in(signed_in("li@example.org", password))
    assert AuditRow.objects.get(act="user.reset").details == {"two_step": True}
