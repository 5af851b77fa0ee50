"""Addresses of the book's pages. Nouns, and no words about a person."""

from __future__ import annotations

from django.urls import path

from kaopu.book.console import (
    borrower,
    borrowers,
    dashboard,
    debt,
    debts,
    find,
    imports,
    lender_figures,
    overdue,
    overdue_acts,
    pause_proposals,
    pauses,
    post_event,
    product_edit,
    products,
)

__all__ = ["pause_proposals", "urlpatterns"]  # the module registers how its proposals are shown

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("dashboard/<slug:key>.csv", dashboard.table, name="dashboard_table"),
    path("figures/", lender_figures.lender_figures, name="lender_figures"),
    path("figures/<slug:key>.csv", lender_figures.table, name="lender_figures_table"),
    path("find", find.find, name="find"),
    path("debts/", debts.debts, name="debts"),
    path("debts/export.<str:form>", debts.debts_export, name="debts_export"),
    path("debts/<int:debt_id>/", debt.debt, name="debt"),
    path("debts/<int:debt_id>/export.csv", debt.debt_export, name="debt_export"),
    path("debts/<int:debt_id>/events", post_event.post_event, name="post_event"),
    path("borrowers/", borrowers.borrowers, name="borrowers"),
    path("borrowers/export.csv", borrowers.borrowers_export, name="borrowers_export"),
    path("borrowers/<int:party_id>/", borrower.borrower, name="borrower"),
    path("borrowers/<int:party_id>/reveal", borrower.reveal, name="reveal"),
    path("overdue/", overdue.overdue, name="overdue"),
    path("overdue/export.csv", overdue.overdue_export, name="overdue_export"),
    path("overdue/assign", overdue_acts.assign, name="overdue_assign"),
    path("overdue/assign/<uuid:batch>/undo", overdue_acts.unassign, name="overdue_unassign"),
    path("overdue/views", overdue_acts.views, name="overdue_views"),
    path("pauses/", pauses.pauses, name="pauses"),
    path("pauses/propose", pauses.pause_propose, name="pause_propose"),
    path("pauses/<int:pause_id>/", pauses.bulk_pause, name="bulk_pause"),
    path("pauses/<int:pause_id>/undo", pauses.pause_undo, name="pause_undo"),
    path("products/", products.products, name="products"),
    path("products/new", product_edit.new, name="product_new"),
    path("products/beside", product_edit.beside, name="product_beside"),
    path("products/<path:code>/edit", product_edit.edit, name="product_edit"),
    path("products/<path:code>/", products.product, name="product"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:batch_id>/", imports.batch, name="import_batch"),
    path("imports/<int:batch_id>/rejects.csv", imports.rejects, name="import_rejects"),
    path("imports/<int:batch_id>/undo", imports.undo, name="import_undo"),
]
