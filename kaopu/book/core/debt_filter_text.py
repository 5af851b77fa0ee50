"""The text of a filter, read by a strict grammar: `portfolio = "consumer" and days_past_due between 1 and 30`.

Words: and, or, not, parentheses; = != < <= > >=, between … and …, in (…), is unknown, is known, not before in and
between. Texts stand in quotes, single or double; numbers and days (2026-11-30) do not have to.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from kaopu.book.core import debt_filter as df
from kaopu.book.core.classification import CLASSES
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

LENGTH_MAX = 2_000
DEPTH_MAX = 20
GRAMMAR = r"""
?start: either
?either: both ("or"i both)*
?both: one ("and"i one)*
?one: "not"i one -> negated | "(" either ")" | compare
compare: NAME HOW value -> plain
       | NAME "between"i value "and"i value -> between
       | NAME "not"i "between"i value "and"i value -> not_between
       | NAME "in"i "(" value ("," value)* ")" -> among
       | NAME "not"i "in"i "(" value ("," value)* ")" -> not_among
       | NAME "is"i "unknown"i -> unknown
       | NAME "is"i "known"i -> known
?value: TEXT | DAY | NUMBER | TRUTH
HOW: "<=" | ">=" | "!=" | "<>" | "=" | "<" | ">"
TRUTH.3: /(true|false)\b/i
DAY.2: /\d{4}-\d{2}-\d{2}\b/
NUMBER.1: /-?\d{1,18}\b/
TEXT: /"[^"\n]*"|'[^'\n]*'/
NAME: /[a-z_][a-z_0-9]*/i
%ignore /\s+/
"""


def parse(text: str) -> df.Node:
    """The filter. Raises `BadInput` naming place or column and what is expected there."""
    from lark.exceptions import UnexpectedInput

    if not text.strip() or len(text) > LENGTH_MAX:
        raise BadInput(f"where: {len(text)} characters given, expected a filter of 1 to {LENGTH_MAX}")
    if _depth(text) > DEPTH_MAX or len(re.findall(r"\bnot\b", text, re.IGNORECASE)) > DEPTH_MAX:
        raise BadInput(f"where: nested too deep, expected at most {DEPTH_MAX} parentheses or negations")
    try:
        tree = _reader().parse(text)
    except UnexpectedInput as problem:
        raise BadInput(_told(text, problem)) from None
    return _node(tree)


@cache
def _reader() -> Lark:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


def _depth(text: str) -> int:
    depth = deepest = 0
    for sign in re.sub(r"\"[^\"\n]*\"|'[^'\n]*'", "", text):
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    return deepest


_WORDS = {
    "HOW": "= != < <= > >=", "TEXT": "a text in quotes", "NUMBER": "a number", "DAY": "a day as 2026-11-30",
    "TRUTH": "true or false", "NAME": "a column", "LPAR": "(", "RPAR": ")", "COMMA": ",", "$END": "the end",
}  # fmt: skip


def _told(text: str, problem: Any) -> str:
    at = problem.pos_in_stream if problem.pos_in_stream is not None and problem.pos_in_stream >= 0 else len(text)
    names = getattr(problem, "accepts", None) or getattr(problem, "expected", None) or getattr(problem, "allowed", None)
    expected = sorted({_WORDS.get(name, name.lower()) for name in names or ()})
    found = repr(text[at : at + 20]) if text[at:].strip() else "the end"
    return f"where: at character {at + 1}, {found} given, expected {' or '.join(expected) or 'a filter'}"


def _node(tree: Tree[Token]) -> df.Node:
    parts = tree.children
    if tree.data in {"either", "both"}:
        nodes = tuple(_node(part) for part in parts)  # type: ignore[arg-type]
        return df.Any(nodes) if tree.data == "either" else df.All(nodes)
    if tree.data == "negated":
        return df.negation(_node(parts[0]))  # type: ignore[arg-type]
    return _compare(str(tree.data), [str(part) for part in parts], [getattr(part, "type", "") for part in parts])


def _compare(rule: str, words: list[str], kinds: list[str]) -> df.Compare:
    column = words[0].lower()
    holds = df.COLUMNS.get(column)
    if holds is None:
        raise BadInput(f"where: column {words[0]} is not known, expected one of {', '.join(df.COLUMNS)}")
    if rule in {"unknown", "known"}:
        return df.Compare(column, "unknown", negated=rule == "known")
    if rule == "plain":
        how = {"!=": "=", "<>": "="}.get(words[1], words[1])
        _ordered(column, holds, how)
        return df.Compare(column, how, (_value(column, holds, words[2], kinds[2]),), negated=words[1] in {"!=", "<>"})
    how = "between" if rule.endswith("between") else "in"
    _ordered(column, holds, "=" if how == "in" else how)
    values = tuple(_value(column, holds, word, kind) for word, kind in zip(words[1:], kinds[1:], strict=True))
    return df.Compare(column, how, values, negated=rule.startswith("not_"))


def _ordered(column: str, holds: df.Holds, how: str) -> None:
    if how != "=" and holds not in df.ORDERED:
        raise BadInput(f"where: {column} {how}: {column} holds {holds}, expected =, != or in")


def _value(column: str, holds: df.Holds, word: str, kind: str) -> df.Value:
    text = word[1:-1] if kind == "TEXT" else word
    if holds is df.Holds.NUMBER and kind == "NUMBER":
        return int(text)
    if holds is df.Holds.TRUTH and kind == "TRUTH":
        return text.lower() == "true"
    if holds is df.Holds.DAY and kind in {"DAY", "TEXT"}:
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    if holds is df.Holds.TEXT and kind == "TEXT":
        if column == "class" and text not in CLASSES:
            raise BadInput(f"where: class {text!r} given, expected one of {', '.join(CLASSES)}")
        return text
    expected = {
        df.Holds.TEXT: "a text in quotes",
        df.Holds.DAY: "a day as 2026-11-30",
        df.Holds.NUMBER: "a whole number",
    }
    raise BadInput(f"where: {column} {word} given, expected {expected.get(holds, str(holds))}")
