"""Evidence from files: Parquet through the compiled filter against the scalar one, and rows that cannot be."""

import json
import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kaopu.contacts.core.borrower_reach import Pooling
from kaopu.contacts.core.evidence import EVIDENCE_KINDS, POINT_KINDS, VIAS
from kaopu.contacts.core.hazard import HAZARDS, Hazard
from kaopu.contacts.core.reached import lost_of
from kaopu.contacts.reach_files import reached_in
from kaopu.contacts.reach_joined import lost_quickly, write_reached
from kaopu.contacts.reach_text import answer_text
from kaopu.kernel.core.errors import BadInput

START = datetime(2025, 1, 1, tzinfo=UTC)
AS_OF = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY_VIA = {kind: Hazard(h.churn_per_year, h.return_per_year, h.prior, h.likelihoods,
                       {(via, sign): (0.3, 0.7) for via in VIAS[1:4] for sign in EVIDENCE_KINDS[:6]}, 0.3)
          for kind, h in HAZARDS.items()}  # fmt: skip


def rows_of(seed, points=300, texts=False, shared=True):
    draw = random.Random(seed)
    rows = []
    for point in range(points):
        kind = draw.choice(POINT_KINDS)
        holders = [(draw.randrange(90), draw.choice(("own", "contact")))]
        if shared and draw.random() < 0.15:
            holders += [(draw.randrange(90), draw.choice(("own", "contact"))) for _ in range(2)]
        for _ in range(draw.choice((1, 2, 5, 9, 9, 80))):
            borrower, role = draw.choice(holders)
            rows.append({
                "point_id": f"p{point:05}" if texts else point,
                "borrower_id": f"b{borrower}" if texts else borrower,
                "role": role,
                "kind": kind,
                "at": (START + timedelta(hours=draw.randrange(24 * 500))).isoformat(),
                "evidence": draw.choice(EVIDENCE_KINDS).value,
                "consented": draw.choice((True, True, True, True, False, None)),
                "via": draw.choice((*VIAS[1:], None)),
            })  # fmt: skip
    return rows


def as_lines(rows, path):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def as_parquet(rows, path, row_group_size=1000, unit="us", **changed):
    table = pa.Table.from_pylist(rows)
    at = pa.array([datetime.fromisoformat(row["at"]) for row in rows], pa.timestamp(unit, tz="UTC"))
    columns = {name: table.column(name) for name in table.column_names} | {"at": at} | changed
    pq.write_table(pa.table(columns), path, row_group_size=row_group_size)
    return path


def lines_of(reached, lost):
    points = dict(
        zip(
            list(map(str, reached.point_id)),
            zip(reached.reach, reached.suppress, reached.confirmed_us, strict=True),
            strict=True,
        )
    )
    return points, dict(zip(list(map(str, reached.borrower_id)), lost, strict=True))


@pytest.mark.parametrize("texts", [False, True])
@pytest.mark.parametrize("row_group_size", [1, 7, 500, 100_000])
@pytest.mark.parametrize("hazards", [HAZARDS, BY_VIA], ids=["plain", "by-channel"])
def test_the_compiled_filter_says_what_the_scalar_one_says(tmp_path, texts, row_group_size, hazards):
    rows = rows_of(7, points=60 if row_group_size == 1 else 300, texts=texts)
    scalar = reached_in(as_lines(rows, tmp_path / "e.jsonl"), AS_OF, hazards)
    columns = reached_in(as_parquet(rows, tmp_path / "e.parquet", row_group_size), AS_OF, hazards)
    points, borrowers = lines_of(scalar, lost_of(scalar, Pooling()))
    pooled = lost_quickly(columns, Pooling())
    np.testing.assert_allclose(pooled, lost_of(columns, Pooling()), atol=1e-15)
    theirs, their_borrowers = lines_of(_plain(columns), pooled)
    assert points.keys() == theirs.keys()
    assert borrowers.keys() == their_borrowers.keys()
    for point, (reach, suppress, confirmed) in points.items():
        assert theirs[point][0] == pytest.approx(reach, abs=1e-12)
        assert theirs[point][1:] == (suppress, confirmed)
    for borrower, lost in borrowers.items():
        assert their_borrowers[borrower] == pytest.approx(lost, abs=1e-12)
    assert scalar.suppress.sum() > 5
    assert 0 < scalar.link_counts.sum() < len(scalar.link_counts)


def _plain(reached):
    from dataclasses import replace

    return replace(reached, point_id=reached.point_id.to_pylist(), borrower_id=reached.borrower_id.to_pylist())


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_clocks_of_any_unit(tmp_path, unit):
    rows = rows_of(11)
    one = reached_in(as_parquet(rows, tmp_path / "one.parquet", unit=unit), AS_OF, HAZARDS)
    other = reached_in(as_parquet(rows, tmp_path / "other.parquet"), AS_OF, HAZARDS)
    np.testing.assert_allclose(one.reach, other.reach, atol=1e-12)
    assert (one.confirmed_us == other.confirmed_us).all()


