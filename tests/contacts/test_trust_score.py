"""Trust: the score is the sum of its reasons, nothing unknown counts, and no outcome declines anybody."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from typer.testing import CliRunner

from kaopu.contacts.contact_commands import app
from kaopu.contacts.core.nomination_columns import FLAGS, NUMBERS, READ, nominations_of
from kaopu.contacts.core.relation_ages import age_fits
from kaopu.contacts.core.trust import LEAST, MOST, Outcome, scored
from kaopu.contacts.core.trust_facts import trust_facts
from kaopu.contacts.core.trust_weights import read_weights
from kaopu.contacts.trust_files import SHIPPED, shipped_weights
from kaopu.kernel.core.errors import BadInput

# What is known of an ordinary confirmation by a brother in another town.
PLAIN = {"source": "b1", "target": "c1", "relation": "sibling", "source_device": "d1", "target_device": "d2",
         "source_network": "n1", "target_network": "n2", "same_address": False, "same_employer": False,
         "same_surname": False, "virtual_segment": False, "second_channel": False, "target_lost": False,
         "seconds_to_confirm": 90, "code_tries": 1, "number_age_days": 700, "source_age": 30, "target_age": 33}  # fmt: skip


def trust_of(*rows):
    scores = scored(trust_facts(nominations_of(pa.Table.from_pylist(list(rows)))), shipped_weights())
    return [scores.one(row) for row in range(len(rows))]


def named(trust):
    return {each.name for each in trust.reasons}


@pytest.mark.parametrize(
    ("changed", "signals"),
    [
        ({}, set()),
        ({"target_device": "d1"}, {"applicants_device"}),
        ({"target_network": "n1"}, {"applicants_network"}),
        ({"target_network": "n1", "same_address": True}, {"lives_together"}),  # a shared home explains a shared line
        ({"virtual_segment": True}, {"virtual_number"}),
        ({"number_age_days": 180}, {"new_number"}),
        ({"number_age_days": 181}, set()),
        ({"number_age_days": 1000}, {"settled_number"}),
        ({"seconds_to_confirm": 25}, {"confirmed_in_haste"}),
        ({"code_tries": 4}, {"guessed_codes"}),
        ({"second_channel": True}, {"second_channel"}),
        ({"relation": "parent"}, {"age_does_not_fit"}),  # three years older than the child
        ({"relation": "parent", "target_age": 44}, set()),
        ({"same_surname": True}, {"family_name"}),
        ({"relation": "friend", "same_surname": True}, set()),  # a common family name makes no relative
        ({"relation": "friend", "same_address": True}, set()),
        ({"relation": "colleague", "same_employer": True}, {"works_together"}),
        ({"target_lost": True}, {"contact_lost"}),
    ],
)  # fmt: skip
def test_which_facts_count(changed, signals):
    (trust,) = trust_of(PLAIN | changed)
    assert named(trust) == signals
    assert trust.score == 70 + sum(each.points for each in trust.reasons)
    assert trust.not_known == ()


def strangers(count, **changed):
    return [PLAIN | {"source": f"s{n}", "source_device": f"a{n}", "source_network": f"m{n}", "target": "hub",
                     "target_device": f"t{n}", "target_network": f"o{n}"} | changed for n in range(count)]  # fmt: skip


def test_a_contact_of_many_strangers():
    assert "shared_by_strangers" not in named(trust_of(*strangers(2))[0])
    assert named(trust_of(*strangers(3))[0]) == {"shared_by_strangers"}
    many = trust_of(*strangers(6))
    assert {frozenset(named(each)) for each in many} == {frozenset({"shared_by_many_strangers"})}
    assert {each.outcome for each in many} == {Outcome.REVIEW}
    # A foreman named by the workers of one firm, and a mother named by her children, are nobody's accomplice.
    assert named(trust_of(*strangers(6, relation="colleague", same_employer=True))[0]) == {"works_together"}
    assert named(trust_of(*strangers(4, relation="parent", same_surname=True, target_age=60))[0]) == {"family_name"}


def circle(size, **changed):
    return [PLAIN | {"source": f"u{n}", "target": f"u{(n + 1) % size}", "source_device": f"u{n}", "source_network": f"n{n}",
                     "target_device": f"u{(n + 1) % size}", "target_network": f"n{(n + 1) % size}"} | changed
            for n in range(size)]  # fmt: skip


@pytest.mark.parametrize("size", [3, 5, 8])
def test_a_circle_of_strangers_is_reviewed_and_a_family_is_not(size):
    assert {(frozenset(named(each)), each.outcome) for each in trust_of(*circle(size))} == {
        (frozenset({"circle_of_strangers"}), Outcome.REVIEW)
    }
    family = trust_of(*circle(size, same_address=True, same_surname=True))
    assert {each.outcome for each in family} == {Outcome.OK}


def test_couples_who_name_one_another_are_ok():
    couple = trust_of(*circle(2, relation="spouse", same_address=True))
    assert {each.outcome for each in couple} == {Outcome.OK}
    assert {frozenset(named(each)) for each in trust_of(*circle(2, relation="friend"))} == {
        frozenset({"pair_of_strangers"})
    }


def test_a_self_confirmed_second_number_asks_for_another():
    (trust,) = trust_of(PLAIN | {"target_device": "d1", "target_network": "n1", "virtual_segment": True,
                                 "number_age_days": 5, "seconds_to_confirm": 9})  # fmt: skip
    assert (trust.score, trust.outcome) == (0, Outcome.REVIEW)
    assert [each.points for each in trust.reasons] == sorted(each.points for each in trust.reasons)
    assert trust_of(PLAIN | {"target_device": "d1"})[0].outcome is Outcome.ASK_ANOTHER


def test_one_device_for_many():
    rows = [
        PLAIN | {"source": f"s{n}", "target": f"t{n}", "source_device": f"a{n}", "target_device": "farm"}
        for n in range(3)
    ]
    assert [named(each) for each in trust_of(*rows)] == [{"device_of_many_contacts"}] * 3
    assert "device_of_many_contacts" not in named(trust_of(*rows[:2])[0])
    rows = [PLAIN | {"source": f"s{n}", "target": f"t{n}", "target_device": f"a{n}"} for n in range(3)]
    assert [named(each) for each in trust_of(*rows)] == [{"device_of_many_borrowers"}] * 3


def test_what_is_not_known_moves_nothing_and_is_never_a_yes():
    (bare,) = trust_of({"source": 1, "target": 2})
    assert (bare.score, bare.reasons, bare.outcome) == (70, (), Outcome.NOT_YET)
    assert set(bare.not_known) >= {"applicants_device", "seconds_to_confirm", "number_age_days", "age_fits"}
    assert trust_of({"source": 1, "target": 2, "seconds_to_confirm": 60})[0].outcome is Outcome.OK
    unheard = trust_of(PLAIN | {"seconds_to_confirm": None, "target_device": None, "target_network": None})[0]
    assert unheard.outcome is Outcome.NOT_YET


def test_no_outcome_declines_anybody():
    assert {each.value for each in Outcome} == {"ok", "not_yet", "ask_another", "review"}


def test_whether_the_contact_pays_their_debts_is_not_read():
    assert "target_overdue" not in READ
    rows = [PLAIN | {"target_overdue": overdue} for overdue in (True, False, None)]
    assert len({trust_of(row)[0] for row in rows}) == 1


maybe = st.one_of(st.none(), st.booleans())
numbers = st.one_of(st.none(), st.integers(0, 3000))
people = st.sampled_from(["a", "b", "c", "d"])
things = st.one_of(st.none(), st.sampled_from(["x", "y"]))
rows = st.lists(
    st.fixed_dictionaries(
        {
            "source": people,
            "target": people,
            "relation": st.sampled_from(["", "spouse", "parent", "friend", "colleague"]),
        }
        | {name: maybe for name in FLAGS if name not in {"same_device", "same_network"}}
        | dict.fromkeys(NUMBERS, numbers)
        | dict.fromkeys(("source_device", "target_device", "source_network", "target_network"), things)
    ),
    min_size=1,
    max_size=12,
)


@given(rows=rows)
def test_every_score_is_the_sum_of_its_reasons_and_its_outcome_follows(rows):
    weights = shipped_weights()
    for trust in trust_of(*rows):
        total = weights.base + sum(each.points for each in trust.reasons)
        assert trust.score == min(max(total, LEAST), MOST)
        assert (trust.outcome in {Outcome.ASK_ANOTHER, Outcome.REVIEW}) == (trust.score < weights.ask_another_below)
        assert not {each.fact for each in trust.reasons} & set(trust.not_known)


@pytest.mark.parametrize(
    ("relation", "older", "fits"),
    [("parent", 13, 0), ("parent", 14, 1), ("parent", 61, 0), ("child", -14, 1), ("child", 5, 0), ("spouse", 25, 1),
     ("spouse", 26, 0), ("sibling", -26, 0), ("friend", 60, 1)],
)  # fmt: skip
def test_ages_and_relations(relation, older, fits):
    assert age_fits(np.array([relation]), np.array([30.0]), np.array([30.0 + older])).tolist() == [
        float(fits and older != -40)
    ]
    assert np.isnan(age_fits(np.array([relation]), np.array([30.0]), np.array([np.nan]))).all()


def test_a_child_is_nobodys_contact():
    assert age_fits(np.array(["relative"]), np.array([30.0]), np.array([13.0])).tolist() == [0.0]


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("base = 70", "base = 700", "expected 0 ≤ review_below"),
        ("base = 70", "", "base is None"),
        ("points = -36", 'points = "many"', "points is 'many'"),
        ('fact = "age_fits"\nat_most = 0', 'fact = "age_fits"', "at_least or at_most"),
        ("group = true", "grouped = true", "grouped is not known"),
        ("version", "= version", "expected TOML"),
        (
            'ok_needs_one_of = ["seconds_to_confirm", "applicants_device"]',
            "ok_needs_one_of = []",
            "expected names of facts",
        ),
    ],
)
def test_weights_that_are_wrong_are_refused_with_their_place(was, becomes, told):
    text = SHIPPED.read_text(encoding="utf-8")
    assert was in text
    with pytest.raises(BadInput, match=told):
        read_weights(text.replace(was, becomes), "mine.toml")


def test_a_fact_that_nobody_computes_is_refused():
    weights = shipped_weights()
    strange = replace(weights, signals=(replace(weights.signals[0], fact="star_sign"), *weights.signals[1:]))
    with pytest.raises(BadInput, match="star_sign"):
        scored(trust_facts(nominations_of(pa.Table.from_pylist([PLAIN]))), strange)


def test_every_signal_has_words_in_both_languages():
    for each in shipped_weights().signals:
        assert each.en.isascii()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in each.zh)


def told(*words):
    done = CliRunner().invoke(app, ["trust", *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_prints_scores_with_reasons_or_writes_them(tmp_path):
    signals, edges = tmp_path / "signals.parquet", tmp_path / "edges.csv"
    parquet.write_table(pa.Table.from_pylist([PLAIN, *strangers(2)]), signals)
    answer = json.loads(told("--signals", signals, "--json"))
    assert {key: answer[key] for key in ("nominations", "ok", "not_yet", "ask_another", "review")} == {
        "nominations": 3, "ok": 3, "not_yet": 0, "ask_another": 0, "review": 0}  # fmt: skip
    # The file of all nominations knows of more strangers than the signals at hand.
    edges.write_text("source,target\nb1,c1\n" + "".join(f"s{n},hub\n" for n in range(9)), encoding="utf-8")
    with_all = json.loads(told("--signals", signals, "--edges", edges, "--json"))
    assert [each["outcome"] for each in with_all["contacts"]] == ["ok", "ok", "ok"]
    assert with_all["contacts"][1]["target"] == "hub"
    told("--signals", signals, "--out", tmp_path / "scores.parquet")
    kept = parquet.read_table(tmp_path / "scores.parquet").to_pylist()
    assert [(each["source"], each["score"], each["reasons"]) for each in kept] == [
        ("b1", 70, []),
        ("s0", 70, []),
        ("s1", 70, []),
    ]


def test_csv_and_json_lines_give_the_same_scores(tmp_path):
    rows = [PLAIN, PLAIN | {"source": "b2", "target_device": "d1", "target_age": None, "virtual_segment": None}]
    (tmp_path / "s.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    words = {True: "true", False: "false", None: ""}
    lines = [
        ",".join(str(words.get(value, value) if isinstance(value, bool | None) else value) for value in row.values())
        for row in rows
    ]
    (tmp_path / "s.csv").write_text(",".join(PLAIN) + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    one, other = (json.loads(told("--signals", tmp_path / name, "--json")) for name in ("s.jsonl", "s.csv"))
    assert one == other
    assert one["contacts"][1]["not_known"] == ["virtual_number", "age_fits"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("source,target,virtual_segment\na,b,perhaps\n", "column virtual_segment: .*expected true, false or nothing"),
        ("source,target,code_tries\na,b,two\n", "column code_tries: .*expected numbers"),
        ("source,relation\na,friend\n", "no column target"),
        ("source,target\na,\n", "row 1, column target"),
    ],
)
def test_signals_that_cannot_be_read_are_refused(tmp_path, content, message):
    (tmp_path / "s.csv").write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        CliRunner().invoke(app, ["trust", "--signals", str(tmp_path / "s.csv")], catch_exceptions=False)


def test_the_page_tells_the_points_that_are_given():
    page = (Path(__file__).resolve().parents[2] / "docs" / "network.md").read_text(encoding="utf-8")
    table = page.partition("| signal | from | points |")[2].partition("\n\n")[0]
    shown = [int(each.replace("−", "-")) for each in re.findall(r"[−+]\d+", table)]
    assert sorted(shown) == sorted(each.points for each in shipped_weights().signals)
