"""Killed anywhere, a posting leaves the journal as before or as after. The full run: `python -m tests.ledger.kills`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def test_three_kills_leave_the_journal_whole():
    environment = {key: value for key, value in os.environ.items() if key not in {"KAOPU_HOME", "KAOPU_DATABASE_URL"}}
    done = subprocess.run(
        [sys.executable, "-m", "tests.ledger.kills", "--kills", "3", "--seed", "7"],
        cwd=Path(__file__).resolve().parents[2], env=environment, capture_output=True, text=True, timeout=600,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout)
    assert answer["while_running"] >= 1, answer
    assert answer["journal_is_history"]
