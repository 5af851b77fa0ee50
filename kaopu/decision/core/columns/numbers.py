"""Arithmetic: float64 columns that stand for zen's decimals, with what is known of their size and trust.

zen: `x / 0` and `x % 0` are null; a wrong kind fails; more than 7.9e28 fails; 28 digits after the point are kept.
"""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import ibis

from kaopu.decision.core.columns.kinds import FAILED, is_kind, number
from kaopu.decision.core.columns.truth import both, either, negate, where
from kaopu.decision.core.columns.value import (
    EXACT_WHOLE,
    INPUT_LARGEST,
    LARGEST,
    SMALLEST,
    CannotCompile,
    Digits,
    Number,
    Value,
)

TIE = 1e-14
DIGITS_OF_FLOAT = 15


def constant(value: Decimal) -> Value:
    """A number known at compile time."""
    exact = len(value.normalize().as_tuple().digits) <= DIGITS_OF_FLOAT
    plain = float(value)
    if not exact or abs(plain) > INPUT_LARGEST:
        raise CannotCompile(f"the number {value} has more than {DIGITS_OF_FLOAT} digits")
    return number(
        ibis.literal(plain, "float64"),
        complete=True,
        whole=plain == math.floor(plain),
        bound=abs(plain),
        plain=str(value) == f"{value.normalize():f}",
        least=abs(plain) or math.inf,
    )


def size(a: Number) -> Any:
    """The size of its terms, for ties."""
    return a.column.abs() if a.size is None else a.size


def tolerance(a: Number, b: Number) -> Any:
    """What two numbers may differ by and still be a tie."""
    return (size(a) + size(b)) * TIE


def arithmetic(operator: str, left: Value, right: Value) -> Value:
    """`left operator right` for numbers; other kinds fail."""
    if left.number is None or right.number is None:
        return FAILED
    a, b = left.number, right.number
    made, undecided = _OPERATIONS[operator](a, b)
    numbers = both(is_kind(left, "number"), is_kind(right, "number"))
    undecided = both(numbers, either(undecided, left.undecided, right.undecided))
    never_null = operator not in "/%" or (b.least < math.inf and _never_zero(b))
    return Value(
        number=made,
        failed=negate(numbers),
        undecided=either(undecided, left.undecided, right.undecided),
        complete=never_null,
    )


def _never_zero(b: Number) -> bool:
    return isinstance(b.column.op(), ibis.expr.operations.Literal) and b.column.op().value != 0


def _range(column: Any, bound: float, least: float) -> Any:
    """Rows whose result is too large or has lost digits: only where that can be."""
    too_large = column.abs() > LARGEST if bound > LARGEST else False
    too_small = both(column.abs() < SMALLEST, column != 0) if least < SMALLEST else False
    return either(too_large, too_small)


def _trust(a: Number, b: Number, *, sum_: bool, whole: bool, bound: float) -> Digits:
    if whole and bound <= EXACT_WHOLE and max(a.digits, b.digits) <= Digits.REACHED:
        return Digits.EXACT
    worst, best = max(a.digits, b.digits), min(a.digits, b.digits)
    if worst <= Digits.REACHED:
        return Digits.REACHED
    if best >= Digits.QUOTIENT or worst is Digits.ROUNDED or not sum_:
        return Digits.ROUNDED
    return Digits.SHIFTED


def _add(a: Number, b: Number, sign: int = 1) -> tuple[Number, Any]:
    whole, bound = a.whole and b.whole, a.bound + b.bound
    trust = _trust(a, b, sum_=True, whole=whole, bound=bound)
    least = 1.0 if whole else min(a.least, b.least, 1e-15) if trust else min(a.least, b.least)
    column = a.column + b.column if sign > 0 else a.column - b.column
    sizes = None if trust is Digits.EXACT else size(a) + size(b)
    return Number(column, trust, whole, bound, least, sizes, whole and a.plain and b.plain), False


def _subtract(a: Number, b: Number) -> tuple[Number, Any]:
    return _add(a, b, -1)


def _multiply(a: Number, b: Number) -> tuple[Number, Any]:
    whole, bound, least = a.whole and b.whole, a.bound * b.bound, a.least * b.least
    if Digits.QUOTIENT in (a.digits, b.digits) and (_twos_and_fives(a) or _twos_and_fives(b)):
        trust = Digits.SHIFTED
    else:
        trust = _trust(a, b, sum_=False, whole=whole, bound=bound)
    column = a.column * b.column
    sizes = None if a.size is None and b.size is None else size(a) * size(b)
    plain = whole and a.plain and b.plain
    made = Number(column, trust, whole, min(bound, LARGEST), max(least, SMALLEST), sizes, plain)
    return made, _range(column, bound, 0.0 if a.size is not None or b.size is not None else least)


def _twos_and_fives(a: Number) -> bool:
    operation = a.column.op()
    if not isinstance(operation, ibis.expr.operations.Literal) or not operation.value:
        return False
    value = Decimal(repr(operation.value)).normalize()
    digits = int("".join(str(digit) for digit in value.as_tuple().digits))
    for prime in (2, 5):
        while digits % prime == 0:
            digits //= prime
    return digits == 1


