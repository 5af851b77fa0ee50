"""What exactly was approved: one text for a value, one hash for the text."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from math import isfinite
from uuid import UUID


def fingerprint(value: object) -> str:
    """SHA-256 of the canonical JSON of `value`, in hexadecimal.

    A value and what is read back after storing it as JSON have the same fingerprint. Raises as `canonical`.
    """
    return sha256(canonical(value).encode()).hexdigest()


def canonical(value: object) -> str:
    """`value` as JSON in one way only: keys sorted by code point, no spaces, no escapes beyond those JSON needs.

    Dataclasses become objects, enums their values; dates, ids and decimals become strings (a decimal as written: 1.0
    and 1.00 are approved apart), and instants ISO in their own offset. Raises `TypeError` for anything else, as sets,
    keys that are not strings, instants without a zone, NaN and infinity: what cannot be told apart cannot be approved.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {_key(key): _plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return _scalar(value)


def _scalar(value: object) -> object:
    if isinstance(value, float) and isfinite(value):
        return value
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    if isinstance(value, UUID):
        return str(value)
    # An instant is a date to Python, so it is asked first.
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError(f"{value!r} has no time zone, so nobody can tell which instant was approved")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no canonical form")


def _key(key: object) -> str:
    if isinstance(key, Enum):
        key = key.value
    if not isinstance(key, str):
        raise TypeError(f"{key!r} is a key, expected a string")
    return key
