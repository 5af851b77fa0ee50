"""The catalogue as a table of docs/features.md: `python -m kaopu.decision.features.document docs/features.md`."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from kaopu.decision.core.features.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kaopu.decision.core.features.feature import Feature

START, STOP = "<!-- catalogue: made by kaopu.decision.features.document -->", "<!-- end of catalogue -->"


def table(features: Iterable[Feature]) -> str:
    """Markdown, a table a group."""
    lines: list[str] = []
    for group, some in groupby(features, lambda feature: feature.group):
        lines += ["", f"### {group}", "", "| name | 含义 | meaning | unit | range | source | class | null means |"]
        lines.append("|---|---|---|---|---|---|---|---|")
        lines += [_line(feature) for feature in some]
    return "\n".join(lines).strip()


def _line(each: Feature) -> str:
    ends = f"{_end(each.low)} … {_end(each.high)}"
    cells = (f"`{each.name}`", each.meaning.zh, each.meaning.en, each.unit, ends, each.source.value)
    return "| " + " | ".join((*cells, each.sensitivity.value, each.missing.en)) + " |"


def _end(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def main(path: Path) -> None:
    """Write the table anew between its marks."""
    before, _, rest = path.read_text(encoding="utf-8").partition(START)
    after = rest.partition(STOP)[2]
    path.write_text(f"{before}{START}\n\n{table(CATALOGUE)}\n\n{STOP}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
