"""Equality across kinds, order of numbers and dates, `in` arrays, intervals and objects: as zen has them.

Equality never fails: different kinds are unequal, null equals null, arrays and objects never equal anything.
A text that reads as a date equals that date.
Order fails unless both are numbers, or both are dates, or one is a date and the other a text that reads as one.
`in` fails unless the right side is an array, an object, or an interval whose ends are of the left side's kind.
"""

from __future__ import annotations

from typing import Any

import ibis

from kaopu.decision.core.columns import numbers
from kaopu.decision.core.columns.instants import INVALID, read_text
from kaopu.decision.core.columns.kinds import FAILED, boolean, has, is_kind, is_null
from kaopu.decision.core.columns.lambdas import those
from kaopu.decision.core.columns.truth import both, column, either, known, negate
from kaopu.decision.core.columns.value import CannotCompile, Items, Span, Value


def equal(left: Value, right: Value) -> tuple[Any, Any]:
    """(the rows in which they are equal, the rows in which that cannot be told); neither is ever NULL."""
    if left.failed is True or right.failed is True:
        return False, False
    same: list[Any] = []
    undecided: Any = either(left.undecided, right.undecided)
    for kind in has(left):
        if getattr(right, kind) is None or kind in {"fields", "items", "span"}:
            continue
        pair, unsure = _equal_of_kind(kind, left, right)
        same.append(pair if _certain(left, right) else known(pair))
        undecided = either(undecided, unsure)
    for dated, told in ((left, right), (right, left)):
        if dated.moment is not None and told.text is not None:
            instant, odd = read_text(told.text)
            same.append(known(both(instant == dated.moment.instant, instant != INVALID)))
            undecided = either(undecided, both(is_kind(dated, "moment"), odd))
    nulls = both(is_null(left), is_null(right))
    return either(*same, nulls), undecided


def _certain(left: Value, right: Value) -> bool:
    return left.complete and right.complete and len(has(left)) == len(has(right)) == 1


def _equal_of_kind(kind: str, left: Value, right: Value) -> tuple[Any, Any]:
    a, b = getattr(left, kind), getattr(right, kind)
    if kind == "number":
        return numbers.compare("==", a, b), known(numbers.near_tie(a, b))
    if kind == "moment":
        return a.instant == b.instant, False
    return a == b, False


def equality(operator: str, left: Value, right: Value) -> Value:
    """`==` and `!=`."""
    failed = either(left.failed, right.failed)
    if failed is True:
        return FAILED
    same, undecided = equal(left, right)
    answer = column(same if operator == "==" else negate(same))
    if failed is not False:
        answer = ibis.cases((negate(failed), answer))
    return boolean(answer, complete=True, failed=failed, undecided=undecided)


def order(operator: str, left: Value, right: Value) -> Value:
    """`<`, `<=`, `>`, `>=`: fails where the two are not both numbers or both dates."""
    results, undecided = [], either(left.undecided, right.undecided)
    if left.number and right.number:
        a, b = left.number, right.number
        results.append(numbers.compare(operator, a, b))
        undecided = either(undecided, known(numbers.near_tie(a, b)))
    if left.moment and right.moment:
        results.append(_ORDER[operator](left.moment.instant, right.moment.instant))
    told, odd, readable = _dates_and_texts(operator, left, right)
    results += told
    undecided = either(undecided, odd)
    if not results:
        return FAILED
    answer = results[0] if len(results) == 1 else ibis.coalesce(*results)
    can = (
        both(is_kind(left, "number"), is_kind(right, "number")),
        both(is_kind(left, "moment"), is_kind(right, "moment")),
        readable,
    )
    return boolean(answer, complete=True, failed=negate(either(*can)), undecided=undecided)


