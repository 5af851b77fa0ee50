"""Receipts: money from the bank, matched to debts, held in suspense or returned."""
