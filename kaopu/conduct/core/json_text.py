"""JSON as it is meant: no NaN, and a name that is given twice in an object is no fact."""

from __future__ import annotations

import json
from typing import Any

from kaopu.conduct.core.fields import Unreadable

# What may stand between a name and its colon.
APART = (" :", "\t:", "\n:", "\r:")


def load_object(text: str) -> Any:
    """The value of a JSON text; ValueError if it is none.

    Two values under one name leave a doubt, so the field is marked as given twice instead of "the last one wins". A
    text that has no more `":` than its objects have names gave none twice: each name stands before a `":`, or apart
    from its colon, and texts can only add some. Only other texts are read name by name, which costs half as much again.
    """
    value = _decoder.decode(text)
    if text.count('":') == _names(value, text) and not any(gap in text for gap in APART):
        return value
    return _careful_decoder.decode(text)


def _names(value: Any, text: str) -> int:
    """How many names there are, where objects lie at most three deep as in permit facts; else -1."""
    if type(value) is not dict:
        return -1
    objects = [value, *[one for one in value.values() if type(one) is dict]]
    lists = [one for within in objects for one in within.values() if type(one) is list]
    listed = [one for many in lists for one in many if type(one) is dict]
    seen = len(objects) + len(listed) + len(lists)
    if seen != text.count("{") + text.count("["):
        return -1  # something lies deeper, or a text holds a bracket
    return sum(map(len, objects)) + sum(map(len, listed))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        value.update({name: Unreadable.GIVEN_TWICE for name in value if names.count(name) > 1})
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_decoder = json.JSONDecoder(parse_constant=_no_constant)
_careful_decoder = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_object)
