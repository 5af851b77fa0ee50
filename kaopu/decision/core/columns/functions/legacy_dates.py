"""See the names in FUNCTIONS."""

from __future__ import annotations

from typing import Any

FUNCTIONS: dict[str, Any] = {}
