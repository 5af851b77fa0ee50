"""Duplicates among persons: the public sets, tables too small to train on, and files that say what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from person_files import f1, truth_of
from shared_data import shared_path

from kaopu.kernel.core.errors import BadInput
from kaopu.party.linkage.pairs import pairs
from kaopu.party.linkage.table import read_persons

KAOPU = str(Path(sys.executable).parent / "kaopu")


def found_in(*names: str) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    paths = [shared_path(f"data/person_dedup/{name}.csv") for name in names]
    tables = [read_persons(path) for path in paths]
    found = pairs(tables[0], tables[1] if len(tables) > 1 else None)
    return {tuple(sorted((pair.left, pair.right))) for pair in found}, truth_of(*paths)


@pytest.mark.parametrize("names", [("febrl_dataset3",), ("febrl_dataset4a", "febrl_dataset4b")])
def test_sets_that_nothing_was_fixed_on(names):
    assert f1(*found_in(*names)) >= 0.985


def test_the_command_prints_pairs_alone_and_reads_any_header(tmp_path):
    table = tmp_path / "people.csv"
    lines = ["nr,first,last,born,mail"]
    lines += [f"p{n},name{n},family{n % 7},19{60 + n % 30}-0{1 + n % 9}-1{n % 10},p{n}@example.org" for n in range(40)]
    lines += ["twice,name3,family3,1963-04-13,p3@example.org"]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    columns = tmp_path / "map.toml"
    columns.write_text('id = "nr"\ngiven_name = "first"\nsurname = "last"\nbirth_date = "born"\nemail = "mail"\n')
    words = ["party", "duplicates", "--data", str(table), "--columns", str(columns), "--json"]
    done = subprocess.run([KAOPU, *words], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert [(pair["left"], pair["right"]) for pair in told] == [("p3", "twice")]
    assert told[0]["probability"] > 0.9


def test_a_table_of_one_or_none_has_no_pairs(tmp_path):
    for lines in ("id,surname\n", "id,surname\n1,Wang\n"):
        path = tmp_path / "few.csv"
        path.write_text(lines, encoding="utf-8")
        assert pairs(read_persons(path)) == []


def test_two_unlike_persons_are_no_pair(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("id,given_name,surname,birth_date\n1,mei,wang,19900101\n2,jun,zhao,19551231\n", encoding="utf-8")
    assert pairs(read_persons(path)) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,colour\n1,red\n", "row 1"),
        ("id,surname\n1,Wang,3\n", "row 2: 3 columns found, expected 2"),
        ("id,surname\n1,Wang\n1,Li\n", "row 3: the id 1 is that of row 2 too"),
        ("id,surname\n,Wang\n", "row 2: no id"),
        ("id,surname,surname\n1,a,b\n", "each column once"),
    ],
)
def test_a_bad_file_names_row_and_expectation(tmp_path, text, says):
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=says):
        read_persons(path)


def test_a_map_that_names_what_is_not_there_is_refused(tmp_path):
    path, columns = tmp_path / "people.csv", tmp_path / "map.toml"
    path.write_text("id,surname\n1,Wang\n", encoding="utf-8")
    columns.write_text('given_name = "first"\n', encoding="utf-8")
    with pytest.raises(BadInput, match="expected the column first"):
        read_persons(path, columns)
