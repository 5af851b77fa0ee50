"""A payer as those see it who need no more: the ends of an account, a text without phones and without the name."""

from __future__ import annotations

import re

_LONG = re.compile(r"(?<!\d)(?<![Dd]-)\d{11,}(?!\d)")


def mask_account(text: str) -> str:
    """The last four signs of eight or more: ****4471."""
    return f"****{text[-4:]}" if len(text) >= 8 else "*" * len(text)


def mask_name(name: str) -> str:
    """The first sign and stars: 王** for 王小明."""
    return name[:1] + "*" * max(len(name) - 1, 1)


def mask_text(text: str, name: str) -> str:
    """The payer's own name and digits of eleven or more (phones, accounts, identity numbers) masked."""
    if len(name) > 1:
        text = text.replace(name, mask_name(name))
    return _LONG.sub(lambda found: mask_account(found[0]), text)
