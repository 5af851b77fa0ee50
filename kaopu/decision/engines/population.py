"""A population file as DuckDB sees it: which column is which input, and the null law over native columns.

Columns are found by dotted name (`bureau.score`), as a field of a struct, or plain. Native types stay: a DATE is
compared as a date, never by way of text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from kaopu.decision.core.policy.manifest import AS_OF
from kaopu.decision.core.policy.policy_input import NUMERIC, Kind, PolicyInput
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from kaopu.decision.core.policy.manifest import Manifest

FLOATS = frozenset({"double", "float"})
WHOLE = frozenset({"tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger"})
WIDE = frozenset({"ubigint", "uhugeint"})
SAMPLE_ROWS = 200_000
CSV_TYPES = ["BOOLEAN", "BIGINT", "DOUBLE", "VARCHAR"]
MOMENT = "%Y-%m-%dT%H:%M:%S"
PLACES = 6
PLAIN_BELOW = 1e8
Path_ = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value is read: its SQL, its kind, and whether it is a float (digits to be looked at)."""

    sql: str
    kind: str  # number | integer | string | boolean | date | array | other
    is_float: bool = False
    element: str | None = None


@dataclass(frozen=True, slots=True)
class Population:
    """A file that is open: the SQL that scans it and the source of every leaf."""

    name: str
    scan: str
    columns: tuple[str, ...]
    leaves: Mapping[Path_, Source]

    def column(self, name: str, option: str) -> Source:
        """A named column.

        Raises:
            BadInput: the file has none of that name.
        """
        found = self.leaves.get((name,)) or self.leaves.get(tuple(name.split(".")))
        if found is None:
            shown = ", ".join(".".join(each) for each in self.leaves)
            raise BadInput(f"{self.name}: {option} {name}: there is no such column, expected one of {shown}")
        return found


def quoted(name: str) -> str:
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: Any) -> str:
    """A literal."""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"


def open_population(connection: duckdb.DuckDBPyConnection, path: Path, manifests: list[Manifest]) -> Population:
    """Look at the file's columns.

    Raises:
        BadInput: the file is not there, not readable, or two columns name the same field.
    """
    if not path.is_file():
        raise BadInput(f"{path.name}: there is no such file, expected a Parquet or CSV file")
    scan = f"read_parquet({text(path)})"
    if path.suffix.lower() not in {".parquet", ".pq"}:
        scan = _csv_scan(connection, path, manifests)
    try:
        relation = connection.sql(f"SELECT * FROM {scan} LIMIT 0")  # noqa: S608 - quoted above
    except duckdb.Error as wrong:
        raise BadInput(f"{path.name}: {str(wrong).splitlines()[0]}") from wrong
    leaves: dict[Path_, Source] = {}
    days = {each.path for manifest in manifests for each in manifest.inputs if each.type is Kind.DATE}
    days |= {tuple(each.observed_on.split(".")) for m in manifests for each in m.inputs if each.observed_on}
    for name, kind in zip(relation.columns, relation.types, strict=True):
        for place, source in _leaves(tuple(name.split(".")), quoted(name), kind, days):
            if place in leaves:
                raise BadInput(f"{path.name}: the field {'.'.join(place)} stands in two columns, expected one")
            leaves[place] = source
    return Population(path.name, scan, tuple(relation.columns), leaves)


def _csv_scan(connection: duckdb.DuckDBPyConnection, path: Path, manifests: list[Manifest]) -> str:
    """Texts stay texts: a code like 007 is no number, and a day is the text that stands in the file."""
    plain = f"read_csv({text(path)}, header=true, sample_size={SAMPLE_ROWS}, auto_type_candidates={CSV_TYPES}"
    texts = {each.field for manifest in manifests for each in manifest.inputs if each.type is Kind.STRING}
    try:
        names = connection.sql(f"SELECT * FROM {plain}) LIMIT 0").columns  # noqa: S608 - quoted above
    except duckdb.Error as wrong:
        raise BadInput(f"{path.name}: {str(wrong).splitlines()[0]}") from wrong
    types = ", ".join(f"{text(name)}: 'VARCHAR'" for name in names if name in texts)
    return plain + (f", types={{{types}}})" if types else ")")


def _leaves(  # noqa: PLR0911 - one return a type
    path: Path_, sql: str, kind: Any, days: AbstractSet[Path_]
) -> list[tuple[Path_, Source]]:
    identity = kind.id
    if identity == "struct":
        found = []
        for key, inner in kind.children:
            found += _leaves((*path, key), f"struct_extract({sql}, {text(key)})", inner, days)
        return found
    if identity in WHOLE | WIDE:
        return [(path, Source(sql, "integer"))]
    if identity in FLOATS or identity == "decimal":
        return [(path, Source(f"{sql}::DOUBLE", "number", is_float=True))]
    if identity in {"varchar", "enum", "uuid"}:
        return [(path, Source(sql if identity == "varchar" else f"{sql}::VARCHAR", "string"))]
    if identity == "boolean":
        return [(path, Source(sql, "boolean"))]
    if identity == "date":
        return [(path, Source(sql, "date"))]
    if identity.startswith("timestamp"):
        # Other tools write days as midnights; anywhere else it is the moment's text.
        day = path in days
        return [
            (path, Source(f"{sql}::DATE" if day else f"strftime({sql}, {text(MOMENT)})", "date" if day else "string"))
        ]
    if identity == "list":
        inner = dict(kind.children)["child"]
        element = _leaves((), "x", inner, days)
        scalar = element[0][1].kind if len(element) == 1 and element[0][0] == () else None
        return [(path, Source(sql, "array", element=scalar if scalar in {"number", "integer", "string"} else None))]
    return [(path, Source(sql, "other"))]


