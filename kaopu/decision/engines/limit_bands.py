"""A population summed up to bands of a score, with what each limit of a menu is expected to lend, lose and earn."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import duckdb

from kaopu.decision.core.optimise.limit import LimitBand
from kaopu.decision.engines.population import open_population
from kaopu.decision.engines.score_bands import number_of, text_of
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ASSUMPTION = (
    "the chance of default does not change with the limit given (history cannot say: limits were not drawn by lot); of "
    "a limit min(limit, amount asked for) is used; applications without a known chance take the mean of the known of "
    "their segment and band, a band without any that of its segment, and where nothing is known 1, a certain default"
)


def limit_bands(  # noqa: D417, PLR0917 - a file, its columns and the economics; names that say it
    path: Path,
    score: str,
    default: str,
    asked: str | None,
    segment: str | None,
    group: str | None,
    menu: Sequence[int],
    bands: int,
    margin: float,
    loss_given_default: float,
) -> list[LimitBand]:
    """At most `bands` bands of equal size a segment; rows without a score are left out.

    Args:
        default: column with a chance of default in 0 to 1, or 0 and 1 as observed; empty where unknown.
        asked: column with the amount asked for, minor units; without it the whole limit is used.
        menu: limits in minor units, rising, the first 0.
        margin: earned of what is used by those who pay, as a share of it.
        loss_given_default: lost of what is used by those who do not, as a share of it.

    Raises:
        BadInput: a column is missing, no number, or a chance lies outside 0 to 1.
    """
    with duckdb.connect() as connection:
        population = open_population(connection, path, [])
        columns = {
            "score": number_of(population.column(score, "--score"), "score", score),
            "chance": number_of(population.column(default, "--default"), "default", default),
            "asked": "1e300" if asked is None else number_of(population.column(asked, "--asked"), "asked", asked),
            "segment": text_of(population, segment, "segment"),
            "part": text_of(population, group, "group"),
        }
        _expect_chances(connection, population.scan, columns["chance"], default)
        economics = f"(1 - chance) * {margin!r} - chance * {loss_given_default!r}"
        rows = connection.execute(_sql(population.scan, columns, menu, bands, economics, loss_given_default)).fetchall()
    return _summed(rows, len(menu))


def _expect_chances(connection: duckdb.DuckDBPyConnection, scan: str, chance: str, column: str) -> None:
    bad = connection.execute(f"SELECT {chance} FROM {scan} WHERE NOT ({chance}) BETWEEN 0 AND 1 LIMIT 1").fetchone()  # noqa: S608 - names are quoted
    if bad is not None:
        raise BadInput(f"--default {column}: {bad[0]} found, expected a chance from 0 to 1")


def _sql(  # noqa: PLR0917 - parts of one statement
    scan: str, columns: dict[str, str], menu: Sequence[int], bands: int, economics: str, loss: float
) -> str:
    used = [f"coalesce(least({limit}, greatest(asked, 0)), {limit})" for limit in menu]
    sums = ", ".join(f"sum({each}), sum({each} * chance * {loss!r}), sum({each} * ({economics}))" for each in used)
    return f"""
WITH given AS (SELECT {", ".join(f"{sql} AS {name}" for name, sql in columns.items())} FROM {scan}),
placed AS (SELECT *, ntile({bands}) OVER (PARTITION BY segment ORDER BY score) AS tile FROM given
   WHERE score IS NOT NULL),
firsts AS (SELECT segment, score AS at, min(tile) AS tile FROM placed GROUP BY ALL),
banded AS (SELECT p.* EXCLUDE tile, min(p.score) OVER (PARTITION BY f.segment, f.tile) AS band FROM placed p
   JOIN firsts f ON p.score = f.at AND p.segment = f.segment),
means AS (SELECT segment, band, avg(chance) AS chance FROM banded GROUP BY ALL),
wide AS (SELECT segment, avg(chance) AS chance FROM banded GROUP BY ALL),
whole AS (SELECT b.* EXCLUDE chance, coalesce(b.chance, m.chance, w.chance, 1.0) AS chance
   FROM banded b JOIN means m USING (segment, band) JOIN wide w USING (segment))
SELECT segment, band, part, count(*), {sums} FROM whole GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - names are quoted, figures are numbers


def _summed(rows: Sequence[tuple[object, ...]], places: int) -> list[LimitBand]:
    """Rows of a band's groups put together."""
    counts: dict[tuple[str, float], dict[str, int]] = defaultdict(dict)
    sums: dict[tuple[str, float], list[float]] = defaultdict(lambda: [0.0] * (3 * places))
    for segment, band, part, count, *amounts in rows:
        key = (str(segment), float(band))  # type: ignore[arg-type]
        counts[key][str(part)] = int(count)  # type: ignore[call-overload]
        sums[key] = [held + float(more) for held, more in zip(sums[key], amounts, strict=True)]  # type: ignore[arg-type]
    return [
        LimitBand(segment, score, counts[segment, score], tuple(each[0::3]), tuple(each[1::3]), tuple(each[2::3]))
        for (segment, score), each in sums.items()
    ]
