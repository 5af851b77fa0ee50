"""The little of Thrift's compact protocol that a Parquet file's headers need: structs, lists, whole numbers, texts.

https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
_LONG_LIST = 15


@dataclass(frozen=True, slots=True)
class I32:
    """A 32-bit number; a bare int is a 64-bit one."""

    value: int


# A struct is its fields by number; a list is a tuple of values of one type.
Value = Any


def struct(fields: dict[int, Value]) -> bytes:
    """The bytes of a struct. Fields of None are left out."""
    out, last = bytearray(), 0
    for number, value in fields.items():
        if value is None:
            continue
        kind = _kind(value)
        step = number - last
        out += bytes([step << 4 | kind]) if 0 < step < 16 else bytes([kind]) + _zigzag(number)
        out += _bytes(value)
        last = number
    return bytes(out) + b"\0"


def _kind(value: Value) -> int:
    return {I32: _I32, int: _I64, str: _BINARY, bytes: _BINARY, tuple: _LIST, dict: _STRUCT}[type(value)]


def _bytes(value: Value) -> bytes:
    match value:
        case I32():
            return _zigzag(value.value)
        case int():
            return _zigzag(value)
        case str():
            text = value.encode()
            return _varint(len(text)) + text
        case bytes():
            return _varint(len(value)) + value
        case dict():
            return struct(value)
    kind, size = _kind(value[0]), len(value)
    head = bytes([size << 4 | kind]) if size < _LONG_LIST else bytes([0xF0 | kind]) + _varint(size)
    return head + b"".join(map(_bytes, value))


def _zigzag(number: int) -> bytes:
    return _varint((number << 1) ^ (number >> 63))


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)