@pytest.mark.parametrize("texts", [False, True])
def test_a_file_that_is_not_sorted_gives_the_same(tmp_path, texts):
    rows = rows_of(13, texts=texts)
    mixed = random.Random(1).sample(rows, len(rows))
    one = reached_in(as_parquet(rows, tmp_path / "one.parquet", 300), AS_OF, HAZARDS)
    other = reached_in(as_parquet(mixed, tmp_path / "other.parquet", 300), AS_OF, HAZARDS)
    assert one.point_id.to_pylist() == other.point_id.to_pylist()
    np.testing.assert_allclose(one.reach, other.reach, atol=1e-12)


def test_what_is_written_can_be_read(tmp_path):
    reached = reached_in(as_parquet(rows_of(3), tmp_path / "e.parquet"), AS_OF, HAZARDS)
    lost = lost_quickly(reached, Pooling())
    write_reached(reached, lost, tmp_path)
    points, borrowers = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("points", "borrowers"))
    assert points.column_names == ["point_id", "reach", "suppress", "confirmed_at"]
    assert points.column("reach").to_pylist() == reached.reach.tolist()
    assert borrowers.column("lost").to_pylist() == lost.tolist()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["borrowers.parquet", "e.parquet", "points.parquet"]


@pytest.mark.parametrize("mark", ["p", '张 "三"', None])
def test_the_text_of_a_large_answer_is_json(tmp_path, mark):
    rows = rows_of(21)
    if mark:
        rows = [
            row | {"point_id": f"{mark}{row['point_id']:04}", "borrower_id": f"{row['borrower_id']}"} for row in rows
        ]
    reached = reached_in(as_parquet(rows, tmp_path / "e.parquet"), AS_OF, HAZARDS)
    lost = lost_quickly(reached, Pooling())
    text = answer_text(reached, lost)
    if mark and mark != "p":
        assert text is None  # left to json itself
        return
    found = json.loads(text)
    assert found["points"] == [
        {"point_id": point, "reach": reach}
        for point, reach in zip(reached.point_id.to_pylist(), reached.reach.tolist(), strict=True)
    ]
    assert found["borrowers"] == [
        {"borrower_id": borrower, "reach": 1.0 - each, "lost": each}
        for borrower, each in zip(reached.borrower_id.to_pylist(), lost.tolist(), strict=True)
    ]


GOOD = {"point_id": 1, "borrower_id": 1, "role": "own", "kind": "phone", "at": "2026-01-01T00:00:00Z",
        "evidence": "delivered", "consented": True}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"evidence": "hope"}, r"e\.\w+ row 3 column evidence: 'hope', expected one of code"),
        ({"role": "friend"}, r"row 3 column role: 'friend', expected one of own, contact"),
        ({"kind": "pigeon"}, r"row 3 column kind: 'pigeon', expected one of phone, email"),
        ({"kind": "email"}, r"row 3 column kind: 'email', expected the same kind"),
        ({"evidence": None}, r"row 3 column evidence"),
        ({"point_id": None}, r"row 3 column point_id"),
        ({"at": None}, r"row 3 column at"),
    ],
)
def test_a_row_that_cannot_be_stops_the_file(tmp_path, change, expected):
    rows = [GOOD, GOOD, GOOD | change, GOOD]
    with pytest.raises(BadInput, match=expected):
        reached_in(as_lines(rows, tmp_path / "e.jsonl"), AS_OF, HAZARDS)
    stamped = [row | {"at": row["at"] and datetime.fromisoformat(row["at"])} for row in rows]
    pq.write_table(pa.Table.from_pylist(stamped), tmp_path / "e.parquet")
    with pytest.raises(BadInput, match=expected):
        reached_in(tmp_path / "e.parquet", AS_OF, HAZARDS)


def test_the_row_is_named_in_a_file_that_must_be_sorted_first(tmp_path):
    rows = [GOOD | {"point_id": point} for point in (5, 4, 3, 2, 1)]
    stamped = [row | {"at": datetime.fromisoformat(row["at"])} for row in rows]
    stamped[1]["evidence"] = "hope"
    pq.write_table(pa.Table.from_pylist(stamped), tmp_path / "e.parquet")
    with pytest.raises(BadInput, match="row 2 column evidence: 'hope'"):
        reached_in(tmp_path / "e.parquet", AS_OF, HAZARDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "row 1"),
        ("[1]", "row 1: list"),
        (json.dumps(GOOD | {"consented": "yes"}), "row 1 column consented: 'yes'"),
        (json.dumps(GOOD | {"at": "soon"}), "row 1 column at: 'soon'"),
    ],
)
def test_lines_that_are_none(tmp_path, text, expected):
    (tmp_path / "e.jsonl").write_text(text)
    with pytest.raises(BadInput, match=expected):
        reached_in(tmp_path / "e.jsonl", AS_OF, HAZARDS)


def test_a_missing_column_is_named(tmp_path):
    pq.write_table(pa.table({"point_id": [1]}), tmp_path / "e.parquet")
    with pytest.raises(BadInput, match=r"e\.parquet: no column borrower_id"):
        reached_in(tmp_path / "e.parquet", AS_OF, HAZARDS)


def test_an_empty_file_has_no_points(tmp_path):
    (tmp_path / "e.jsonl").write_text("\n")
    assert not len(reached_in(tmp_path / "e.jsonl", AS_OF, HAZARDS).reach)
    rows = as_parquet([GOOD], tmp_path / "e.parquet")
    assert not len(reached_in(rows, datetime(2020, 1, 1, tzinfo=UTC), HAZARDS).reach)
