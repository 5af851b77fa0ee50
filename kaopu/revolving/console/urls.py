"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path, register_converter

from kaopu.revolving.console import account, accounts, post_posting, statement


class Day:
    """A day of the calendar in an address, as 2026-11-05."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> str:
        """As written."""
        return value

    def to_url(self, value: str) -> str:
        """As written."""
        return value


register_converter(Day, "day")

urlpatterns = [
    path("revolving/", accounts.accounts, name="revolving"),
    path("revolving/export.csv", accounts.accounts_export, name="revolving_export"),
    path("revolving/<int:account_id>/", account.account, name="revolving_account"),
    path("revolving/<int:account_id>/postings", post_posting.post_posting, name="revolving_post"),
    path("revolving/<int:account_id>/export.csv", post_posting.account_export, name="revolving_account_export"),
    path("revolving/<int:account_id>/statements/<day:day>/", statement.statement, name="revolving_statement"),
    path(
        "revolving/<int:account_id>/statements/<day:day>.csv",
        statement.statement_export,
        name="revolving_statement_csv",
    ),
]
