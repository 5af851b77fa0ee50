"""Queries that turn rows into core values and back."""

from __future__ import annotations
