"""A private PostgreSQL for the whole run, shared data, and skips that may not hide.

The home is set before the first connection; the embedded server starts with the first test that needs a database.
Under pytest-xdist each worker is a process with a home, and so a server, of its own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

# Short: a Unix socket's path may have 107 bytes. Never the developer's own data, whatever the shell says.
HOME = Path(tempfile.mkdtemp(prefix="kaopu-", dir=tempfile.gettempdir()))
os.environ["KAOPU_HOME"] = str(HOME)
os.environ.pop("KAOPU_VAULT_KEYS", None)
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # `shared_data`, and `tests.book.histories` however pytest is started

from shared_data import shared_path  # noqa: E402 - needs the line above

KEPT_BY_FLUSH = {"auth_group", "auth_permission", "auth_group_permissions", "django_content_type"}


def pytest_configure(config):
    from django.conf import settings

    settings.HOME = HOME
    settings.STATIC_ROOT = HOME / "static"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the strong one costs 0.3 s a user


def pytest_unconfigure(config):
    from kaopu.kernel import database

    with contextlib.suppress(Exception):
        database.stop_if_started()
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """A throw-away server need not survive a power cut."""
    from kaopu.kernel import database

    if os.environ.get("KAOPU_DATABASE_URL"):
        return
    import psycopg

    address = database.ensure_running()
    with psycopg.connect(
        host=str(address.socket_dir), port=address.port, user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session", autouse=True)
def _emptying_tables_passes_the_triggers():
    """A test that commits is cleaned up by TRUNCATE, which append-only tables forbid: only here, as a superuser."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    plain_list, plain_run = DatabaseOperations.sql_flush, DatabaseOperations.execute_sql_flush

    def sql_flush(self, style, tables, **options):
        return plain_list(self, style, [table for table in tables if table not in KEPT_BY_FLUSH], **options)

    def execute_sql_flush(self, sql_list):
        shutil.rmtree(HOME / "audit", ignore_errors=True)  # daily roots of rows that go now
        # The queue's tables are not Django's to empty; a job that one test left is nothing for the next to find.
        empty_queue = "TRUNCATE procrastinate_jobs CASCADE"
        return plain_run(self, ["SET LOCAL session_replication_role = replica", *sql_list, empty_queue])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        patch.setattr(DatabaseOperations, "execute_sql_flush", execute_sql_flush)
        yield


@pytest.fixture
def shared():
    """`shared("data", "china_lpr")`: a path below the shared data; skips with a sentence where it is absent."""
    return shared_path


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    guarded = item.get_closest_marker("browser") or item.get_closest_marker("java")
    if report.skipped and guarded and os.environ.get("KAOPU_NO_SKIP") == "1":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"KAOPU_NO_SKIP=1 and yet: {reason}"
