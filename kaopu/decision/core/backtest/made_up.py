"""Made-up applications that satisfy a policy's manifest, as one SELECT: the same seed gives the same rows.

Every number is drawn around a middle that its name suggests and kept within the declared range. They are examples to
measure and to rehearse with, and say nothing about anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.manifest import AS_OF
from kaopu.decision.core.policy.policy_input import NUMERIC, Kind, PolicyInput
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kaopu.decision.core.policy.manifest import Manifest

# By a word in the field's name: (share of zeros, middle, spread of the logarithm).
MIDDLES = {
    "overdue": (0.93, 30_000, 1.2),
    "past_due": (0.85, 20, 1.0),
    "income": (0.0, 900_000, 0.5),
    "cost": (0.0, 250_000, 0.4),
    "payment": (0.4, 90_000, 0.7),
    "instalment": (0.0, 80_000, 0.7),
    "amount": (0.0, 800_000, 0.9),
    "outstanding": (0.5, 500_000, 1.0),
    "enquiries": (0.3, 3, 0.7),
    "lenders": (0.3, 2, 0.6),
    "age": (0.0, 34, 0.3),
}
RARE = {"listed": 0.004, "verified": 0.75, "blocked": 0.004, "hardship": 0.02}
FIRST_DAY = "DATE '2025-01-01'"
DAYS = 365
MOST_INTEGER = 2_147_483_647
SALTS = 16_384
GOLDEN = 0x9E3779B97F4A7C15
PERIOD = 6.283185307179586


def population_sql(manifest: Manifest, rows: int, seed: int) -> str:
    """Columns: every declared input by its dotted name, month, segment, sex, bad, loss, profit (minor units).

    Raises:
        BadInput: an input that nothing can be made up for (an array of objects, an object).
    """
    columns = dict(_columns(manifest, seed))
    score = next((name for name in columns if name.endswith("score") and "fraud" not in name), None)
    amount = next((name for name in columns if "amount" in name), None)
    standing = "0.0" if score is None else f"({_q(score)} - 650) / 60.0"
    listed = ", ".join(f"{sql} AS {_q(name)}" for name, sql in columns.items())
    first = "strftime(" + (_q(AS_OF) if AS_OF in columns else FIRST_DAY) + ", '%Y-%m')"
    owed = "1000000" if amount is None else _q(amount)
    u = [_uniform(seed, 9000 + place) for place in range(5)]
    return f"""
WITH drawn AS (SELECT n, {listed} FROM range({rows}) t(n)),
lived AS (SELECT *, {first} AS month,
 CASE WHEN {u[0]} < 0.55 THEN 'new' WHEN {u[0]} < 0.85 THEN 'returning' ELSE 'payroll' END AS segment,
 CASE WHEN {u[1]} < 0.48 THEN 'female' WHEN {u[1]} < 0.96 THEN 'male' END AS sex,
 CASE WHEN {u[2]} < 1 / (1 + exp(-0.6 - 1.6 * ({standing})))
  THEN ({u[3]} < 1 / (1 + exp(2.6 + 0.9 * ({standing}))))::TINYINT END AS bad FROM drawn)
SELECT * EXCLUDE (n),
 CASE WHEN bad = 1 THEN ({owed} * (0.3 + 0.6 * {u[4]}))::BIGINT WHEN bad = 0 THEN 0 END AS loss,
 CASE WHEN bad = 1 THEN -({owed} * (0.3 + 0.6 * {u[4]}))::BIGINT
  WHEN bad = 0 THEN ({owed} * (0.02 + 0.04 * {u[4]}))::BIGINT END AS profit
