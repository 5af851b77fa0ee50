"""The words of a ZEN expression: texts, templates, numbers, names and signs, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a token is."""

    TEXT = "text"
    TEMPLATE = "template"
    NUMBER = "number"
    NAME = "name"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word and where it begins; a text is without its quotes, a template without its back-ticks."""

    kind: Kind
    text: str
    at: int


class BadExpression(ValueError):  # noqa: N818 - what the expression is
    """zen would not read this expression; the message says where and what was expected."""


# ZEN has no escapes: a quote ends the text. In "1..3" the number never takes the first of the two dots.
_WORDS = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>'[^']*'|"[^"]*")
      | (?P<template>`[^`]*`)
      | (?P<number>\d[\d_]*(?:\.(?!\.)\d*)?(?:e[+-]?\d+)?)
      | (?P<name>\#|[A-Za-z_$][A-Za-z0-9_$]*)
      | (?P<sign>\.\.|==|!=|<=|>=|\?\?|[-+*/%^<>()\[\]{},:;.?=!])
    """,
    re.VERBOSE,
)


def tokens(expression: str) -> tuple[Token, ...]:
    """The words in order and an END.

    Raises:
        BadExpression: a sign that is not of the language, or a text without its end.
    """
    found, at = [], 0
    while at < len(expression):
        match = _WORDS.match(expression, at)
        if match is None:
            raise BadExpression(f"{expression!r}, place {at + 1}: {expression[at]!r} is not expected here")
        if match.lastgroup != "space":
            kind = Kind(match.lastgroup or "")
            quoted = kind in {Kind.TEXT, Kind.TEMPLATE}
            found.append(Token(kind, match.group()[1:-1] if quoted else match.group(), at))
        at = match.end()
    return (*found, Token(Kind.END, "", at))
