"""Looks for planted personal data in bytes: as it is, in hex (as dumps print bytes) and in base64 (as texts carry them)."""

from __future__ import annotations

import base64
import binascii
import re

# Runs in which a planted value could stand: ideographs in UTF-8, digits with an X, mail addresses.
IDEOGRAPHS = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){2,}")
NUMBERS = re.compile(rb"[0-9]{11,}[0-9X]?")
MAILS = re.compile(rb"[a-z0-9]+@[a-z.]+")
HEX = re.compile(rb"[0-9a-f]{18,}")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")


class Planted:
    """Values to look for, and where they turn up."""

    def __init__(self, values):
        self.values = {value.encode() for value in values}
        self.lengths = {
            pattern: sorted({len(value) for value in self.values if pattern.fullmatch(value)})
            for pattern in (IDEOGRAPHS, NUMBERS, MAILS)
        }
        assert sum(any(p.fullmatch(v) for p in self.lengths) for v in self.values) == len(self.values)

    def found_in(self, data: bytes) -> set[bytes]:
        found = self._plain(data)
        for run in HEX.findall(data):
            for start in (0, 1):
                text = run[start:]
                found |= self._plain(binascii.unhexlify(text[: len(text) // 2 * 2]))
        for run in BASE64.findall(data):
            text = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
            for start in range(4):
                part = text[start:]
                part = part[:-1] if len(part) % 4 == 1 else part
                found |= self._plain(base64.b64decode(part + b"=" * (-len(part) % 4)))
        return found

    def plain_in(self, data: bytes) -> set[bytes]:
        """Only as it is: for the files of the server, which hold bytes as bytes."""
        return self._plain(data)

    def _plain(self, data: bytes) -> set[bytes]:
        found = set()
        for pattern, lengths in self.lengths.items():
            step = 3 if pattern is IDEOGRAPHS else 1
            for run in pattern.findall(data):
                for length in lengths:
                    windows = (run[at : at + length] for at in range(0, len(run) - length + 1, step))
                    found.update(window for window in windows if window in self.values)
        return found
