"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from kaopu.receipts.console import acts, listing, receipt, return_proposals

__all__ = ["return_proposals", "urlpatterns"]  # imported, it makes its kind of proposal known

urlpatterns = [
    path("receipts/", listing.receipts, name="receipts"),
    path("receipts/export.csv", listing.receipts_export, name="receipts_export"),
    path("receipts/upload", listing.receipts_upload, name="receipts_upload"),
    path("receipts/files/<int:file_id>/rejects.csv", listing.receipts_rejects, name="receipts_rejects"),
    path("receipts/<int:receipt_id>/", receipt.receipt, name="receipt"),
    path("receipts/<int:receipt_id>/match", acts.receipt_match, name="receipt_match"),
    path("receipts/<int:receipt_id>/unmatch/<int:allocation_id>", acts.receipt_unmatch, name="receipt_unmatch"),
    path("receipts/<int:receipt_id>/return", acts.receipt_return, name="receipt_return"),
    path("receipts/<int:receipt_id>/reveal", acts.receipt_reveal, name="receipt_reveal"),
]
