"""The shipped policies, and inputs for them: as their own tests give them, changed, and spoiled."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

import kaopu.decision
from kaopu.decision.core.policy.null_law import breaches, value_at
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.engines.live import LiveEngine

if TYPE_CHECKING:
    from kaopu.decision.core.policy.manifest import Manifest
    from kaopu.decision.core.policy.policy_file import PolicyFile
    from kaopu.decision.core.policy.policy_input import PolicyInput

FOLDER = Path(next(iter(kaopu.decision.__path__))) / "policies"
NAMES = sorted(each.stem for each in FOLDER.glob("*.json"))
FAVOURABLE = {"approve", "raise", "clear"}
GONE = object()
WRONG = {
    "number": ["7", True, [7], {"value": 7}],
    "integer": ["7", 7.5, False, [7]],
    "string": [7, True, ["match"], {}],
    "boolean": ["true", 1, 0],
    "date": [20260331, "2026-3-31", "2026-02-30", "today"],
}


@cache
def shipped(name: str) -> PolicyFile:
    path = FOLDER / f"{name}.json"
    return read_policy(path.read_text(encoding="utf-8"), path.name)


@cache
def live(name: str) -> LiveEngine:
    return LiveEngine(shipped(name), FOLDER)


def manifest(name: str) -> Manifest:
    found = shipped(name).manifest
    assert found is not None
    return found


def complete_inputs(name: str) -> list[dict[str, Any]]:
    """The inputs of the policy's tests that its null law lets pass."""
    return [each.input for each in shipped(name).tests if not breaches(manifest(name), each.input)]


def favourable_inputs(name: str) -> list[dict[str, Any]]:
    return [each for each in complete_inputs(name) if live(name).decide(each).outcome in FAVOURABLE]


def put(given: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for key in above:
        inside = given.get(key)
        given[key] = inside if isinstance(inside, dict) else {}
        given = given[key]
    if value is GONE:
        given.pop(last, None)
    else:
        given[last] = value


@st.composite
def changed(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """An input that the null law lets pass: that of a test, some fields anywhere in their ranges."""
    given = copy.deepcopy(draw(st.sampled_from(complete_inputs(name))))
    fields = [each for each in manifest(name).inputs if each.type != "date"]
    for declared in draw(st.lists(st.sampled_from(fields), max_size=6, unique_by=lambda each: each.field)):
        put(given, declared.field, draw(within(name, declared)))
    return given


def within(name: str, declared: PolicyInput) -> st.SearchStrategy[Any]:
    """A value the manifest allows: what the tests use, one beside it, or any."""
    if declared.enum is not None:
        return st.sampled_from(declared.enum)
    if declared.type == "boolean":
        return st.booleans()
    low, high = declared.minimum, declared.maximum
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    seen = [value_at(each, declared.path) for each in complete_inputs(name)]
    step = 1 if declared.type == "integer" else 0.001
    near = {round(each + turn, 6) for each in seen if each is not None for turn in (-step, 0, step)}
    known = st.sampled_from(sorted(each for each in near if low <= each <= high))
    if declared.type == "integer":
        return known | st.integers(int(low), int(high))
    return known | st.floats(low, high).map(lambda each: float(f"{each:.6f}")).filter(lambda each: low <= each <= high)


@st.composite
def spoiled(draw: st.DrawFn, name: str, *, kinds_kept: bool = False) -> tuple[dict[str, Any], set[str]]:
    """A favourable input with one or more required fields spoiled, and these fields.

    `kinds_kept`: only as columns of one kind each can hold it.
    """
    given = copy.deepcopy(draw(st.sampled_from(favourable_inputs(name))))
    required = [each for each in manifest(name).inputs if each.required]
    chosen = draw(st.lists(st.sampled_from(required), min_size=1, max_size=5, unique_by=lambda each: each.field))
    for declared in chosen:
        path, value = draw(st.sampled_from(_faults(declared, given, kinds_kept=kinds_kept)))
        put(given, path, value)
    return given, {each.field for each in chosen}


def _faults(declared: PolicyInput, given: dict[str, Any], *, kinds_kept: bool) -> list[tuple[str, Any]]:
    name = declared.field
    faults: list[tuple[str, Any]] = [(name, None), (name, GONE)]
    if not kinds_kept:
        faults += [(name, each) for each in WRONG[declared.type.value]]
    elif declared.type == "date":
        faults += [(name, "2026-3-31"), (name, "2026-02-30"), (name, "")]
    elif declared.type == "integer":
        faults.append((name, 7.5))
    if declared.enum is not None:
        faults += [(name, ""), (name, "something else")]
    if isinstance(declared.minimum, int | float):
        faults += [(name, declared.minimum - 1), (name, -(10**12))]
    if isinstance(declared.maximum, int | float):
        faults += [(name, declared.maximum + 1), (name, 10**12)]
    if declared.observed_on is not None:
        as_of = date.fromisoformat("2026-03-31")
        late, old = timedelta(days=1), timedelta(days=(declared.fresh_within_days or 0) + 1)
        observed = [(as_of + late).isoformat(), (as_of - old).isoformat(), "2026-03", None, GONE]
        faults += [(declared.observed_on, each) for each in observed]
    return faults
