"""Past lines under a changed rulebook, against judging each line twice; and what differs between two rulebooks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest

from bench.conduct_lines import line as history_line
from kaopu.conduct.core.answer import answer
from kaopu.conduct.packs import SHIPPED, load_packs, load_texts
from kaopu.conduct.rejudge_command import impact
from kaopu.conduct.rejudge_run import CHUNK, rejudge
from tests.conduct.permit_lines import entry, text, to_contact, to_debtor


@pytest.fixture(scope="module")
def changed():
    files = {path.name: path.read_text(encoding="utf-8") for path in SHIPPED.glob("*.toml")}
    for name, old, new in [
        ("china.toml", "daily 08:00-22:00", "daily 08:00-20:00"),
        ("strict.toml", "at_least = 3, days = 7", "at_least = 5, days = 7"),
        ("strict.toml", "limit = 7", "limit = 30"),
    ]:
        assert old in files[name]
        files[name] = files[name].replace(old, new)
    return load_texts(files)


def a_month(count):
    roles = ("debtor", "contact", "debtor")
    made = [
        history_line(seed, role=roles[seed % 3], history=1 + seed % 12, days=20, places=["CN"]) for seed in range(count)
    ]
    return [one.encode() for one in [*made, "no json", text(to_contact(person__source=None)), text(to_debtor())]]


def test_the_same_as_judging_every_line_twice(changed):
    lines = a_month(900)
    old, new = load_packs(), changed
    tally = rejudge(lines, old, new, report=lambda _: None, workers=1)
    expected, by_rule = Counter(), Counter()
    for one in lines:
        before, after = answer(one, old), answer(one, new)
        expected[before["allowed"], after["allowed"]] += 1
        for rule in before["rules"]:
            now = {each["id"]: each["verdict"] for each in after["rules"]}
            if rule["id"] in {"CN-GB-08", "X-DEF-15", "X-DEF-30", "X-DEF-09"}:
                by_rule[rule["id"], rule["verdict"], now[rule["id"]]] += 1
    found = impact(tally, old, new)
    assert found["lines"] == len(lines)
    assert found["allowed_before"] == expected[True, True] + expected[True, False]
    assert found["allowed_after"] == expected[True, True] + expected[False, True]
    assert (found["newly_refused"], found["newly_allowed"]) == (expected[True, False], expected[False, True])
    assert found["newly_refused"] > 0
    assert found["newly_allowed"] > 0
    shown = {
        (rule["id"], one["before"], one["after"]): one["lines"] for rule in found["rules"] for one in rule["shifts"]
    }
    assert shown == dict(by_rule)
    assert [rule["id"] for rule in found["rules"]] == ["CN-GB-08", "X-DEF-09", "X-DEF-15", "X-DEF-30"]
    assert found["without_facts_before"] == 2


def test_processes_count_as_one_does(changed):
    lines = a_month(CHUNK + 500)
    done = []
    many = rejudge(lines, load_packs(), changed, report=done.append, workers=2)
    one = rejudge(lines, load_packs(), changed, report=lambda _: None, workers=1)
    assert (many.lines, many.verdicts, dict(many.rules), dict(many.examples)) == (
        one.lines, one.verdicts, dict(one.rules), dict(one.examples),
    )  # fmt: skip
    assert done[-1] == len(lines)


def test_facts_that_only_the_new_rulebook_needs(changed):
    rules = load_texts({"own.toml": '[pack]\nid="o"\njurisdiction="CN"\n'})
    found = impact(
        rejudge([text(to_debtor(person__source=None)).encode()], rules, changed, report=lambda _: None), rules, changed
    )
    assert (found["allowed_before"], found["newly_refused"], found["without_facts_after"]) == (1, 1, 1)


def kaopu(*words):
    return subprocess.run(
        [sys.executable, "-m", "kaopu.cli.main", "conduct", *map(str, words)],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def packs(tmp_path):
    for path in SHIPPED.glob("*.toml"):
        content = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(content.replace("daily 08:00-22:00", "daily 08:00-20:00"), encoding="utf-8")
    return tmp_path


def test_rejudge_as_a_command(packs, tmp_path):
    facts = tmp_path / "facts.jsonl"
    facts.write_text(text(to_debtor(at="2026-11-23T20:30:00+08:00", profile="law-only")) + "\n")
    found = json.loads(kaopu("rejudge", "--facts", facts, "--against", packs, "--json").stdout)
    assert (found["lines"], found["newly_refused"]) == (1, 1)
    assert found["rules"] == [
        {"id": "CN-GB-08", "change": "changed", "examples": ["a1"],
         "shifts": [{"before": "pass", "after": "refuse", "lines": 1}]}
    ]  # fmt: skip
    told = kaopu("rejudge", "--facts", facts, "--against", packs).stdout
    assert "1 lines: 1 allowed before, 0 after; 1 newly refused, 0 newly allowed" in told
    assert "CN-GB-08 (changed): 1 pass to refuse" in told


def test_rules_diff(packs):
    assert kaopu("rules", "diff", SHIPPED, packs).stdout.splitlines() == [
        "CN-GB-08: changed",
        "  refuse[0].hours: Mon-Sun 08:00-22:00 -> Mon-Sun 08:00-20:00",
    ]
    assert kaopu("rules", "diff", SHIPPED, SHIPPED).stdout == ""
    only = json.loads(kaopu("rules", "diff", SHIPPED / "india.toml", SHIPPED / "kenya.toml", "--json").stdout)
    assert {(one["id"], one["change"]) for one in only} >= {("IN-RA-01", "removed"), ("KE-DCP-01", "added")}


def test_words_alone_change_no_verdict(tmp_path):
    content = (SHIPPED / "india.toml").read_text(encoding="utf-8")
    (tmp_path / "india.toml").write_text(content.replace("No recovery call", "No call"), encoding="utf-8")
    told = kaopu("rules", "diff", SHIPPED / "india.toml", tmp_path).stdout
    assert told.startswith("IN-RA-01: changed (verdicts stay as they were)")


def test_rules_list_and_show():
    rows = json.loads(kaopu("rules", "list", "--json", "--lang", "zh").stdout)
    states = Counter(row["state"] for row in rows)
    assert states["enforced"] == 43
    assert states["enforced by ROLE"] == 4
    assert states["not yet enforced"] > 100
    assert "不得催收" in next(row["says"] for row in rows if row["id"] == "CN-GB-08")
    shown = kaopu("rules", "show", "CN-GB-08", "--lang", "zh").stdout
    assert "refuse[0].hours: Mon-Sun 08:00-22:00" in shown
    assert "zh: 22:00" in shown
    gone = kaopu("rules", "show", "CN-GB-99")
    assert (gone.returncode, gone.stdout) == (2, "")
    assert "CN-GB-99: no such rule" in gone.stderr
    assert kaopu("rules", "list", "--jurisdiction", "XX").returncode == 2


def test_a_looser_cap_allows_what_was_refused(changed):
    inside = text(
        to_debtor(at="2026-11-23T10:00:00+08:00", history=[entry("2026-11-23 09:00", "delivered", channel="sms")] * 4)
    )
    assert answer(inside, load_packs())["allowed"] is False
    assert answer(inside, changed)["allowed"] is True
