"""The back end that Django loads for `ENGINE = "kaopu.kernel.embedded"`."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as PostgresWrapper

from kaopu.kernel import database


class DatabaseWrapper(PostgresWrapper):
    """PostgreSQL whose address is known only once its server runs, so importing settings starts nothing."""

    def get_connection_params(self) -> dict[str, Any]:
        """What psycopg needs: as Django's own, with the socket of the running embedded server."""
        address = database.ensure_running()
        self.settings_dict["HOST"] = str(address.socket_dir)
        self.settings_dict["PORT"] = str(address.port)
        return super().get_connection_params()