FROM lived"""  # noqa: S608 - names come from a manifest and are quoted


def _columns(manifest: Manifest, seed: int) -> Iterator[tuple[str, str]]:
    days: dict[str, int] = {}
    for declared in manifest.inputs:
        if declared.observed_on:
            days[declared.observed_on] = min(days.get(declared.observed_on, DAYS), declared.fresh_within_days or 0)
    as_of = f"{FIRST_DAY} + floor({_uniform(seed, 1)} * {DAYS})::INTEGER"
    declared_names = {each.field for each in manifest.inputs}
    for place, declared in enumerate(manifest.inputs):
        salt = 100 + 10 * place
        if declared.field == AS_OF:
            yield AS_OF, as_of
        elif declared.field in days:
            yield declared.field, _before(as_of, days[declared.field], seed, salt)
        else:
            yield declared.field, _optional(declared, _value(declared, as_of, seed, salt), seed, salt + 5)
    for place, (name, limit) in enumerate(days.items()):
        if name not in declared_names:
            yield name, _before(as_of, limit, seed, 5000 + place)


def _before(as_of: str, days: int, seed: int, salt: int) -> str:
    return f"({as_of}) - floor({_uniform(seed, salt)} * {days + 1})::INTEGER"


def _optional(declared: PolicyInput, sql: str, seed: int, salt: int) -> str:
    return sql if declared.required else f"CASE WHEN {_uniform(seed, salt)} < 0.7 THEN {sql} END"


def _value(declared: PolicyInput, as_of: str, seed: int, salt: int) -> str:
    u = _uniform(seed, salt)
    if declared.enum is not None:
        return _one_of(declared.enum, u)
    makers: dict[Kind, Callable[[], str]] = {
        Kind.BOOLEAN: lambda: f"({u} < {next((share for word, share in RARE.items() if word in declared.field), 0.5)})",
        Kind.DATE: lambda: _day(declared, as_of, u),
        Kind.STRING: lambda: f"'text ' || floor({u} * 100)::INTEGER",
        Kind.NUMBER: lambda: _number(declared, seed, salt),
        Kind.INTEGER: lambda: _number(declared, seed, salt),
        Kind.ARRAY: lambda: _list(declared, u),
    }
    maker = makers.get(declared.type)
    if maker is None:
        raise _nothing_for(declared)
    return maker()


def _list(declared: PolicyInput, u: str) -> str:
    if declared.items in NUMERIC:
        return f"[floor({u} * 100)::DOUBLE, floor({u} * 10)::DOUBLE]"
    if declared.items is Kind.STRING:
        return f"['text ' || floor({u} * 100)::INTEGER]"
    raise _nothing_for(declared)


def _nothing_for(declared: PolicyInput) -> BadInput:
    kind = declared.type
    return BadInput(f"the input {declared.field} is an {kind}: nothing is made up for it, expected a scalar")


def _one_of(values: tuple[Any, ...], u: str) -> str:
    """The first value most often, each next one a third as often."""
    weights = [3.0**-place for place in range(len(values))]
    whole, so_far, whens = sum(weights), 0.0, []
    for value, weight in zip(values[:-1], weights, strict=False):
        so_far += weight / whole
        whens.append(f"WHEN {u} < {so_far} THEN {_literal(value)}")
    return f"CASE {' '.join(whens)} ELSE {_literal(values[-1])} END" if whens else _literal(values[0])


def _day(declared: PolicyInput, as_of: str, u: str) -> str:
    low = f"DATE '{declared.minimum}'" if declared.minimum else f"({as_of}) - 1000"
    high = f"DATE '{declared.maximum}'" if declared.maximum else f"({as_of})"
    return f"{low} + floor({u} * ({high} - {low} + 1))::INTEGER"


def _number(declared: PolicyInput, seed: int, salt: int) -> str:
    low = 0.0 if declared.minimum is None else float(declared.minimum)
    high = low + 1000 if declared.maximum is None else float(declared.maximum)
    normal = f"sqrt(-2 * ln(1 - {_uniform(seed, salt + 1)})) * cos({PERIOD} * {_uniform(seed, salt + 2)})"
    found = next((each for word, each in MIDDLES.items() if word in declared.field.split(".")[-1]), None)
    found = found or next((each for word, each in MIDDLES.items() if word in declared.field), None)
    if found is None or declared.field.endswith("score"):
        middle = 0.1 if "fraud" in declared.field else 0.65
        drawn = f"{low} + {high - low} * ({middle} + 0.15 * {normal})"
    else:
        zeros, centre, spread = found
        drawn = f"CASE WHEN {_uniform(seed, salt)} < {zeros} THEN 0 ELSE {centre} * exp({spread} * {normal}) END"
    kept = f"least(greatest({drawn}, {low}), {high})"
    if declared.type is Kind.INTEGER:
        return f"round({kept})::{'INTEGER' if max(abs(low), abs(high)) <= MOST_INTEGER else 'BIGINT'}"
    return f"least(greatest(round({kept}, 2), {low}), {high})"


def _uniform(seed: int, salt: int) -> str:
    """In [0, 1), from the row's number: independent of how many threads draw. DuckDB mixes one number well, two not."""
    turned = (seed * GOLDEN) % (1 << 62)
    return f"((hash(xor(n * {SALTS} + {salt}, {turned}::BIGINT)) >> 11)::DOUBLE / 9007199254740992.0)"


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"