def _dates_and_texts(operator: str, left: Value, right: Value) -> tuple[list[Any], Any, Any]:
    """(order of a date and a text that is one, the texts of odd forms, the rows that have such a pair)."""
    results, undecided, readable = [], False, False
    for dated, told, turned in ((left, right, False), (right, left, True)):
        if dated.moment is None or told.text is None:
            continue
        instant, odd = read_text(told.text)
        pair = (instant, dated.moment.instant) if turned else (dated.moment.instant, instant)
        dates = both(instant != INVALID, dated.moment.instant != INVALID)
        can = known(both(is_kind(dated, "moment"), is_kind(told, "text"), dates))
        results.append(ibis.cases((can, _ORDER[operator](*pair))))
        undecided = either(undecided, both(is_kind(dated, "moment"), odd))
        readable = either(readable, can)
    return results, undecided, readable


_ORDER = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def within(operator: str, left: Value, right: Value) -> Value:
    """`in` and `not in`."""
    made = _within(left, right)
    if operator == "in" or made.boolean is None:
        return made
    return boolean(~made.boolean, complete=True, failed=made.failed, undecided=made.undecided)


def _within(left: Value, right: Value) -> Value:
    kinds = has(right)
    if len(kinds) != 1:
        if "items" in kinds or "span" in kinds or "fields" in kinds:
            raise CannotCompile("`in` something that may be of several kinds")
        return FAILED
    match kinds[0]:
        case "items":
            return _within_items(left, right)
        case "span":
            return _within_span(left, right.span)
        case "fields":
            return _within_fields(left, right)
    return FAILED


def _within_items(left: Value, right: Value) -> Value:
    items = right.items
    assert items is not None  # noqa: S101 - the kind says so
    failed = either(left.failed, negate(is_kind(right, "items")))
    if items.listed is None:
        return _within_column(left, items, failed, either(left.undecided, right.undecided))
    if items.listed and all(present is True for _, present in items.listed):
        quick = _within_constants(left, items, failed)
        if quick is not None:
            return quick
    found, undecided = [], either(left.undecided, right.undecided)
    for value, present in items.listed:
        same, unsure = equal(left, value)
        if left.moment is not None:
            same = both(same, known(left.moment.instant != INVALID))  # what is no date is in no array
        found.append(both(same, present))
        undecided = either(undecided, unsure)
    return _answer(either(*found), failed, undecided)


def _within_constants(left: Value, items: Items, failed: Any) -> Value | None:
    """A list of plain texts is one IN of SQL."""
    texts = [value.text for value, _ in items.listed or () if has(value) == ("text",) and value.complete]
    if len(texts) != len(items.listed or ()) or left.text is None or left.moment is not None:
        return None
    inside = left.text.isin(texts)
    certain = left.complete and has(left) == ("text",)
    return _answer(inside if certain else known(inside), failed, left.undecided)


def _within_column(left: Value, items: Items, failed: Any, undecided: Any) -> Value:
    element = items.element
    if element is None:
        raise CannotCompile("`in` an array whose elements are not known")
    found = those(items.column, lambda each: column(equal(left, element(each))[0]))
    return _answer(known(both(items.here, found.length() > 0)), failed, undecided)


def _within_fields(left: Value, right: Value) -> Value:
    fields = right.fields
    if has(left) != ("text",) or fields is None or fields.path is not None:
        raise CannotCompile("`in` an object of the input")
    found = [both(left.text == key, present) for key, (_, present) in fields.items.items()]
    failed = either(negate(is_kind(left, "text")), right.failed)
    return _answer(known(either(*found)), failed, either(left.undecided, right.undecided))


def _within_span(left: Value, span: Span | None) -> Value:
    assert span is not None  # noqa: S101 - the kind says so
    if span.low.moment is not None and has(left) != ("moment",):
        raise CannotCompile("`in` an interval of dates, of something that may be no date")
    low = order(">=" if span.with_low else ">", left, span.low)
    high = order("<=" if span.with_high else "<", left, span.high)
    if low.boolean is None or high.boolean is None:
        return FAILED
    inside = low.boolean & high.boolean
    return boolean(
        ~inside if span.outside else inside,
        complete=True,
        failed=either(low.failed, high.failed),
        undecided=either(low.undecided, high.undecided),
    )


def _answer(found: Any, failed: Any, undecided: Any) -> Value:
    answer = column(found)
    if failed is True:
        return FAILED
    if failed is not False:
        answer = ibis.cases((negate(failed), answer))
    return boolean(answer, complete=True, failed=failed, undecided=undecided)
