"""The scheduler that wants to reach a person most never gets past ceilings derived by hand from the table.

All questions, with a wider search, are put by bench/conduct_adversary.py.
"""

import pytest

from kaopu.conduct.core.rulebook import Rulebook
from kaopu.conduct.packs import load_packs
from tests.conduct.adversary import Cell, World, most
from tests.conduct.ceilings import ceiling

CN, US, ALL = ("CN",), ("US",), ("CN", "US", "IN")
#: Role, law, profile, own act, purposes, what is counted: where the table counts, the most is reached exactly.
ASKED = (
    (Cell("contact", CN, "strict"), "search", "contacts"),
    (Cell("contact", CN, "strict"), "search", "calls and visits"),
    (Cell("contact", US, "law-only"), "search", "contacts"),
    (Cell("contact", ALL, "law-only"), "search", "calls and visits"),
    (Cell("contact", CN, "strict"), "help", "contacts"),
    (Cell("contact", CN, "strict"), "service", "calls and visits"),
    (Cell("contact", CN, "strict", own="called"), "service", "calls and visits"),
    (Cell("debtor", CN, "strict"), "collect", "contacts"),
    (Cell("debtor", CN, "strict"), "verify or service", "contacts"),
    (Cell("guarantor", US, "strict"), "verify or service", "contacts"),
    # Where it does not, the hours are all that binds.
    (Cell("contact", CN, "strict"), "verify", "contacts"),
    (Cell("contact", CN, "strict"), "service", "contacts"),
    (Cell("contact", CN, "strict", own="offered"), "help", "contacts"),
    (Cell("debtor", CN, "law-only"), "collect", "contacts"),
    (Cell("debtor", CN, "strict", "enterprise"), "collect", "contacts"),
    (Cell("guarantor", CN, "strict"), "collect", "calls and visits"),
)


@pytest.fixture(scope="module")
def rulebook():
    return load_packs(None)


@pytest.mark.parametrize(
    ("cell", "family", "measure"),
    ASKED,
    ids=lambda value: value if isinstance(value, str) else f"{value.role}-{value.profile}",
)
def test_the_most_is_the_ceiling_of_the_table(rulebook, cell, family, measure):
    found = most(World(cell, rulebook), family, measure, width=2)
    day, month, why = ceiling(cell, family, measure)
    assert (found.day, found.month) == (day, month), why


def test_a_looser_rulebook_would_be_found_out(rulebook):
    """The search is no formality: without X-DEF-04 and X-DEF-03 it gets more calls to a contact than the ceiling."""
    cell = Cell("contact", CN, "strict")
    loose = Rulebook(tuple(rule for rule in rulebook.rules if rule.id not in ("X-DEF-03", "X-DEF-04")))
    found = most(World(cell, loose), "search", "contacts", width=2)
    assert found.day > ceiling(cell, "search", "contacts")[0]