def _divide(a: Number, b: Number) -> tuple[Number, Any]:
    least_b = min(b.least, b.bound)
    bound = a.bound / least_b if 0 < least_b < math.inf else math.inf
    least = a.least / b.bound if b.bound else 0.0
    column = a.column / (b.column if _never_zero(b) else b.column.nullif(0.0))
    if max(a.digits, b.digits) <= Digits.REACHED:
        trust = Digits.REACHED if _twos_and_fives(b) else Digits.QUOTIENT
    else:
        trust = Digits.SHIFTED if a.digits is Digits.QUOTIENT and _twos_and_fives(b) else Digits.ROUNDED
    sizes = None if a.size is None and b.size is None else size(a) / column_or_one(b)
    certain = a.size is None and b.size is None
    made = Number(column, trust, False, min(bound, LARGEST), max(least, SMALLEST), sizes, plain=False)
    near_zero = False if certain else b.column.abs() <= size(b) * TIE
    return made, either(_range(column, bound, least if certain else 0.0), both(near_zero, _inexact(b)))


def column_or_one(b: Number) -> Any:
    """|b|, for dividing sizes; NULL where b is 0."""
    return b.column.abs().nullif(0.0)


def _inexact(b: Number) -> bool:
    return b.digits is not Digits.EXACT


def _modulo(a: Number, b: Number) -> tuple[Number, Any]:
    if max(a.digits, b.digits) is not Digits.EXACT:
        return _modulo(*[_nearly_whole(each) for each in (a, b)])
    divisor = b.column if _never_zero(b) else b.column.nullif(0.0)
    if a.whole and b.whole and max(a.bound, b.bound) <= EXACT_WHOLE:
        column = a.column.cast("int64") % divisor.cast("int64")
        plain = a.plain and b.plain
        return Number(column.cast("float64"), Digits.EXACT, True, b.bound, 1.0, plain=plain), False
    # Not whole: the remainder of binary fractions is not that of decimals, so such rows are zen's.
    both_whole = both(a.column == a.column.floor(), b.column == b.column.floor())
    column = where(both_whole, (a.column.cast("int64") % divisor.cast("int64")).cast("float64"), None)
    return Number(column, Digits.EXACT, True, b.bound, 1.0, plain=False), negate(both_whole)


def _nearly_whole(a: Number) -> Number:
    """A calculated number that is nearly whole is whole; one that is not stays as it is, and is not whole."""
    if a.digits is Digits.EXACT:
        return a
    if a.digits > Digits.REACHED:
        raise CannotCompile("% of a quotient")
    nearest = a.column.round(0).cast("float64")
    tied = ibis.cases(((a.column - nearest).abs() <= size(a) * TIE, nearest), else_=a.column)
    return Number(tied, Digits.EXACT, a.whole, a.bound, a.least, plain=a.plain)


def _power(a: Number, b: Number) -> tuple[Number, Any]:
    if max(a.digits, b.digits) > Digits.REACHED or a.size is not None:
        raise CannotCompile("^ of a quotient or a sum")
    if not b.whole and not isinstance(b.column.op(), ibis.expr.operations.Literal):
        # A power that is not whole is a root: zen's own digits are not those of float64.
        whole = both(b.column == b.column.floor(), b.column >= 0, b.column <= DIGITS_OF_FLOAT)
    else:
        whole = both(b.column >= 0, b.column <= DIGITS_OF_FLOAT) if b.whole else False
    column = where(whole, a.column**b.column, None)
    small = column.abs() < INPUT_LARGEST if whole is not False else True
    exact = both(whole, a.column == a.column.floor(), small)
    made = Number(column, Digits.EXACT, True, INPUT_LARGEST, 1.0, plain=a.whole and a.plain)
    return made, negate(exact)


_OPERATIONS = {"+": _add, "-": _subtract, "*": _multiply, "/": _divide, "%": _modulo, "^": _power}


def negative(value: Value) -> Value:
    """`-value`."""
    if value.number is None:
        return FAILED
    made = replace(value.number, column=-value.number.column)
    return Value(number=made, failed=negate(is_kind(value, "number")), undecided=value.undecided, complete=True)


def positive(value: Value) -> Value:
    """`+value`: a number as it is; anything else fails."""
    if value.number is None:
        return FAILED
    failed = negate(is_kind(value, "number"))
    return Value(number=value.number, failed=failed, undecided=value.undecided, complete=True)


def near_tie(a: Number, b: Number) -> Any:
    """Rows in which a comparison cannot be told from float64."""
    worst, best = max(a.digits, b.digits), min(a.digits, b.digits)
    safe = worst is not Digits.ROUNDED and (best <= Digits.REACHED or worst is Digits.QUOTIENT)
    return False if safe else (a.column - b.column).abs() <= tolerance(a, b)


def compare(operator: str, a: Number, b: Number) -> Any:
    """`a operator b` as a boolean column, a near tie being a tie; NULL where either is NULL."""
    left, right = a.column, b.column
    if max(a.digits, b.digits) is Digits.EXACT:
        return _PLAIN[operator](left, right)
    gap, least = left - right, tolerance(a, b)
    return _WITH_TIES[operator](gap, least)


_PLAIN = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_WITH_TIES = {
    "==": lambda gap, least: gap.abs() <= least,
    "!=": lambda gap, least: gap.abs() > least,
    "<": lambda gap, least: gap < -least,
    "<=": lambda gap, least: gap <= least,
    ">": lambda gap, least: gap > least,
    ">=": lambda gap, least: gap >= -least,
}


def constant_of_int(value: int) -> Value:
    """A whole number known at compile time."""
    return constant(Decimal(value))
