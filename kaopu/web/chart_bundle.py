"""The script that draws charts: Vega, Vega-Lite and vega-embed in one file, made at set-up from the Python packages.

Nothing is fetched: `vl_convert` carries the sources. The Vega-Lite version is the one that Altair writes for, so that a
specification never meets a renderer of another version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import vl_convert

if TYPE_CHECKING:
    from pathlib import Path

NAME = "web/vega-bundle.js"


def vega_lite_version() -> str:
    """Major and minor of the schema that Altair writes: "6.1"."""
    return ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])


def build(target: Path) -> Path:
    """Write the bundle below `target` unless the same version is there; returns its path. About 2 s when it is made."""
    path = target / NAME
    mark = path.with_suffix(".version")
    wanted = f"{vega_lite_version()} {vl_convert.__version__}"
    if path.exists() and mark.exists() and mark.read_text() == wanted:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(vl_convert.javascript_bundle(vl_version=vega_lite_version()), encoding="utf-8")
    mark.write_text(wanted)
    return path
