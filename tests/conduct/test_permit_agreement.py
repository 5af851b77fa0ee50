"""A small share of bench/conduct_agreement.py: permits as kaopu gives them and as the oracle does, on random lines."""

import itertools
import json

import pytest

from kaopu.conduct.packs import load_packs
from tests.conduct.agreement import Count, check_next, compare, compare_next, searched_lines
from tests.conduct.random_facts import random_line


@pytest.fixture(scope="module")
def rulebook():
    return load_packs(None)


def test_random_lines_get_the_verdict_of_the_oracle(rulebook):
    count = Count()
    for index in range(3_000):
        compare(random_line(11, index), rulebook, count)
    assert count.different == []
    assert count.allowed > 900
    assert count.facts > 100


def test_the_next_minute_is_allowed_and_the_one_before_is_not(rulebook):
    count = Count()
    for text in itertools.islice(searched_lines(rulebook, 12, 0), 150):
        check_next(text, rulebook, count)
    assert count.different == []


def test_next_allowed_at_is_what_trying_every_minute_finds(rulebook):
    count = Count()
    for text in itertools.islice(searched_lines(rulebook, 13, 0), 10):
        compare_next(text, rulebook, count)
    assert count.different == []
    assert count.answered >= 5


def test_a_difference_would_be_told(rulebook):
    """The comparison itself can fail: a line judged against the facts of another is found out."""
    changed = 0
    for index in range(200):
        text = random_line(14, index)
        try:
            line = json.loads(text)
            line["person"]["opted_in"] = not line["person"]["opted_in"]
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        other, count = json.dumps(line), Count()
        compare(text, rulebook, count)
        assert count.different == []
        with pytest.MonkeyPatch.context() as patch:
            from tests.conduct import agreement

            whole = agreement.oracle.judge
            patch.setattr(agreement.oracle, "judge", lambda _, other=other, whole=whole: whole(other))
            compare(text, rulebook, count)
        changed += bool(count.different)
    assert changed > 20
