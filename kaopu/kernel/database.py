"""Where the data lives: the home folder, the lender's own PostgreSQL where one is named, else an embedded one."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.embedded import shared_server
from kaopu.kernel.embedded.server import DATABASE_NAME, DATABASE_USER
from kaopu.kernel.embedded.shared_server import Address, stop_if_started

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Address", "connection_settings", "ensure_running", "home", "running_database", "stop_if_started", "uri"]

# A page must not wait for a new connection; one that died while idle is noticed and replaced.
KEPT_OPEN = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def home() -> Path:
    """The folder for keys, data and files: `KAOPU_HOME`, else `./var`."""
    return Path(os.environ.get("KAOPU_HOME") or "var").expanduser().resolve()


def connection_settings(url: str) -> dict[str, Any]:
    """Django's settings for one database: the PostgreSQL named by `url`, or with an empty `url` the embedded one."""
    if not url:
        return {"ENGINE": "kaopu.kernel.embedded", "NAME": DATABASE_NAME, "USER": DATABASE_USER, **KEPT_OPEN}
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise BadInput("KAOPU_DATABASE_URL: expected postgresql://user:password@host:port/name")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
        **KEPT_OPEN,
    }


def uri(alias: str = "default") -> str:
    """A libpq connection text for tools beside Django (ADBC, psycopg). Holds the password: never print or log it."""
    from django.db import connections
    from psycopg.conninfo import make_conninfo

    parameters = connections[alias].get_connection_params()
    wanted = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert")
    return make_conninfo("", **{key: parameters[key] for key in wanted if parameters.get(key)})


def ensure_running() -> Address:
    """Start or join the embedded server of this home; safe from several processes at once, cheap to repeat."""
    return shared_server.ensure_running(home())


@contextlib.contextmanager
def running_database() -> Iterator[Address | None]:
    """The database for the length of a `with`: the embedded one started or joined, or None where a URL is given."""
    if os.environ.get("KAOPU_DATABASE_URL"):
        yield None
        return
    try:
        yield ensure_running()
    finally:
        stop_if_started()
