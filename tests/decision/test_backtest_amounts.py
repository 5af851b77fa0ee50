"""Limits and prices changed, and who is affected, beside zen row by row with sums by hand."""

from __future__ import annotations

import csv
import json
import math
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from typer.testing import CliRunner

from kaopu.decision.core.policy.policy_file import PolicyFile, read_policy
from kaopu.decision.engines.affected import write_affected
from kaopu.decision.engines.backtest import Asked, backtest
from kaopu.decision.engines.live import LiveEngine
from kaopu.decision.policy_commands import app
from kaopu.kernel.core.errors import BadInput
from tests.decision.test_backtest_figures import BARE, POLICY, ROWS, damaged, documents, stricter

if TYPE_CHECKING:
    from pathlib import Path

KEYS = ("limit_fen", "annual_rate")
ASKED = Asked("bad", "loss", "profit", None, "segment", None, KEYS)
Z95 = 1.959963984540054


def loose() -> str:
    """The shipped policy, its fraud score any number: one of 17 digits is zen's to decide."""
    text = POLICY.read_text(encoding="utf-8")
    changed = text.replace('"fraud.score", "type": "integer"', '"fraud.score", "type": "number"')
    assert changed != text
    return changed


def moved(text: str) -> str:
    """Stricter, with another limit in one band and another price in another."""
    changed = stricter(text).replace('"5000000"', '"700000"').replace('"0.18"', '"0.165"')
    assert changed.count('"700000"') == changed.count('"0.165"') == 1
    return changed


@pytest.fixture(scope="module")
def old() -> PolicyFile:
    return read_policy(loose(), "old.json")


@pytest.fixture(scope="module")
def new() -> PolicyFile:
    return read_policy(moved(loose()), "new.json")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, old: PolicyFile) -> Path:
    """Some rows have a number of 17 digits: zen decides them."""
    path = tmp_path_factory.mktemp("population") / "applications.parquet"
    digits = f"""SELECT * REPLACE (CASE WHEN row % 13 = 0 THEN 30.000000000000004e0 ELSE "fraud.score" END
      AS "fraud.score") FROM (SELECT row_number() OVER () AS row, * FROM ({damaged(old)}))"""  # noqa: S608
    duckdb.sql(f"COPY (SELECT * EXCLUDE (row), 'A' || row AS number FROM ({digits})) TO '{path}' (FORMAT PARQUET)")  # noqa: S608
    return path


@pytest.fixture(scope="module")
def rows(old: PolicyFile, new: PolicyFile, file: Path) -> list[tuple[Any, Any, dict[str, Any]]]:
    """(old answer, new answer, the row)."""
    engines = LiveEngine(old), LiveEngine(new)
    return [(*(engine.decide(given) for engine in engines), flat) for given, flat in documents(file, old)]


def amounts_of(rows: list[tuple[Any, Any, dict[str, Any]]], key: str, sets: tuple[bool, bool]) -> list[tuple[Any, Any]]:
    inside = [(a, b) for a, b, _ in rows if (a.outcome == "approve", b.outcome == "approve") == sets]
    return [((a.output or {}).get(key), (b.output or {}).get(key)) for a, b in inside]


def by_hand(rows: list[tuple[Any, Any, dict[str, Any]]], key: str, found: dict[str, Any]) -> None:
    pairs = amounts_of(rows, key, (True, True))
    changes = [b - a for a, b in pairs]
    assert (found["rows"], found["without"]) == (len(pairs), 0)
    assert found["up"] == sum(each > 0 for each in changes)
    assert found["down"] == sum(each < 0 for each in changes)
    assert found["equal"] == changes.count(0)
    assert found["old"]["sum"] == pytest.approx(math.fsum(a for a, _ in pairs))
    assert found["new"]["sum"] == pytest.approx(math.fsum(b for _, b in pairs))
    assert found["new"]["mean"] == pytest.approx(math.fsum(b for _, b in pairs) / len(pairs))
    mean = math.fsum(changes) / len(pairs)
    half = Z95 * math.sqrt(math.fsum((each - mean) ** 2 for each in changes) / (len(pairs) - 1) / len(pairs))
    assert found["change"]["mean"] == pytest.approx(mean)
    assert found["change"]["mean_interval"] == pytest.approx((mean - half, mean + half))
    gone = [a for a, _ in amounts_of(rows, key, (True, False))]
    assert (found["old_only"]["rows"], found["old_only"]["sum"]) == (len(gone), pytest.approx(math.fsum(gone)))


def test_limits_and_prices_are_what_zen_row_by_row_gives(
    old: PolicyFile, new: PolicyFile, file: Path, rows: list[Any]
) -> None:
    found = backtest(new, old, file, ASKED, (POLICY.parent, POLICY.parent))
    assert found["live_share"] > 0.01
    for key in KEYS:
        by_hand(rows, key, found["amounts"][key])
        assert len(found["amounts"][key]["segments"]) == 3
        for part in found["amounts"][key]["segments"]:
            by_hand([row for row in rows if row[2]["segment"] == part["name"]], key, part)
    assert found["amounts"]["limit_fen"]["down"] > 0
    assert found["amounts"]["annual_rate"]["down"] > 0
    assert found["amounts"]["limit_fen"]["old_only"]["rows"] > 0
    back = backtest(old, new, file, ASKED, (POLICY.parent, POLICY.parent))["amounts"]["limit_fen"]
    assert back["up"] == found["amounts"]["limit_fen"]["down"]
    assert back["new_only"] == found["amounts"]["limit_fen"]["old_only"]
    plain = backtest(new, old, file, Asked("bad", "loss", "profit", None, "segment"), (POLICY.parent,) * 2)
    left_out = {"amounts", "seconds"}
    assert plain == {key: each for key, each in found.items() if key not in left_out} | {"seconds": plain["seconds"]}


