"""Pairs of records that are probably one person: Splink on DuckDB, within one table or between two."""

from __future__ import annotations

import contextlib
import logging
from collections import Counter, defaultdict
from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING, Any

from kaopu.party.core.person_match import HOUSEHOLD, HOUSEHOLD_BITS_MOST, block_keys, matched
from kaopu.party.core.person_record import FIELDS, checks
from kaopu.party.linkage import scales

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kaopu.party.linkage.table import Person

RANDOM_PAIRS = 1_000_000
LEAST_ROWS = 2
LEAST_FITTED = 300  # rows; fewer show too few pairs of one person to estimate anything from


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ids and the probability in 0 to 1 that they are one person."""

    left: str
    right: str
    probability: float


def pairs(
    persons: Sequence[Person],
    others: Sequence[Person] | None = None,
    *,
    threshold: float = scales.THRESHOLD,
    seed: int = 1,
) -> list[Pair]:
    """Pairs at or above `threshold`, the surest first.

    Args:
        persons: one table: its own duplicates; `left` < `right` as texts.
        others: with it, pairs between the two tables: `left` is of `persons`.
        threshold: least probability.
        seed: of the random pairs.
    """
    tables = [persons] if others is None else [persons, others]
    if min(map(len, tables)) < (LEAST_ROWS if others is None else 1):
        return []
    if sum(map(len, tables)) < LEAST_FITTED:
        return _sorted_pairs(_few(tables), threshold)
    known = {name for name in FIELDS if all(_known(table, name) for table in tables)}
    if not known:
        return []
    with _quiet():
        linker = _linker(tables, known)
        _train(linker, known, seed)
        found = linker.inference.predict(threshold_match_probability=threshold).as_record_list()
    return _sorted_pairs(_named(found, within=others is None), threshold)


def _few(tables: Sequence[Sequence[Person]]) -> Iterator[Pair]:
    """Too few to fit a model to: every pair that shares a key, by the scale that is shipped."""
    others = tables[-1]
    by_key: dict[str, list[int]] = defaultdict(list)
    for place, person in enumerate(others):
        for key in block_keys(person.record):
            by_key[key].append(place)
    for place, person in enumerate(tables[0]):
        shared = {at for key in block_keys(person.record) for at in by_key[key] if len(tables) > 1 or at > place}
        for at in sorted(shared):
            left, right = person.id, others[at].id
            if len(tables) == 1:
                left, right = sorted((left, right))
            yield Pair(left, right, matched(person.record, others[at].record, others=len(others)).probability)


def _sorted_pairs(found: Iterable[Pair], threshold: float) -> list[Pair]:
    kept = [pair for pair in found if pair.probability >= threshold]
    return sorted(kept, key=lambda pair: (-pair.probability, pair.left, pair.right))


def _known(persons: Sequence[Person], field: str) -> bool:
    return any(getattr(person.record, field) is not None for person in persons)


def _linker(tables: Sequence[Sequence[Person]], known: set[str]) -> Any:
    from splink import DuckDBAPI, Linker, SettingsCreator

    settings = SettingsCreator(
        link_type="dedupe_only" if len(tables) == 1 else "link_only",
        unique_id_column_name="id",
        comparisons=scales.comparisons(known),
        blocking_rules_to_generate_predictions=scales.blocks(known),
        retain_intermediate_calculation_columns=True,
        probability_two_random_records_match=_chance_of_one(tables, known),
    )
    engine = DuckDBAPI()
    given = [engine.register(_table(each, known), table_name=f"table_{place}") for place, each in enumerate(tables)]
    return Linker(given, settings)


def _table(persons: Sequence[Person], known: set[str]) -> Any:
    import pyarrow as pa

    columns = {"id": pa.array([person.id for person in persons], pa.string())}
    for name in sorted(known):
        columns[name] = pa.array([getattr(person.record, name) for person in persons], pa.string())
    if "id_number" in known:
        columns["id_checks"] = pa.array([checks(person.record.id_number) for person in persons], pa.bool_())
    return pa.table(columns)


def _chance_of_one(tables: Sequence[Sequence[Person]], known: set[str]) -> float:
    """The chance that two records drawn by lot are one person, from the pairs that agree in all of a sure rule.

    Half a pair more than was seen: a table without duplicates still has a chance above nought.
    """
    sure = max((_agreeing(tables, names) for names in scales.SURE if set(names) <= known), default=0)
    sizes = [len(table) for table in tables]
    every = sizes[0] * sizes[1] if len(sizes) > 1 else sizes[0] * (sizes[0] - 1) / 2
    return min(0.5, (sure + 0.5) / scales.SURE_RECALL / every)


def _agreeing(tables: Sequence[Sequence[Person]], names: Sequence[str]) -> int:
    """Pairs with the same known values under all of `names`."""
    counts = [
        Counter(key for person in table if None not in (key := tuple(getattr(person.record, name) for name in names)))
        for table in tables
    ]
    if len(counts) > 1:
        return sum(count * counts[1][key] for key, count in counts[0].items())
    return sum(count * (count - 1) // 2 for count in counts[0].values())


def _train(linker: Any, known: set[str], seed: int) -> None:
    """Estimate the model on the table itself; what it does not show keeps Splink's defaults."""
    from splink import block_on

    _tried(linker.training.estimate_u_using_random_sampling, max_pairs=RANDOM_PAIRS, seed=seed)
    for names in scales.TRAINED_ON:
        if set(names) <= known:
            _tried(linker.training.estimate_parameters_using_expectation_maximisation, block_on(*names))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Splink reports its timings and what it could not estimate; a command answers with pairs alone."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _tried(train: Any, *given: Any, **options: Any) -> None:
    """A table too small or too clean to train on keeps the defaults."""
    from splink.internals.exceptions import EMTrainingException, SplinkException

    try:
        train(*given, **options)
    except (EMTrainingException, SplinkException, ValueError, ZeroDivisionError):
        return


def _named(found: Sequence[dict[str, Any]], *, within: bool) -> list[Pair]:
    made = []
    for row in found:
        left, right = row["id_l"], row["id_r"]
        if within:
            left, right = sorted((left, right))
        elif row["source_dataset_l"] > row["source_dataset_r"]:
            left, right = right, left
        made.append(Pair(left, right, _probability(row)))
    return made


def _probability(row: Mapping[str, Any]) -> float:
    """Splink's, but for a household: what brothers share counts for little where the birth dates differ."""
    weight = float(row["match_weight"])
    if row.get("gamma_birth_date") == 0:
        shared = sum(_bits(row, field) for field in HOUSEHOLD)
        weight -= max(0.0, shared - HOUSEHOLD_BITS_MOST)
    return 1 / (1 + 2.0 ** min(-weight, 1_000.0))


def _bits(row: Mapping[str, Any], field: str) -> float:
    factors = (row.get(f"bf_{field}"), row.get(f"bf_tf_adj_{field}"))
    return sum(log2(factor) for factor in factors if factor)
