"""Every line of zen's own expression tests in columns: constants folded, and every constant lifted into a field."""

from __future__ import annotations

import pytest
from lifting import lift_literals
from zen_proof import FAILED, UNDECIDED, answers_of, lines, of_zen, same

from kaopu.decision.core.columns.value import CannotCompile
from kaopu.decision.core.zen.parse import parse, parse_unary

SHARE_THAT_COMPILES = 0.85


def outcome(name, expression, context, *, lifted):
    """exact, undecided, refused; an AssertionError for anything that is not what zen says."""
    unary = name == "unary"
    node = (parse_unary if unary else parse)(expression)
    row = dict(context)
    if lifted:
        node, more = lift_literals(node)
        row |= more
    try:
        (answer,) = answers_of(node, [row], fold=not lifted, current="$" if unary else None)
    except CannotCompile:
        return "refused"
    if answer == UNDECIDED:
        return "undecided"
    wanted = of_zen(expression, context, unary=unary)
    assert same(answer, wanted), f"{expression} over {row}: columns {answer!r}, zen {wanted!r}"
    return "exact"


@pytest.mark.shared
@pytest.mark.parametrize("lifted", [False, True], ids=["folded", "lifted"])
def test_every_line_is_exact_or_refused(shared, lifted):
    folder = shared("data", "jdm_graphs", "expressions")
    found = []
    for name in ("standard", "date", "unary"):
        for expression, context in lines(folder / f"{name}.csv"):
            found.append(outcome(name, expression, context, lifted=lifted))
    compiled = sum(each != "refused" for each in found)
    assert compiled >= SHARE_THAT_COMPILES * len(found), f"{compiled} of {len(found)} lines compile"


FAULTS = [
    ("a < 1", [{"a": None}, {}, {"a": 0}, {"a": 2}]),
    ("a != 1", [{}, {"a": None}, {"a": 1}]),
    ("a not in [1, 2]", [{}, {"a": 1}]),
    ("0.1 * n + 0.2 == 0.3", [{"n": 1}, {"n": 2}]),
    ("n / 3 * 3 == 1", [{"n": 1}, {"n": 2}]),
    ("n - 0.1 - 0.2", [{"n": 0.3}, {"n": 1}]),
    ("n / m", [{"n": 1, "m": 0}, {"n": 1, "m": 3}]),
    ("xs[1] + 1", [{"xs": [1, 2]}, {"xs": [1]}, {}]),
    ("map(os as o, map(o.xs, o.k + #))", [{"os": [{"k": 1, "xs": [1, 2]}, {"k": 5, "xs": [3]}]}]),
]


@pytest.mark.parametrize(("expression", "rows"), FAULTS)
def test_what_other_engines_get_wrong(expression, rows):
    for row, answer in zip(rows, answers_of(parse(expression), rows), strict=True):
        wanted = of_zen(expression, row)
        assert answer == UNDECIDED or same(answer, wanted), (row, answer, wanted)


def test_an_order_of_null_fails_and_nothing_passes_unnoticed():
    assert answers_of(parse("a < 1"), [{"a": None, "b": 1}, {"a": 0}]) == [FAILED, True]
