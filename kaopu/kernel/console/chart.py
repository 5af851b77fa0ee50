"""A chart as a page shows it: title, finding, specification, and the same figures as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# Tokens of the stylesheet by name; the script puts the colours of the reader's theme in their place.
CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": 'Inter, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif',
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--muted)", "titleColor": "var(--muted)", "gridColor": "var(--rule)",
        "domainColor": "var(--control)", "tickColor": "var(--control)", "labelFontSize": 12, "titleFontSize": 12,
        "titleFontWeight": "normal", "labelOverlap": True,
    },
    "legend": {"labelColor": "var(--ink)", "titleColor": "var(--muted)", "labelFontSize": 12, "titleFontSize": 12,
               "orient": "top", "symbolType": "square", "titleFontWeight": "normal"},
    "text": {"color": "var(--ink)", "fontSize": 12},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chart:
    """`finding` is the sentence that the picture would say aloud; it is also its label for those who cannot see it."""

    key: str
    title: str
    finding: str
    spec: dict[str, Any]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    csv: str = ""
    small: bool = False
    note: str = ""

    @property
    def spec_id(self) -> str:
        """Id of the JSON block."""
        return f"spec-{self.key}"


@dataclass(frozen=True, slots=True)
class FailedPanel:
    """A panel that could not be made; the others still show."""

    key: str
    title: str
    failed: bool = field(default=True)


def with_values(spec: dict[str, Any], values: list[dict[str, Any]]) -> dict[str, Any]:
    """The specification with its data. The rest of `spec` is shared between requests and never changed."""
    return {**spec, "data": {"values": values}}
