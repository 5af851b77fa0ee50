"""The other ways in give the oracle's verdicts too: the printed line, a month re-judged, and the hours ahead."""

import itertools
import json
from collections import Counter
from datetime import datetime

import pytest

from kaopu.conduct.core.answer import answer
from kaopu.conduct.core.outlook import outlook
from kaopu.conduct.core.parse import FactsProblem, parse_line
from kaopu.conduct.core.rejudge import Rejudge, Shift, Tally
from kaopu.conduct.core.rulebook import Rulebook
from kaopu.conduct.packs import load_packs
from tests.conduct import oracle
from tests.conduct.agreement import searched_lines
from tests.conduct.random_facts import random_line


@pytest.fixture(scope="module")
def rulebook():
    return load_packs(None)


def test_the_printed_line(rulebook):
    for index in range(400):
        text = random_line(21, index)
        found, expected = json.loads(json.dumps(answer(text.encode(), rulebook))), oracle.judge(text)
        assert list(found) == ["id", "allowed", "disclosure", "rules", "next_allowed_at"]
        assert (found["id"], found["allowed"], found["disclosure"]) == (
            expected.id,
            expected.allowed,
            expected.disclosure,
        )
        assert [(rule["id"], rule["verdict"]) for rule in found["rules"]] == expected.rules
        assert all(rule["why"] for rule in found["rules"])
        if found["allowed"] or expected.rules == [("FACTS", "refuse")]:
            assert found["next_allowed_at"] is None


def test_the_printed_instant_is_in_the_offset_of_at(rulebook):
    for text in itertools.islice(searched_lines(rulebook, 22, 0), 40):
        printed = answer(text, rulebook)["next_allowed_at"]
        if printed is not None:
            asked, at = json.loads(text)["at"], datetime.fromisoformat(printed)
            offset = "+00:00" if asked[-1] in "Zz" else asked[-6:]
            assert printed.endswith(offset)
            assert oracle.allowed_at(text, at)


@pytest.mark.parametrize("gone", ["X-DEF-13", "PIPL-CONSENT", "CN-GB-02", "X-DEF-30", "X-DEF-31", "CN-GB-08"])
def test_a_month_judged_again_without_one_rule(rulebook, gone, monkeypatch):
    """Verdicts under both rulebooks, line by line in one pass, against the oracle with and without the row."""
    looser = Rulebook(tuple(rule for rule in rulebook.rules if rule.id != gone))
    again, tally, texts = Rejudge(rulebook, looser), Tally(), [random_line(23, index) for index in range(1_000)]
    for text in texts:
        again.line(text, tally)
    before = [_word(oracle.judge(text)) for text in texts]
    monkeypatch.setattr(oracle, "ROWS", [row for row in oracle.ROWS if row.ids != [gone]])
    after = [_word(oracle.judge(text)) for text in texts]
    assert tally.verdicts == Counter(Shift(*pair) for pair in zip(before, after, strict=True))
    assert tally.verdicts[Shift("refused", "allowed")] > 0


def _word(verdict):
    return "no-facts" if verdict.rules == [("FACTS", "refuse")] else "allowed" if verdict.allowed else "refused"


def test_the_hours_ahead(rulebook):
    shown = 0
    for index in range(60):
        text = random_line(24, index)
        parsed = parse_line(text)
        if isinstance(parsed, FactsProblem):
            continue
        ahead = outlook(parsed.request, parsed.facts, rulebook, parsed.request.at, days=3, hours=range(24))
        for hour in itertools.chain.from_iterable(ahead):
            if hour.at is not None:
                assert (hour.first is None) == oracle.allowed_at(text, hour.at), (text, hour)
                shown += 1
    assert shown > 1_000
