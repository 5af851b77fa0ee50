"""All benchmarks as JSON: `python -m bench.run [--only NAME] [--out FILE]`. Each bench/*_bench.py brings `run()`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path


def names() -> list[str]:
    """The benchmarks that there are."""
    return sorted(path.stem.removesuffix("_bench") for path in Path(__file__).parent.glob("*_bench.py"))


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    packages = ("numpy", "numba", "pyarrow", "duckdb")
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
        **{name: version(name) for name in packages},
    }


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
        found = import_module(f"bench.{name}_bench").run()
        missed |= found.get("met") is False
        results[name] = found
    text = json.dumps(results, indent=1)
    print(text)
    if given.out is not None:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(text + "\n", encoding="utf-8")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
