"""Who the lender is to a contact: a name that says nothing of credit (X-DEF-10), a telephone, the site's address."""

from __future__ import annotations

import os
from dataclasses import dataclass

JURISDICTION = "CN"  # contacts are mainland numbers, and the mainland's rules hold for them wherever the lender sits


@dataclass(frozen=True, slots=True)
class Lender:
    """Deployment facts. `phone` is empty where none was given: then no page promises one; so is `address`."""

    name: str
    phone: str
    address: str


def lender() -> Lender:
    """From `KAOPU_LENDER_NAME`, `KAOPU_LENDER_PHONE` and `KAOPU_ORIGIN` (https://… without a slash at the end)."""
    return Lender(
        name=os.environ.get("KAOPU_LENDER_NAME", "kaopu 靠谱"),
        phone=os.environ.get("KAOPU_LENDER_PHONE", ""),
        address=os.environ.get("KAOPU_ORIGIN", "").rstrip("/"),
    )
