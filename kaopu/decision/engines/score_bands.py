"""A population summed up to bands of one score, with what is expected of those whose outcome nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from kaopu.decision.core.optimise.bands import Band
from kaopu.decision.engines.population import open_population
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from kaopu.decision.engines.population import Population, Source

MOST_CUTS = 100
ASSUMPTION = (
    "losses and profits of applications whose outcome is unknown are taken as the mean of the known ones of the same "
    "segment and band of scores; a band in which nothing is known takes the mean of all known of its segment, or 0"
)


def score_bands(  # noqa: PLR0917 - a file and its columns
    path: Path, score: str, loss: str, profit: str, segment: str | None, group: str | None
) -> list[Band]:
    """At most MOST_CUTS bands of the score by segment and group; rows without a score are left out.

    Raises:
        BadInput: a column is missing or no number.
    """
    with duckdb.connect() as connection:
        population = open_population(connection, path, [])
        numbers = {
            name: number_of(population.column(column, f"--{name}"), name, column)
            for name, column in (("score", score), ("loss", loss), ("profit", profit))
        }
        texts = {name: text_of(population, column, name) for name, column in (("segment", segment), ("group", group))}
        found = connection.execute(_sql(population.scan, numbers, texts)).fetchall()
    return [Band(*row) for row in found]


def text_of(population: Population, column: str | None, option: str) -> str:
    """SQL of a column that tells applications apart; the same text for all where there is none."""
    if column is None:
        return "''"
    return f"coalesce(({population.column(column, f'--{option}').sql})::VARCHAR, '(none)')"


def number_of(source: Source, option: str, column: str) -> str:
    """SQL of a column of numbers. Raises BadInput."""
    if source.kind not in {"number", "integer"}:
        raise BadInput(f"--{option} {column}: expected a number, found a {source.kind}")
    return f"({source.sql})::DOUBLE"


def _sql(scan: str, numbers: dict[str, str], texts: dict[str, str]) -> str:
    # A band's score is its least one, so that `score >= cut-off` takes whole bands.
    return f"""
WITH given AS (SELECT {numbers["score"]} AS score, {numbers["loss"]} AS loss, {numbers["profit"]} AS profit,
   {texts["segment"]} AS segment, {texts["group"]} AS part FROM {scan}),
placed AS (SELECT *, ntile({MOST_CUTS}) OVER (ORDER BY score) AS tile FROM given WHERE score IS NOT NULL),
firsts AS (SELECT score AS at, min(tile) AS tile FROM placed GROUP BY score),
banded AS (SELECT p.*, min(p.score) OVER (PARTITION BY f.tile) AS band FROM placed p JOIN firsts f ON p.score = f.at),
means AS (SELECT segment, band, avg(loss) AS loss, avg(profit) AS profit FROM banded GROUP BY ALL),
wide AS (SELECT segment, avg(loss) AS loss, avg(profit) AS profit FROM banded GROUP BY ALL)
SELECT b.segment, b.part, b.band, count(*), sum(coalesce(b.loss, m.loss, w.loss, 0)),
  sum(coalesce(b.profit, m.profit, w.profit, 0))
FROM banded b JOIN means m USING (segment, band) JOIN wide w USING (segment) GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - names are quoted
