"""Many inputs on a cluster: the same compiled columns as one query of Spark; a local session stands in for a cluster.

answers, live = decide_rows(policy, rows, beside)     # as in engines/columns.py

A session that a host program has made is used as it is; otherwise a quiet local one is started, which ends with
`stop` or with the process. Its warehouse and scratch files are in a folder of its own, removed at the end.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.engines.columns import decide_with, schema_of
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kaopu.decision.core.answer import Answer
    from kaopu.decision.core.policy.policy_file import PolicyFile
    from kaopu.decision.engines.columns import CompiledPolicy

QUIET = "rootLogger.level = off\n"
_ours: list[tuple[Any, Path]] = []


def decide_rows(policy: PolicyFile, rows: Sequence[Any], beside: Path | None = None) -> tuple[list[Answer], int]:
    """(the answers in the order of the rows, how many of them the live engine gave).

    Raises:
        CannotCompile: naming the node and the reason.
        BadInput: Spark or Java is not on this machine.
    """
    return decide_with(_on_spark, policy, rows, beside)


def _on_spark(compiled: CompiledPolicy, inputs: Any) -> list[dict[str, Any]]:
    spark = session()
    _ = ibis.pyspark  # the dialect's options come with it
    query = ibis.to_sql(compiled.table(ibis.table(schema_of(inputs), name="inputs")), dialect="pyspark")
    spark.createDataFrame(inputs).createOrReplaceTempView("inputs")
    try:
        return list(spark.sql(str(query)).toArrow().to_pylist())
    finally:
        spark.catalog.dropTempView("inputs")


def session() -> Any:
    """The session at work, or a local one.

    Raises:
        BadInput: Spark or Java is not on this machine.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as absent:
        raise BadInput("--engine spark: pyspark is not installed, expected pyspark 4 or newer") from absent
    active = SparkSession.getActiveSession()
    if active is not None:
        return active
    folder = Path(tempfile.mkdtemp(prefix="kaopu-spark-"))
    try:
        started = _started(SparkSession.builder, folder)
    except (PySparkException, OSError) as wrong:
        shutil.rmtree(folder, ignore_errors=True)
        raise BadInput("--engine spark: Java does not start, expected Java 17 or newer") from wrong
    if not _ours:
        atexit.register(stop)
    _ours.append((started, folder))
    return started


def _started(builder: Any, folder: Path) -> Any:
    log4j = folder / "log4j2.properties"
    log4j.write_text(QUIET, encoding="utf-8")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.ansi.enabled": "false",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile=file:{log4j} -Djava.io.tmpdir={folder}",
    }
    builder = builder.master("local[2]").appName("kaopu")
    for key, value in settings.items():
        builder = builder.config(key, value)
    with _silent():
        return builder.getOrCreate()


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    # The JVM greets on the error stream before any setting reaches it; what it inherits at its start it keeps.
    kept = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nothing)
        os.close(kept)


def stop() -> None:
    """End the sessions that were started here and remove their files."""
    while _ours:
        spark, folder = _ours.pop()
        spark.stop()
        shutil.rmtree(folder, ignore_errors=True)
