"""What came back from a provider, judged: an answer that satisfies the contract, or why there is none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.providers.contract import ProviderContract

TOO_MANY_REQUESTS = 429
OK = 200
FIRST_SERVER_ERROR = 500


class Trouble(StrEnum):
    """Why a provider gave nothing that counts."""

    NO_CONSENT = "no_consent"
    RESTING = "resting"
    NOT_REACHED = "not_reached"
    TIMED_OUT = "timed_out"
    CUT_OFF = "cut_off"
    TOO_LARGE = "too_large"
    SERVER_ERROR = "server_error"
    REFUSED = "refused"
    MALFORMED = "malformed"
    OUTSIDE_CONTRACT = "outside_contract"
    FIELD_MISSING = "field_missing"


# Asking again can help; a refusal or nonsense will be the same the second time.
PASSING = frozenset({Trouble.NOT_REACHED, Trouble.CUT_OFF, Trouble.SERVER_ERROR})
# These say that the provider is ill; a question that we never sent says nothing of it.
COUNTS_AGAINST = frozenset(
    {
        Trouble.NOT_REACHED,
        Trouble.TIMED_OUT,
        Trouble.CUT_OFF,
        Trouble.TOO_LARGE,
        Trouble.SERVER_ERROR,
        Trouble.MALFORMED,
        Trouble.OUTSIDE_CONTRACT,
    }
)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer, and why; `detail` never holds what was sent or received."""

    trouble: Trouble
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer's fields, as the contract has them."""

    fields: Mapping[str, Any]


def judged(contract: ProviderContract, status: int, body: bytes) -> Answered | Unanswered:
    """The reply of a provider as an answer. A number that is not finite, or a key said twice, is malformed."""
    if status == TOO_MANY_REQUESTS or status >= FIRST_SERVER_ERROR:
        return Unanswered(Trouble.SERVER_ERROR, f"status {status}")
    if status != OK:
        return Unanswered(Trouble.REFUSED, f"status {status}")
    try:
        fields = json.loads(body, parse_constant=_not_finite, object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError):
        return Unanswered(Trouble.MALFORMED, "not JSON")
    breach = next(iter(Draft202012Validator(dict(contract.answer)).iter_errors(fields)), None)
    if breach is not None:
        place = "/".join(str(step) for step in breach.absolute_path) or "the whole"
        return Unanswered(Trouble.OUTSIDE_CONTRACT, f"{place}: breaks {breach.validator}")
    return Answered(fields)


def _not_finite(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key is said twice")
    return fields


def request_of(contract: ProviderContract, known: Mapping[str, Any]) -> dict[str, Any] | Unanswered:
    """The fields that leave, and no other; without one of them nothing is asked."""
    absent = [name for name in contract.sends if known.get(name) in (None, "")]
    if absent:
        return Unanswered(Trouble.FIELD_MISSING, absent[0])
    return {name: known[name] for name in contract.sends}
