"""Codes that people asked for themselves: the facts of such an ask, and the address, which is held for one sending.

Who asks is not known yet: a link speaks for them ("link:7"). The address was typed on the page a moment ago; it lives
in the memory of this process while the message is sent, and in no table before the person has agreed.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kaopu.outreach.addresses import Address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kaopu.conduct.core.ask import Ask

PERSON, DEBTOR, POINT = "link", "asked-by-link", "code"
_typed: dict[str, Address] = {}


@contextmanager
def held(code_id: object, kind: str, value: str) -> Iterator[str]:
    """The point of a typed address ("code:…"), for as long as its message is being sent."""
    point = f"{POINT}:{code_id}"
    _typed[point] = Address(kind, value)
    try:
        yield point
    finally:
        del _typed[point]


def typed_address(point: str, _actor: str, _now: datetime) -> Address | None:
    """The opener that outreach asks."""
    return _typed.get(point)


def asker_facts(ask: Ask, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 - every source is asked so
    """The `person`: somebody who typed an address and asked for a code. For that one purpose, and no other."""
    if not ask.person.startswith(f"{PERSON}:") or ask.purpose != "service" or ask.number not in _typed:
        return None
    return {"opted_in": False, "refused_at": None, "consents": [], "agreed_hours": None, "identity_factors": 0,
            "offer_to_pay_at": None, "source": "given_by_self"}  # fmt: skip


def nobody_owes(ask: Ask, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 - as above
    """The `debtor`: a code is about nobody's debt."""
    return {} if ask.debtor.startswith(f"{DEBTOR}:") else None


def no_episode(ask: Ask, now: datetime) -> None:  # noqa: ARG001 - as above
    """The `episode`: a code belongs to none."""
    return None  # noqa: RET501 - the answer of a source that knows of nothing
