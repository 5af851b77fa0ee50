"""The long proofs: every tests/**/*_run.py (each writes its page in docs/evidence/), then the benchmarks as JSON."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run them one after the other; the number of those that failed."""
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "tests").rglob("*_run.py")]
    commands = [[sys.executable, "-m", module] for module in sorted(modules)]
    commands.append([sys.executable, "-m", "bench.run", "--out", str(ROOT / "docs" / "evidence" / "bench.json")])
    failed = 0
    for command in commands:
        sys.stderr.write(f"evidence: {' '.join(command[2:])}\n")
        failed += subprocess.run(command, check=False, cwd=ROOT).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
