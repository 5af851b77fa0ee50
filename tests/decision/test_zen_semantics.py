"""docs/zen-semantics.md, language and scalars: each line of its tables asked of zen, so that a new zen is noticed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import zen

PAGE = Path(__file__).parents[2] / "docs" / "zen-semantics.md"
LINE = re.compile(
    r"^\| `(?P<expression>[^|]+?)` \| `(?P<context>\{.*?\})` \| (?P<answer>fails|`[^`]*`) \|", re.MULTILINE
)
CELL = re.compile(
    r"^\| cell `(?P<cell>[^|]+?)` \| `(?P<context>\{.*?\})` \| (?P<answer>fails|hits|passes by) \|", re.MULTILINE
)


def asked(ask, *arguments):
    try:
        return ask(*arguments)
    except Exception:  # noqa: BLE001 - zen raises plain exceptions
        return "fails"


LINES = [match.groupdict() for match in LINE.finditer(PAGE.read_text(encoding="utf-8"))]
CELLS = [match.groupdict() for match in CELL.finditer(PAGE.read_text(encoding="utf-8"))]


def test_the_page_has_its_tables():
    assert len(LINES) > 40
    assert len(CELLS) > 10


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["expression"])
def test_zen_still_answers_so(line):
    wanted = line["answer"] if line["answer"] == "fails" else json.loads(line["answer"].strip("`"))
    assert asked(zen.evaluate_expression, line["expression"], json.loads(line["context"])) == wanted


@pytest.mark.parametrize("line", CELLS, ids=lambda line: line["cell"])
def test_zen_still_takes_cells_so(line):
    wanted = {"fails": "fails", "hits": True, "passes by": False}[line["answer"]]
    assert asked(zen.evaluate_unary_expression, line["cell"], json.loads(line["context"])) == wanted
