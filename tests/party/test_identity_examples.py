"""The published examples of topic f, read from the reference itself: none is left out, each is equal."""

from __future__ import annotations

import contextlib

import pytest
from shared_data import shared_path


@pytest.mark.shared
def test_every_example_is_equal():
    shared_path("reference", "worked-examples.json")
    from tests.party import identity_run

    found = identity_run.cases()
    assert {case["id"] for case in found} == set(identity_run.EXAMPLES)
    assert {case["id"]: identity_run.differences(case) for case in found} == {case["id"]: [] for case in found}
    # Each example can fail.
    for case in found:
        for name in case["expected"]:
            other = {**case, "expected": {**case["expected"], name: "something else"}}
            with contextlib.suppress(KeyError, ValueError):  # no such reason, or not one for each
                assert identity_run.differences(other)
