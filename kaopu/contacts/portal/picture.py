"""A link as a code image: the path of one SVG shape, drawn by the page itself."""

from __future__ import annotations

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4  # modules of white around it (ISO/IEC 18004)


@dataclass(frozen=True, slots=True)
class Picture:
    """`side` modules wide and high, the quiet zone included; `path` draws the dark ones."""

    side: int
    path: str


def picture(text: str) -> Picture:
    """The QR code of a text."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Picture(len(rows), path)
