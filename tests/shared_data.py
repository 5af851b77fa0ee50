"""Where the shared reference data is: the folder named by KAOPU_SHARED, else the checkout's sibling `shared`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def shared_root() -> Path:
    given = os.environ.get("KAOPU_SHARED")
    return Path(given) if given else Path(__file__).resolve().parents[2] / "shared"


def shared_path(*parts: str) -> Path:
    """The file or folder below the shared data, or a skip that says what is missing."""
    path = shared_root().joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the shared data {'/'.join(parts)} is not on this machine; set KAOPU_SHARED to its folder")
    return path
