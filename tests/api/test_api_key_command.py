"""`kaopu api-key`: a key is shown once, kept as a digest, listed without its secret, and ends at once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from api_callers import Caller
from typer.testing import CliRunner

from kaopu.kernel.clock import system_clock
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import AuditRow
from kaopu.web.api_key_command import app
from kaopu.web.models import ApiKey

pytestmark = pytest.mark.django_db


def run(*words):
    result = CliRunner().invoke(app, list(words))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def created(*more):
    words = ("create", "--name", "till", "--scope", "debts:read", "--scope", "events:write", *more, "--json")
    return json.loads(run(*words).stdout)


def test_a_key_works_and_its_secret_is_not_kept():
    key = created()
    assert Caller(key["token"]).get("/debts").status_code == 200
    assert Caller(key["token"]).get("/positions").status_code == 403
    row = ApiKey.objects.get(key_id=key["key_id"])
    secret = key["token"].partition(".")[2]
    assert len(secret) >= 43  # 32 random bytes
    assert secret not in str(row.__dict__)
    assert (row.scopes, row.expires_at) == (["debts:read", "events:write"], None)
    audit = AuditRow.objects.get(act="create_api_key")
    assert (audit.subject, audit.actor[:9]) == (f"key:{key['key_id']}", "terminal:")
    assert secret not in str(audit.details)


def test_a_key_may_end_by_itself():
    row = ApiKey.objects.get(key_id=created("--days", "30")["key_id"])
    assert timedelta(days=29, hours=23) < row.expires_at - system_clock().now() <= timedelta(days=30)


def test_the_list_tells_all_but_the_secret():
    assert "No keys yet" in run("list").stdout
    key = created()
    (listed,) = json.loads(run("list", "--json").stdout)
    assert listed == {
        "key_id": key["key_id"], "name": "till", "scopes": ["debts:read", "events:write"], "ends": None, "revoked": None
    }  # fmt: skip
    assert key["token"].partition(".")[2] not in run("list").stdout


def test_a_revoked_key_ends_at_once():
    key = created()
    assert run("revoke", key["key_id"]).exit_code == 0
    assert Caller(key["token"]).get("/debts").status_code == 401
    first = ApiKey.objects.get(key_id=key["key_id"]).revoked_at
    run("revoke", key["key_id"])
    assert ApiKey.objects.get(key_id=key["key_id"]).revoked_at == first
    assert AuditRow.objects.filter(act="revoke_api_key").count() == 1
    assert "revoked" in run("list").stdout


def test_what_makes_no_sense_is_refused():
    with pytest.raises(BadInput, match="expected the id of a key"):
        run("revoke", "nothing")
    with pytest.raises(BadInput, match="expected 1 to 80 characters"):
        run("create", "--name", " ", "--scope", "debts:read")
    assert run("create", "--name", "x", "--scope", "everything").exit_code == 2
    assert run("create", "--name", "x").exit_code == 2
    assert not ApiKey.objects.exists()