def changed_by_hand(rows: list[Any]) -> list[tuple[Any, ...]]:
    found = []
    for place, (before, after, flat) in enumerate(rows, 1):
        amounts = [(each.output or {}).get(key) for key in KEYS for each in (before, after)]
        if before.outcome != after.outcome or amounts[0] != amounts[1] or amounts[2] != amounts[3]:
            found.append((place, flat["number"], before.outcome, after.outcome, *amounts, list(after.reasons)))
    return found


def test_who_is_affected(old: PolicyFile, new: PolicyFile, file: Path, rows: list[Any], tmp_path: Path) -> None:
    out = tmp_path / "affected.parquet"
    asked = Asked("bad", amounts=KEYS, identity="number")
    expected = changed_by_hand(rows)
    assert write_affected(new, old, file, asked, (POLICY.parent, POLICY.parent), out) == len(expected)
    relation = duckdb.sql(f"SELECT * FROM '{out}'")  # noqa: S608 - a test's own
    assert relation.columns == [
        "row", "id", "old_outcome", "new_outcome", "old_limit_fen", "new_limit_fen", "old_annual_rate",
        "new_annual_rate", "reasons",
    ]  # fmt: skip
    assert relation.fetchall() == expected
    assert 0 < len(expected) < ROWS
    assert any(row[0] % 13 == 0 for row in expected)
    assert any(row[-1] for row in expected)


def test_the_command_writes_amounts_and_affected_rows_of_bare_graphs(tmp_path: Path) -> None:
    """0.30000000000000004 has 17 digits: zen decides that row, and finds it changed."""
    (tmp_path / "old.json").write_text(json.dumps(priced("score * 10")), encoding="utf-8")
    (tmp_path / "new.json").write_text(
        json.dumps(priced("score > 0.7 ? 9 : score * 10")).replace(">= 0.3", ">= 0.5"), encoding="utf-8"
    )
    lines = ["score,went_bad", "0.30000000000000004,0", "0.3,1", "0.6,0", "0.2,", "0.8,0", "0.05,1"]
    (tmp_path / "p.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    given = ["backtest", str(tmp_path / "new.json"), "--against", str(tmp_path / "old.json"), "--population"]
    given += [str(tmp_path / "p.csv"), "--outcome", "went_bad", "--amount", "offer.price"]
    done = CliRunner().invoke(
        app, [*given, "--affected", str(tmp_path / "a.csv"), "--html", str(tmp_path / "r.html"), "--json"]
    )
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["affected"] == 3
    price = found["amounts"]["offer.price"]
    assert (price["rows"], price["up"], price["down"], price["equal"]) == (2, 1, 0, 1)
    assert price["change"]["mean"] == pytest.approx(0.5)
    assert price["old_only"] == {"rows": 2, "without": 0, "sum": pytest.approx(6), "mean": pytest.approx(3)}
    with (tmp_path / "a.csv").open(encoding="utf-8") as lines_of:
        written = list(csv.DictReader(lines_of))
    assert [(each["row"], each["old_outcome"], each["new_outcome"]) for each in written] == [
        ("1", "approve", "refer"), ("2", "approve", "refer"), ("5", "approve", "approve"),
    ]  # fmt: skip
    assert (float(written[2]["old_offer.price"]), float(written[2]["new_offer.price"])) == (8, 9)
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "offer.price: 1 go up, 0 go down, 1 stay" in page


def priced(expression: str) -> dict[str, Any]:
    """BARE with one more output, `offer.price`."""
    graph = json.loads(json.dumps(BARE))
    graph["nodes"].append(
        {
            "id": "e", "type": "expressionNode", "name": "e",
            "content": {"expressions": [{"id": "1", "key": "offer.price", "value": expression}]},
        }
    )  # fmt: skip
    graph["edges"] += [
        {"id": "e3", "sourceId": "in", "targetId": "e", "type": "edge"},
        {"id": "e4", "sourceId": "e", "targetId": "out", "type": "edge"},
    ]
    return graph


@pytest.mark.parametrize("key", ["gone", "outcome", "offer", "offer.price.more"])
def test_a_key_without_numbers_is_refused_by_name(tmp_path: Path, key: str) -> None:
    graph = read_policy(json.dumps(priced("score * 10")), "bare.json")
    path = tmp_path / "p.csv"
    path.write_text("score,went_bad\n0.5,1\n", encoding="utf-8")
    with pytest.raises(BadInput, match=rf"bare.json: --amount {key}: expected an output key that holds a number"):
        backtest(graph, graph, path, Asked("went_bad", amounts=(key,)), (tmp_path, tmp_path))
    with pytest.raises(BadInput, match="--id gone: there is no such column"):
        write_affected(graph, graph, path, Asked("went_bad", identity="gone"), (tmp_path, tmp_path), tmp_path / "a.csv")
