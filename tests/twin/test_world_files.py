"""World files: a fault is named with file, key and expectation; a world says only what differs."""

from __future__ import annotations

import pytest

from kaopu.kernel.core.errors import BadInput
from kaopu.twin.world_files import load_world, shipped

BASE = 'from = "base"\nabout = "Mine."\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[churn]\nphone_per_yer = 0.1", "mine.toml: churn.phone_per_yer: not known, expected one of phone_per_year"),
        ("[churn]\nphone_per_year = -1", "mine.toml: churn.phone_per_year: -1 given, expected a number from 0 to 100"),
        ('[churn]\nphone_per_year = "0.1"', "mine.toml: churn.phone_per_year: '0.1' given, expected a number"),
        ("[churn]\nphone_per_year = nan", "mine.toml: churn.phone_per_year: nan given, expected a number"),
        ("[churn]\nphone_per_year = true", "mine.toml: churn.phone_per_year: True given, expected a number"),
        ("[honest]\nopened = 1.2", "mine.toml: honest.opened: 1.2 given, expected a share from 0 to 1"),
        ("[honest]\nnames_nobody = 0.9", "mine.toml: honest.names_nobody, names_two and names_three: add up to 1.5"),
        ("[fakes]\nring_size_min = 1", "mine.toml: fakes.ring_size_min: expected at least 2"),
        ("[asking]\neffect_family = 2", "mine.toml: asking.effect_family: 2 given, expected a number from -1 to 1"),
        ("churn = 3", "mine.toml: \\[churn\\]: 3 given, expected a table"),
        ("weather = 3", "mine.toml: weather: not known, expected about"),
        (
            "[emissions.call]\ngone = { right_party = 0.5 }",
            "mine.toml: emissions.call.gone: adds up to 0.5, expected 1",
        ),
        (
            "[emissions.call]\ngone = { luck = 1 }",
            "mine.toml: emissions.call.gone.luck: not known, expected one of code",
        ),
        ("[emissions.call]\nasleep = { silent = 1 }", "mine.toml: emissions.call: .*asleep.*expected reachable"),
        ("[emissions.pigeon]\nx = 1", "mine.toml: emissions: .*pigeon.*expected a table for each of code"),
        ("[churn", "mine.toml: is not TOML"),
    ],
)
def test_a_fault_is_named(tmp_path, text, message):
    path = tmp_path / "mine.toml"
    path.write_text(BASE + text)
    with pytest.raises(BadInput, match=message):
        load_world(str(path))


def test_a_world_says_what_differs(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(BASE + "[churn]\nphone_per_year = 0.5\n")
    (tmp_path / "child.toml").write_text('from = "mine.toml"\nabout = "Child."\n[churn]\nemail_per_year = 0.9\n')
    base, child = load_world("base"), load_world(str(tmp_path / "child.toml"))
    assert (child.churn.phone_per_year, child.churn.email_per_year) == (0.5, 0.9)
    assert child.churn.app_per_year == base.churn.app_per_year
    assert child.name == "child"


def test_a_row_of_chances_is_replaced_whole(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(BASE + "[emissions.call]\ngone = { no_answer = 1 }\n")
    shares = load_world(str(path)).emissions.shares()
    assert shares["call"]["gone"] == {"no_answer": 1.0}
    assert shares["call"]["reachable"] == load_world("base").emissions.shares()["call"]["reachable"]


def test_circles_are_refused(tmp_path):
    (tmp_path / "a.toml").write_text('from = "b.toml"\nabout = "A."\n')
    (tmp_path / "b.toml").write_text('from = "a.toml"\nabout = "B."\n')
    with pytest.raises(BadInput, match="build on each other"):
        load_world(str(tmp_path / "a.toml"))


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(BadInput, match="world 'nowhere': not known, expected one of adaptive-fraudsters"):
        load_world("nowhere")
    with pytest.raises(BadInput, match=r"gone\.toml: cannot be read"):
        load_world(str(tmp_path / "gone.toml"))


def test_all_worlds_are_shipped():
    assert shipped() == [
        "adaptive-fraudsters",
        "base",
        "correlated-evidence",
        "first-base",
        "heterogeneous-churn",
        "negative-effect",
        "no-effect",
        "positive-effect",
        "reassigned-numbers",
    ]
