"""The rows of the room, a file for each noun."""

from __future__ import annotations

from kaopu.decision.models.provider import ProviderBreaker, ProviderCall

__all__ = ["ProviderBreaker", "ProviderCall"]
