"""What a file of nominations may hold, what is refused and with which row, and how figures are kept."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from kaopu.contacts.contact_commands import app
from kaopu.contacts.core.network import grown, network
from kaopu.contacts.core.network_edges import edges_of
from kaopu.contacts.edge_files import read_edges
from kaopu.contacts.network_files import read_network, write_network
from kaopu.kernel.core.errors import BadInput

PAIRS = [("007", "8"), ("8", "007"), ("9", "9"), ("007", "8")]


def written(folder, kind, pairs=PAIRS):
    path = folder / f"edges.{kind}"
    if kind == "csv":
        path.write_text("target,source,note\n" + "".join(f"{b},{a},x\n" for a, b in pairs), encoding="utf-8")
    elif kind == "jsonl":
        path.write_text("".join(json.dumps({"source": a, "target": b}) + "\n" for a, b in pairs), encoding="utf-8")
    else:
        columns = {"source": pa.array([a for a, _ in pairs]), "target": pa.array([b for _, b in pairs])}
        parquet.write_table(pa.table(columns), path, row_group_size=2)
    return path


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_every_kind_of_file_gives_the_same_graph(tmp_path, kind):
    graph = network(read_edges(written(tmp_path, kind)))
    assert (graph.nodes, graph.edges, graph.components, graph.reciprocal_pairs) == (3, 3, 2, 1)
    assert set(graph.ids.to_pylist()) == {"007", "8", "9"}


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.uint32(), pa.int64(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
)
def test_whole_numbers_and_texts_of_every_width(tmp_path, kind):
    column = pa.array([1, 2, 3]).cast(pa.string()) if "string" in str(kind) else pa.array([1, 2, 3])
    parquet.write_table(pa.table({"source": column.cast(kind), "target": column.cast(kind)}), tmp_path / "e.parquet")
    assert network(read_edges(tmp_path / "e.parquet")).edges == 3


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("e.csv", "source,target\na,b\na,\n", "row 2, column target"),
        ("e.csv", "source,to\na,b\n", "no column target"),
        ("e.csv", "source,target\na,b,c\n", "expected csv"),
        ("e.csv", "", "e.csv"),
        ("e.jsonl", '{"source":"a","target":"b"}\n{"source":"a","target":null}\n', "row 2, column target"),
        ("e.jsonl", '{"source":"a","target":"b"}\n{"source":"a"}\n', "row 2, column target"),
        ("e.jsonl", '{"source":"a","target":1}\n', "same kind of name"),
        ("e.jsonl", '{"source":1.5,"target":1.5}\n', "expected whole numbers or texts"),
        ("e.jsonl", "{\n", "expected jsonl"),
        ("e.parquet", "not one", "expected parquet"),
        ("e.xlsx", "", "expected .parquet"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path, name, content, told):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=told):
        read_edges(tmp_path / name)


def test_nulls_in_parquet_are_refused_with_their_row(tmp_path):
    parquet.write_table(pa.table({"source": pa.array([1, None]), "target": pa.array([1, 2])}), tmp_path / "e.parquet")
    with pytest.raises(BadInput, match=r"e\.parquet: row 2, column source"):
        read_edges(tmp_path / "e.parquet")
    with pytest.raises(BadInput, match="cannot be read"):
        read_edges(tmp_path / "absent.csv")


@pytest.mark.parametrize(("name", "content"), [("e.csv", "source,target\n"), ("e.jsonl", "\n")])
def test_an_empty_file_is_an_empty_graph(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    graph = network(read_edges(tmp_path / name))
    assert (graph.nodes, graph.edges, graph.components, graph.largest, graph.reciprocal_pairs) == (0, 0, 0, 0, 0)
    parquet.write_table(
        pa.table({"source": pa.array([], pa.int64()), "target": pa.array([], pa.int64())}), tmp_path / "e.parquet"
    )
    assert network(read_edges(tmp_path / "e.parquet")).nodes == 0


def test_figures_kept_are_figures_read(tmp_path):
    graph = network(edges_of([*PAIRS, ("8", "12"), ("12", "13")]))
    write_network(graph, tmp_path / "out")
    again = read_network(tmp_path / "out")
    assert again.ids.equals(graph.ids)
    for figure in ("nodes", "edges", "components", "largest", "reciprocal_pairs"):
        assert getattr(again, figure) == getattr(graph, figure)
    assert again.two_hops.tolist() == graph.two_hops.tolist()
    more = edges_of([("13", "8"), ("new", "9")])
    assert grown(again, more).two_hops.tolist() == grown(graph, more).two_hops.tolist()
    table = parquet.read_table(tmp_path / "out" / "nodes.parquet").to_pylist()
    assert {row["node"]: (row["names"], row["named_by"], row["names_self"], row["component_nodes"]) for row in table} == {
        "007": (1, 1, False, 4), "8": (2, 1, False, 4), "9": (0, 0, True, 1), "12": (1, 1, False, 4), "13": (0, 1, False, 4),
    }  # fmt: skip
    with pytest.raises(BadInput, match="expected what"):
        read_network(tmp_path)


def told(*words):
    done = CliRunner().invoke(app, [*map(str, words)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_network_of_a_file_and_of_what_is_new(tmp_path):
    first, second = written(tmp_path, "csv"), tmp_path / "more.jsonl"
    second.write_text('{"source":"8","target":"9"}\n', encoding="utf-8")
    answer = json.loads(told("network", "--edges", first, "--out", tmp_path / "out", "--json"))
    seconds = answer.pop("seconds")
    assert answer == {"nodes": 3, "edges": 3, "components": 2, "largest": 2, "reciprocal_pairs": 1, "shared_contacts": 0,
                      "self_nominations": 1, "most_named": 1, "most_two_hops": 0}  # fmt: skip
    assert seconds >= 0
    grown_answer = json.loads(told("network", "--edges", second, "--onto", tmp_path / "out", "--json"))
    assert (grown_answer["edges"], grown_answer["components"], grown_answer["most_two_hops"]) == (4, 1, 1)
    assert "largest" in told("network", "--edges", first)


def test_rings_of_a_file(tmp_path):
    path = written(tmp_path, "parquet", [(1, 2), (2, 3), (3, 1), (1, 3), (4, 1), (5, 1)])
    answer = json.loads(told("rings", "--edges", path, "--json"))
    assert answer["rings"] == [[1, 2, 3]]
    assert answer["reciprocal_pairs"] == [[1, 3]]
    assert answer["shared_contacts"][0] == {"contact": 1, "count": 3, "unrelated": 3, "users": [3, 4, 5]}
    assert json.loads(told("rings", "--edges", path, "--shared-at-least", 4, "--json"))["shared_contacts"] == []
    assert "ring     1, 2, 3" in told("rings", "--edges", path)
    assert "no rings" in told("rings", "--edges", written(tmp_path, "csv", [("a", "b")]))
