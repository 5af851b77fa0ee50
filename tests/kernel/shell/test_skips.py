"""A machine that promises a browser and Java may not skip their tests quietly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CASE = """
import pytest
@pytest.mark.browser
def test_page():
    pytest.skip("no Chromium: install it")
@pytest.mark.java
@pytest.mark.skipif(True, reason="no Java")
def test_cluster():
    pass
def test_shared():
    pytest.skip("shared data absent")
"""


@pytest.mark.parametrize(("no_skip", "outcome"), [("0", "3 skipped"), ("1", "1 failed, 1 skipped, 1 error")])
def test_a_guarded_skip_fails_where_skips_are_forbidden(tmp_path, no_skip, outcome):
    root = Path(__file__).resolve().parents[3]
    (tmp_path / "test_case.py").write_text(CASE)
    (tmp_path / "conftest.py").write_text((root / "tests" / "conftest.py").read_text())
    (tmp_path / "shared_data.py").write_text((root / "tests" / "shared_data.py").read_text())
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", str(root / "pyproject.toml"), "--rootdir", str(tmp_path), str(tmp_path)],
        env={**os.environ, "KAOPU_NO_SKIP": no_skip, "KAOPU_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in ran.stdout
    assert (ran.returncode == 0) is (no_skip == "0"), ran.stdout
