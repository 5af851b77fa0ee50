"""Who the lender is to a contact: a name that says nothing of credit (X-DEF-10), a telephone, the site's address."""

from __future__ import annotations

import os
from dataclasses import dataclass

# Contacts are mainland numbers: the mainland's rules and its one legal time (State Council, 1949; GB/T 7408) hold for
# them wherever the lender sits.
JURISDICTION, MAINLAND_TIME = "CN", "Asia/Shanghai"


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