def unmarked_sql(source: Source) -> str | None:
    """Whether a float64 column holds the number as written, in at most 15 digits; None where it always does."""
    if source.kind == "integer":
        return f"coalesce(abs({source.sql}) < 1000000000000000, true)"
    if not source.is_float:
        return None
    plain = f"abs({source.sql}) < {PLAIN_BELOW} AND round({source.sql}, {PLACES}) = {source.sql}"
    slow = (
        f"abs({source.sql}) BETWEEN 1e-12 AND 9.99999e14 AND format('{{:.15g}}', {source.sql})::DOUBLE = {source.sql}"
    )
    return f"CASE WHEN {source.sql} IS NULL OR ({plain}) THEN true ELSE {slow} END"


def lawful_sql(manifest: Manifest, population: Population) -> str:
    """The rows which the null law lets pass, as one boolean that is never NULL.

    Raises:
        BadInput: a required input, or the day it was observed on, has no column.
    """
    absent = [each.field for each in manifest.inputs if each.required and each.path not in population.leaves]
    absent += [
        each.observed_on
        for each in manifest.inputs
        if each.observed_on and each.path in population.leaves
        if tuple(each.observed_on.split(".")) not in population.leaves and each.observed_on not in absent
    ]
    # A required object or array of objects may stand in the file as its leaves.
    absent = [name for name in absent if not _has_below(name, population)]
    if absent:
        raise BadInput(f"{population.name}: no column for {', '.join(absent)}, which {manifest.name} requires")
    tests = [_lawful(each, population) for each in manifest.inputs if each.path in population.leaves]
    return " AND ".join(tests) or "true"


def _has_below(name: str, population: Population) -> bool:
    path = tuple(name.split("."))
    return any(each[: len(path)] == path for each in population.leaves)


def _lawful(declared: PolicyInput, population: Population) -> str:
    source = population.leaves[declared.path]
    tests = [each for each in (_typed(declared, source), *_ranges(declared, source)) if each != "true"]
    if declared.observed_on is not None:
        tests.append(_fresh(declared, population))
    passes = " AND ".join(tests) or "true"
    if declared.required:
        return f"({source.sql} IS NOT NULL AND coalesce({passes}, false))"
    return f"({source.sql} IS NULL OR coalesce({passes}, false))" if tests else "true"


def _typed(declared: PolicyInput, source: Source) -> str:
    match declared.type:
        case Kind.NUMBER if source.kind in {"number", "integer"}:
            return f"isfinite({source.sql})" if source.is_float else "true"
        case Kind.INTEGER if source.kind == "integer":
            return "true"
        case Kind.INTEGER if source.kind == "number":
            return f"isfinite({source.sql}) AND {source.sql} = floor({source.sql})"
        case Kind.DATE if source.kind == "string":
            return f"TRY_CAST({source.sql} AS DATE)::VARCHAR = {source.sql} AND length({source.sql}) = 10"
        case Kind.ARRAY if source.kind == "array" and isinstance(declared.items, Kind):
            same = source.element == declared.items or (declared.items is Kind.NUMBER and source.element == "integer")
            return f"len(list_filter({source.sql}, x -> x IS NULL)) = 0" if same else "false"
    return "true" if source.kind == declared.type.value else "false"


def _ranges(declared: PolicyInput, source: Source) -> list[str]:
    day = declared.type is Kind.DATE

    def end(value: Any) -> str:
        return f"DATE {text(value)}" if day and source.kind == "date" else text(value)

    if declared.type not in NUMERIC | {Kind.DATE, Kind.STRING, Kind.BOOLEAN} or _typed(declared, source) == "false":
        return []
    found = []
    if declared.enum is not None:
        found.append(f"{source.sql} IN ({', '.join(end(each) for each in declared.enum)})")
    if declared.minimum is not None:
        found.append(f"{source.sql} >= {end(declared.minimum)}")
    if declared.maximum is not None:
        found.append(f"{source.sql} <= {end(declared.maximum)}")
    return found


def _day(field: str, population: Population) -> str:
    source = population.leaves[tuple(field.split("."))]
    if source.kind == "date":
        return source.sql
    if source.kind != "string":
        return "NULL::DATE"
    return f"CASE WHEN TRY_CAST({source.sql} AS DATE)::VARCHAR = {source.sql} THEN TRY_CAST({source.sql} AS DATE) END"


def _fresh(declared: PolicyInput, population: Population) -> str:
    age = f"({_day(AS_OF, population)} - {_day(declared.observed_on or '', population)})"
    return f"{age} BETWEEN 0 AND {declared.fresh_within_days}"
