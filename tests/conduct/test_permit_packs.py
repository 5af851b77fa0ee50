"""The rulebook is data: a figure changed in a file changes verdicts, and a slip in a file is named."""

from __future__ import annotations

import csv

import pytest

from kaopu.conduct.core.answer import answer
from kaopu.conduct.packs import SHIPPED, load_packs
from kaopu.kernel.core.errors import BadInput
from tests.conduct.permit_lines import LOST, entry, text, to_contact, to_debtor
from tests.shared_data import shared_path

HEAD = '[pack]\nid = "own"\njurisdiction = "CN"\n'
RULE = """[[rule]]
id = "A"
en = "in English"
zh = "中文"
jurisdictions = ["CN"]
refuse = [{ kind = "cap", of = "debtor", count = ["conversation"], at_least = 2, days = 1 }]
"""


def refusing(value, rulebook):
    return [rule["id"] for rule in answer(text(value), rulebook)["rules"] if rule["verdict"] == "refuse"]


def changed(tmp_path, name, old, new):
    """The shipped packs with one text of one file replaced."""
    for file in SHIPPED.glob("*.toml"):
        content = file.read_text(encoding="utf-8")
        if file.name == name:
            assert content.count(old) >= 1
            content = content.replace(old, new)
        tmp_path.joinpath(file.name).write_text(content, encoding="utf-8")
    return load_packs(tmp_path)


TWICE = [entry("2026-11-23 09:00", "conversation")] * 2
# fmt: off
CHANGES = [
    ("strict.toml", "limit = 7", "limit = 30", to_contact(), [], ["X-DEF-09"]),
    ("strict.toml", '{ kind = "too_few_failed_days", days = 3 }', '{ kind = "too_few_failed_days", days = 4 }',
     to_contact(), [], ["X-DEF-08"]),
    ("strict.toml", '"sat 09:00-18:00"', '"sat-sun 09:00-18:00"', to_contact(at="2026-11-22T10:00:00+08:00"),
     ["X-DEF-07"], []),
    ("strict.toml", "days = 180", "days = 90",
     to_contact(history=[*LOST, entry("2026-08-01 09:00", person="p7", episode="e0")]), ["X-DEF-06"], []),
    ("china.toml", "failures_in_a_run = 3, failed_days = 3", "failures_in_a_run = 4, failed_days = 4",
     to_contact(), [], ["CN-GB-02"]),
    ("china.toml", "daily 08:00-22:00", "daily 10:30-22:00", to_debtor(), [], ["CN-GB-08"]),
    ("china.toml", 'count = ["conversation"], at_least = 3', 'count = ["conversation"], at_least = 2',
     to_debtor(profile="law-only", history=TWICE), [], ["CN-GB-09"]),
    ("everywhere.toml", 'contents = ["debt"]', 'contents = ["debt", "relay"]', to_contact(content="relay"), [],
     ["ROLE"]),
]
# fmt: on


@pytest.mark.parametrize(("file", "old", "new", "value", "before", "after"), CHANGES, ids=[c[2] for c in CHANGES])
def test_a_changed_figure_changes_the_verdict(tmp_path, file, old, new, value, before, after):
    assert refusing(value, load_packs()) == before
    assert refusing(value, changed(tmp_path, file, old, new)) == after


