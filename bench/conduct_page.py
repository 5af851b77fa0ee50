"""The page docs/evidence/conduct.md: a section for each proof of conduct, each written by its own bench."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "evidence" / "conduct.md"
HEAD = """# Conduct: what was shown

Figures written by the benches named in each section; `make evidence` repeats them.
"""
SECTIONS = ("agreement", "mutants", "adversary", "races", "end-to-end")


def write_section(name: str, body: str) -> None:
    """Put a section in its place on the page, leaving the others as they are."""
    found = _sections(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    found[name] = body.strip()
    parts = [f"<!-- {each} -->\n{found[each]}\n<!-- end {each} -->\n" for each in SECTIONS if each in found]
    PAGE.write_text("\n".join([HEAD, *parts]), encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    return {
        name: found[1].strip()
        for name in SECTIONS
        if (found := re.search(rf"<!-- {name} -->\n(.*?)<!-- end {name} -->", text, re.DOTALL))
    }
