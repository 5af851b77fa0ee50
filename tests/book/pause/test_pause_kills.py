"""Killed anywhere, a bulk pause loses and doubles nothing. The full run: `python -m tests.book.pause.pause_kill_run`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_two_kills_lose_and_double_nothing(tmp_path):
    environment = {key: value for key, value in os.environ.items() if key not in {"KAOPU_HOME", "KAOPU_DATABASE_URL"}}
    out = tmp_path / "kills.md"
    done = subprocess.run(
        [sys.executable, "-m", "tests.book.pause.pause_kill_run", "--kills", "2", "--seed", "7", "--out", str(out)],
        cwd=Path(__file__).resolve().parents[3], env=environment, capture_output=True, text=True, timeout=600,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert " 0 torn" in done.stdout
    assert "kills of a living process" in out.read_text(encoding="utf-8")
