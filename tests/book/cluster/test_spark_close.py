"""The close under Spark gives the rows of the local close: same reader, same kernel, one task a bucket."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import date

import pyarrow as pa
import pytest

from kaopu.book.cluster import spark_close
from kaopu.book.snapshot.close import close_snapshot
from kaopu.book.snapshot.synthetic import write_snapshot
from kaopu.kernel.core.errors import BadInput

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "close"))
from snapshots import positions as written
from snapshots import tiny, write

AS_OF = date(2026, 6, 30)
HOW = "no Java 17 or newer on this machine: `apt-get install default-jre-headless` (or your system's package)"


def java_version() -> int:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if java is None:
        return 0
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    if java_version() < 17:
        pytest.skip(HOW)
    from pyspark.sql import SparkSession

    own = {name: os.environ.get(name) for name in ("PYSPARK_PYTHON", "SPARK_LOCAL_IP")}
    os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    folder = tmp_path_factory.mktemp("spark")
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.local.dir", str(folder))
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    yield session
    session.stop()
    for name, value in own.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


def in_order(table: pa.Table) -> pa.Table:
    return table.select(spark_close_names()).sort_by("debt_id").combine_chunks()


def spark_close_names():
    from kaopu.book.snapshot.writer import NAMES

    return list(NAMES)


@pytest.mark.java
def test_the_rows_are_those_of_the_local_close(spark, tmp_path):
    write_snapshot(tmp_path / "in", debts=3_000, buckets=5, as_of=date(2026, 11, 22))
    local = close_snapshot(tmp_path / "in", AS_OF, tmp_path / "out")
    wanted = in_order(written(tmp_path / "out" / "positions" / f"as_of={AS_OF}"))
    frame = spark_close.positions(spark, tmp_path / "in", AS_OF)
    got = in_order(frame.toArrow())
    assert 0 < local["debts"] == got.num_rows < 3_000, "debts of later days are left out"
    assert got.to_pylist() == wanted.to_pylist()
    assert frame.rdd.getNumPartitions() == 5


@pytest.mark.java
def test_spark_writes_them_as_parquet(spark, tmp_path):
    source = write(tmp_path / "in", tiny(), buckets=True)
    spark_close.positions(spark, source, date(2026, 11, 22)).write.parquet(str(tmp_path / "out"))
    close_snapshot(source, date(2026, 11, 22), tmp_path / "local")
    wanted = in_order(written(tmp_path / "local" / "positions" / "as_of=2026-11-22"))
    got = in_order(pa.Table.from_pylist(spark.read.parquet(str(tmp_path / "out")).toArrow().to_pylist()))
    assert got.to_pylist() == wanted.to_pylist()


@pytest.mark.java
def test_a_faulty_row_fails_with_its_place(spark, tmp_path):
    book = tiny()
    book["events"]["kind"] = ["love"]
    source = write(tmp_path / "in", book, buckets=True)
    with pytest.raises(Exception, match=r"BadInput: .*bucket-000\.parquet.*kind.*love"):
        spark_close.positions(spark, source, date(2026, 11, 22)).collect()


def test_a_bucket_needs_no_spark(tmp_path):
    source = write(tmp_path / "in", tiny(), buckets=True)
    as_of = date(2026, 11, 22)
    close_snapshot(source, as_of, tmp_path / "out")
    paths = {name: str(source / name / "bucket-000.parquet") for name in ("debts", "instalments", "events")}
    got = spark_close.close_bucket(paths, (as_of - date(1970, 1, 1)).days)
    assert got.to_pylist() == written(tmp_path / "out" / "positions" / f"as_of={as_of}").to_pylist()


def test_without_pyspark_the_error_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pyspark.sql.pandas.types", None)
    with pytest.raises(BadInput, match="pip install"):
        spark_close.positions(None, tmp_path, AS_OF)


def test_a_folder_that_is_no_snapshot_is_refused(tmp_path):
    pytest.importorskip("pyspark")
    with pytest.raises(BadInput, match="expected it, or a folder"):
        spark_close.positions(None, tmp_path, AS_OF)
