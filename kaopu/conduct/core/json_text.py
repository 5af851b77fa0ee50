"""JSON as it is meant: no NaN, and a name that is given twice in an object is no fact."""

from __future__ import annotations

import json
from typing import Any

from kaopu.conduct.core.fields import Unreadable


def load_object(text: str) -> Any:
    """The value of a JSON text; ValueError if it is none.

    Two values under one name leave a doubt, so the field is marked as given twice instead of "the last one wins".
    """
    return _decoder.decode(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        value.update({name: Unreadable.GIVEN_TWICE for name in value if names.count(name) > 1})
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


# Counting names in the text, to spare the call for each object, was tried: no faster for a line of facts (measured).
_decoder = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_object)