def test_one_file_is_a_rulebook(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(HEAD + RULE, encoding="utf-8")
    assert refusing(to_debtor(history=TWICE), load_packs(path)) == ["A"]
    assert refusing(to_debtor(jurisdictions=["US"], history=TWICE), load_packs(path)) == []
    # nothing but what this rule reads is needed
    assert refusing(to_debtor(person__source=..., holidays=..., history=TWICE), load_packs(path)) == ["A"]


# fmt: off
SLIPS = [
    ("cap", "capp", "rule A: refuse[0]: kind is 'capp', expected one of always"),
    ("at_least = 2, ", "", "rule A: refuse[0]: at_least is missing, kind cap needs it"),
    ("at_least = 2", 'at_least = "2"', "rule A: refuse[0]: at_least is '2', expected a whole number of 1 or more"),
    ("at_least = 2", "at_least = true", "expected a whole number of 1 or more"),
    ("at_least = 2", "at_least = 0", "expected a whole number of 1 or more"),
    ("at_least = 2", "atleast = 2", "rule A: refuse[0]: atleast is not known"),
    ('["conversation"]', '"talks"', "count is 'talks', expected a list of outcomes or one of attempts"),
    ('["conversation"]', '["pending"]', "count is ['pending'], expected one of no-answer"),
    ('of = "debtor"', 'of = "everybody"', "of is 'everybody', expected one of person"),
    ("days = 1", 'days = 1, channels = "voice"', "channels is 'voice', expected a list with some of voice"),
    ('id = "A"', "id = 7", "rule 7: id is 7, expected a text"),
    ('en = "in English"', "", "rule A: en is None, expected a text"),
    ('zh = "中文"', 'zh = ""', "rule A: zh is '', expected a text"),
    ('jurisdictions = ["CN"]', "jurisdictions = []", "rule A: jurisdictions is [], expected a list of texts"),
    ('jurisdictions = ["CN"]', "either = true", "rule A: either: expected jurisdictions and no strict_only"),
    ('jurisdictions = ["CN"]', 'jurisdictions = ["CN"]\nstrict_only = true\neither = true', "and no strict_only"),
    ('jurisdictions = ["CN"]', "roles = ['friend']", "roles is ['friend'], expected one of debtor"),
    ('jurisdictions = ["CN"]', "confidence = 'sure'", "rule A: confidence is 'sure', expected one of V1"),
    ('jurisdictions = ["CN"]', "in_force_from = '2026'", "in_force_from is '2026', expected a day"),
    ('jurisdictions = ["CN"]', "in_force_from = 2026-02-02\nin_force_to = 2026-02-02", "expected a day after 2026-02-02"),
    ('jurisdictions = ["CN"]', "enforced = false", "expected a list of refuse questions exactly when"),
    ('jurisdictions = ["CN"]', "position = -1", "position is -1, expected a whole number of 1 or more"),
    ('jurisdictions = ["CN"]', "colour = 'red'", "rule A: colour is not known"),
    ('jurisdictions = ["CN"]', "when = ['x']", "rule A: when: expected a list of tables"),
    ('{ kind = "cap", of = "debtor", count = ["conversation"], at_least = 2, days = 1 }',
     '{ kind = "outside_hours", hours = ["mon-fri 19:00-08:00"], places = ["person"] }', "hours is"),
    ('{ kind = "cap", of = "debtor", count = ["conversation"], at_least = 2, days = 1 }',
     '{ kind = "below", field = "person.opted_in", limit = 1 }', "expected one of person.identity_factors"),
    ('id = "own"', "", "own.toml: pack: id is None, expected a text"),
    ('id = "own"', 'id = "own"\napply = "now"', "own.toml: pack: apply is 'now', expected always or in-force"),
    ("[pack]", "[head]", "own.toml: expected one [pack] table"),
    ("[[rule]]", "[rule]", "own.toml: rule: expected [[rule]] tables"),
    ('id = "A"', 'id = "A"\nid = "B"', "expected TOML in UTF-8"),
]
# fmt: on


@pytest.mark.parametrize(("old", "new", "told"), SLIPS, ids=[f"{n}" for n in range(len(SLIPS))])
def test_a_slip_names_file_rule_and_expectation(tmp_path, old, new, told):
    content = HEAD + RULE
    assert old in content
    path = tmp_path / "own.toml"
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInput) as problem:
        load_packs(path)
    assert str(problem.value).startswith("own.toml")
    assert told in str(problem.value)


def test_an_id_twice_names_both_files(tmp_path):
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(HEAD + RULE, encoding="utf-8")
    with pytest.raises(BadInput, match=r"two.toml: rule A: given in one.toml as well"):
        load_packs(tmp_path)


def test_no_pack_at_all(tmp_path):
    with pytest.raises(BadInput, match="no pack in the folder"):
        load_packs(tmp_path)
    with pytest.raises(BadInput, match=r"none.toml: No such file"):
        load_packs(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("at", "expected"),
    [("2026-11-22T23:59:00+08:00", []), ("2026-11-23T00:00:00+08:00", ["A"]), ("2026-11-24T00:00:00+08:00", [])],
)
def test_a_dated_pack_refuses_only_while_it_is_in_force(tmp_path, at, expected):
    path = tmp_path / "own.toml"
    force = 'in_force_from = 2026-11-23\nin_force_to = 2026-11-24\nzh = "中文"'
    body = HEAD.replace('id = "own"', 'id = "own"\napply = "in-force"') + RULE.replace('zh = "中文"', force)
    path.write_text(body.replace("days = 1", "days = 9"), encoding="utf-8")
    history = [entry("2026-11-22 09:00", "conversation")] * 2
    found = answer(text(to_debtor(at=at, history=history)), load_packs(path))
    assert [rule["id"] for rule in found["rules"]] == expected
    assert found["next_allowed_at"] == ("2026-11-24T00:00:00+08:00" if expected else None)


def test_the_shipped_rows_apply_whatever_the_date():
    early = to_contact(at="2019-11-25T10:00:00+08:00", history=[], person__consents=[], episode=None)
    assert {"CN-GB-02", "PIPL-CONSENT", "EPISODE", "X-DEF-08"} <= set(refusing(early, load_packs()))


def test_a_pack_for_another_place_opens_that_place(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(HEAD + RULE.replace('["CN"]', '["ID"]'), encoding="utf-8")
    assert refusing(to_debtor(jurisdictions=["ID"], history=TWICE), load_packs(path)) == ["A"]
    assert refusing(to_debtor(jurisdictions=["ID"], history=TWICE), load_packs()) == ["FACTS"]


@pytest.mark.shared
def test_every_rule_of_the_reference_is_there_with_its_source():
    with shared_path("reference/conduct-rules.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    rules = load_packs().by_id
    assert set(rows) <= set(rules)
    for name, row in rows.items():
        source = rules[name].source
        assert (source.instrument, source.article, source.confidence) == (
            row["instrument"], row["article"], row["confidence"],
        )  # fmt: skip
        assert str(source.in_force_from or "") == row["in_force_from"]
        assert source.jurisdiction == row["jurisdiction"]
        assert any("一" <= letter <= "鿿" for letter in source.zh)
    assert sum(rule.enforced for rule in rules.values()) == 43
    assert all(rule.scope.jurisdictions is None or rule.scope.jurisdictions <= {"CN", "US", "IN"}
               for rule in rules.values())  # fmt: skip
