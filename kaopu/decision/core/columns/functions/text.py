"""Texts: zen's functions on them, as columns. `len` counts bytes of UTF-8, as zen does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.columns.kinds import FAILED, boolean, has, is_kind, number, text
from kaopu.decision.core.columns.truth import both, either, negate
from kaopu.decision.core.columns.value import CannotCompile, Items, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.decision.core.columns.scope import Scope

LONGEST_BYTES = 1e9
# What Rust's regex and RE2 read alike: no look-around (both refuse), no classes of Unicode whose tables differ.
UNSAFE_PATTERN = re.compile(r"\\[bBwWsSdDpPkAzZGQECX0-9]|\(\?|\[\[|&&|--|~~|\\[xu]|\{\d*,?\d*\}\{")
ASCII_PATTERN = re.compile(r"\A[\x20-\x7e]*\Z")
WHITE = "".join(map(chr, (*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F)))
WHITE += "\u205f\u3000"


@ibis.udf.scalar.builtin(name="bit_length")  # type: ignore[untyped-decorator]
def _bits(column: str) -> int:  # type: ignore[empty-body]
    """DuckDB and Spark have it under this name."""


def of_text(operation: Callable[[Any], Any]) -> Callable[[Scope, tuple[Value, ...]], Value]:
    """A function from text to text; another kind fails."""

    def call(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
        (value,) = arguments
        if value.text is None:
            return FAILED
        failed = negate(is_kind(value, "text"))
        return text(operation(value.text), complete=True, failed=failed, undecided=value.undecided)

    return call


def of_two_texts(operation: Callable[[Any, Any], Any]) -> Callable[[Scope, tuple[Value, ...]], Value]:
    """A test of two texts; another kind fails."""

    def call(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
        left, right = arguments
        if left.text is None or right.text is None:
            return FAILED
        failed = negate(both(is_kind(left, "text"), is_kind(right, "text")))
        undecided = either(left.undecided, right.undecided)
        return boolean(operation(left.text, right.text), complete=True, failed=failed, undecided=undecided)

    return call


def ascii_only(column: Any) -> Any:
    """Rows whose text is plain ASCII: upper and lower agree with everybody there."""
    return column.length() == byte_length(column)


def byte_length(column: Any) -> Any:
    """How many bytes of UTF-8 a text has."""
    return (_bits(column) / 8).cast("int64")


def cased(operation: Callable[[Any], Any]) -> Callable[[Scope, tuple[Value, ...]], Value]:
    """Upper and lower: letters beyond ASCII follow different tables, so those rows are zen's."""
    plain = of_text(operation)

    def call(scope: Scope, arguments: tuple[Value, ...]) -> Value:
        made = plain(scope, arguments)
        if made.text is None or _literal(arguments[0].text) is not None:
            return made
        odd = negate(ascii_only(arguments[0].text)).fill_null(False)
        return text(made.text, complete=True, failed=made.failed, undecided=either(made.undecided, odd))

    return call


def _literal(column: Any) -> Any:
    operation = column.op()
    return operation.value if isinstance(operation, ibis.expr.operations.Literal) else None


def length(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`len`: bytes of a text, elements of an array; anything else fails."""
    (value,) = arguments
    kinds = [kind for kind in has(value) if kind in {"text", "items"}]
    if not kinds:
        return FAILED
    if len(kinds) > 1:
        raise CannotCompile("len of something that may be a text or an array")
    column = byte_length(value.text) if value.text is not None else _count(value.items)
    failed = negate(is_kind(value, kinds[0]))
    return number(
        column.cast("float64"),
        complete=True,
        failed=failed,
        undecided=value.undecided,
        whole=True,
        bound=LONGEST_BYTES,
        least=1.0,
    )


def _count(items: Items | None) -> Any:
    from kaopu.decision.core.columns.arrays import count_of

    return count_of(items)


def contains(scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`contains`: a text in a text, or a value in an array."""
    left, right = arguments
    if left.items is not None and left.text is None:
        from kaopu.decision.core.columns.comparison import within

        return within("in", right, left)
    if left.items is not None:
        raise CannotCompile("contains in something that may be a text or an array")
    return of_two_texts(lambda whole, part: whole.contains(part))(scope, arguments)


def matches(scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`matches`: a regular expression that is known when compiling and that both engines read alike."""
    left, right = arguments
    if left.text is None or right.text is None:
        return FAILED
    pattern = safe_pattern(right)
    return of_two_texts(lambda whole, _: whole.re_search(pattern))(scope, arguments)


def safe_pattern(value: Value) -> str:
    """The pattern, when zen's engine and the database's give it the same meaning."""
    pattern = _literal(value.text)
    if pattern is None:
        raise CannotCompile("a regular expression that differs from row to row")
    plain = pattern.replace("\\d", "[0-9]") if "[" not in pattern.replace("[0-9]", "") else pattern
    if UNSAFE_PATTERN.search(plain) or not ASCII_PATTERN.match(plain):
        raise CannotCompile(f"the regular expression {pattern!r} is read differently by the two engines")
    if plain != pattern:
        raise CannotCompile(f"the regular expression {pattern!r}: \\d is every digit of Unicode to zen")
    try:
        re.compile(pattern)
    except re.error:
        raise CannotCompile(f"the regular expression {pattern!r} cannot be read") from None
    return str(pattern)


def split(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`split`: the parts of a text between a separator that is not empty."""
    left, right = arguments
    if left.text is None or right.text is None:
        return FAILED
    separator = right.text
    failed = negate(both(is_kind(left, "text"), is_kind(right, "text")))
    empty = (separator == "").fill_null(False)
    parts = left.text.split(separator)
    items = Items(negate(failed), None, parts, lambda each: text(each, complete=True))
    undecided = either(left.undecided, right.undecided, empty)
    return Value(items=items, failed=failed, undecided=undecided, complete=True)


@ibis.udf.scalar.builtin(name="trim")  # type: ignore[untyped-decorator]
def _trim(column: str, signs: str) -> str:  # type: ignore[empty-body]
    """DuckDB's own: the signs to take off are said."""


def _trimmed(column: Any) -> Any:
    return _trim(column, WHITE)


FUNCTIONS = {
    "len": length,
    "upper": cased(lambda column: column.upper()),
    "lower": cased(lambda column: column.lower()),
    "trim": of_text(_trimmed),
    "startsWith": of_two_texts(lambda whole, part: whole.startswith(part)),
    "endsWith": of_two_texts(lambda whole, part: whole.endswith(part)),
    "contains": contains,
    "matches": matches,
    "split": split,
}
