"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from kaopu.ledger.console import account, balance, chart_proposals, period

urlpatterns = [
    path("ledger/", balance.ledger, name="ledger"),
    path("ledger/export.csv", balance.balance_export, name="ledger_export"),
    path("ledger/post", balance.post, name="ledger_post"),
    path("ledger/period/", period.period, name="ledger_period"),
    path("ledger/period/export.csv", period.period_export, name="ledger_period_export"),
    path("ledger/chart/", chart_proposals.chart, name="ledger_chart"),
    path("ledger/chart.toml", chart_proposals.chart_file, name="ledger_chart_file"),
    path("ledger/accounts/<slug:code>/", account.account, name="ledger_account"),
    path("ledger/accounts/<slug:code>/export.csv", account.account_export, name="ledger_account_export"),
    path("ledger/accounts/<slug:code>/debts/", account.account_debts, name="ledger_account_debts"),
    path("ledger/postings/<int:run_id>/debts/<int:debt_id>/", account.debt, name="ledger_debt"),
]
