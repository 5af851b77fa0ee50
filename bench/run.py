"""All benchmarks as JSON: `python -m bench.run [--only NAME] [--out FILE]`. Each bench/*_bench.py brings `run()`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path


def names() -> list[str]:
    """The benchmarks that there are."""
    stems = (path.stem.removesuffix("_bench") for path in Path(__file__).parent.glob("*_bench.py"))
    return sorted(stem.replace("_", "-") for stem in stems)


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    packages = ("numpy", "numba", "pyarrow", "duckdb")
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
        **{name: version(name) for name in packages},
    }


def measure(name: str) -> dict[str, object]:
    """What one benchmark found, in a process and a home of its own: none warms or fills what another measures."""
    module = name.replace("-", "_")
    code = f"import json, bench.{module}_bench as b; print(json.dumps(b.run()))"
    with tempfile.TemporaryDirectory(prefix="kaopu-bench-") as home:
        environment = {**os.environ, "KAOPU_HOME": home}
        environment.pop("KAOPU_DATABASE_URL", None)
        done = subprocess.run(
            [sys.executable, "-c", code], check=False, stdout=subprocess.PIPE, text=True, env=environment
        )
    if done.returncode:
        return {"met": False, "error": f"ended with {done.returncode}"}
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    """Run, print, write; 1 when a target was missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", action="append", choices=names())
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    results: dict[str, object] = {"machine": machine()}
    missed = False
    for name in given.only or names():
        sys.stderr.write(f"bench: {name}\n")
        found = measure(name)
        missed |= found.get("met") is not True
        results[name] = found
    text = json.dumps(results, indent=1)
    print(text)
    if given.out is not None:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(text + "\n", encoding="utf-8")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
