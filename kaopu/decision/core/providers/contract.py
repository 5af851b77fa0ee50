"""What a lender agreed with an outside source of data: what is asked, what may come back, how long and how dear."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class ProviderKind(StrEnum):
    """The families of outside sources."""

    BUREAU = "bureau"
    ANTI_FRAUD = "anti_fraud"
    DEVICE = "device"
    IDENTITY = "identity"


class Fallback(StrEnum):
    """What is declared to happen when the provider does not answer. None of them is a guess."""

    REFER = "refer"  # the fields stay missing: the null law refers
    STALE = "stale"  # an answer of at most `stale_days` is taken, and said to be old


@dataclass(frozen=True, slots=True)
class ProviderContract:
    """One provider.

    Args:
        name: its word in files, reasons and records.
        kind: which family; the answer's fields are put under this key of a decision's input.
        purpose: what the person must have agreed to (a purpose code of consents).
        address: where to ask; plain http only on loopback.
        timeout_seconds: for everything together, all attempts and waits included.
        attempts: how often at most.
        cost_minor: price of one answered question, minor units of `currency`.
        cache_days: how long an answer serves again without asking; 0 = ask each time.
        sends: the fields of the request, nothing else leaves.
        answer: JSON Schema of the answer; what does not satisfy it is no answer.
        failures_before_rest: so many failures in a row and nobody asks for `rest_seconds`.
        fallback: see `Fallback`; `stale_days` belongs to STALE.
    """

    name: str
    kind: ProviderKind
    purpose: str
    address: str
    timeout_seconds: float
    attempts: int
    cost_minor: int
    currency: str
    cache_days: int
    sends: tuple[str, ...]
    answer: Mapping[str, Any] = field(hash=False)
    failures_before_rest: int = 5
    rest_seconds: int = 30
    fallback: Fallback = Fallback.REFER
    stale_days: int = 0


KEYS = frozenset(each.name for each in fields(ProviderContract)) - {"name"}


def contract_from(name: str, table: Mapping[str, Any], file: str) -> ProviderContract:
    """The contract written in a table of a TOML file.

    Raises:
        BadInput: naming file, provider, key and what was expected.
    """
    unknown = sorted(set(table) - KEYS)
    if unknown:
        raise BadInput(
            f"{file}: provider {name}: unknown key {unknown[0]!r}, expected one of {', '.join(sorted(KEYS))}"
        )
    read = _Reader(table, f"{file}: provider {name}")
    contract = ProviderContract(
        name=name,
        kind=ProviderKind(read.one_of("kind", [each.value for each in ProviderKind])),
        purpose=read.text("purpose"),
        address=_address(read.text("address"), read.where),
        timeout_seconds=read.number("timeout_seconds", above=0, at_most=30),
        attempts=int(read.number("attempts", above=0, at_most=5, default=1)),
        cost_minor=int(read.number("cost_minor", above=-1, at_most=10**9, default=0)),
        currency=read.text("currency", "CNY"),
        cache_days=int(read.number("cache_days", above=-1, at_most=3650, default=0)),
        sends=read.texts("sends"),
        answer=read.schema("answer"),
        failures_before_rest=int(read.number("failures_before_rest", above=0, at_most=1000, default=5)),
        rest_seconds=int(read.number("rest_seconds", above=0, at_most=86_400, default=30)),
        fallback=Fallback(read.one_of("fallback", [each.value for each in Fallback], "refer")),
        stale_days=int(read.number("stale_days", above=-1, at_most=3650, default=0)),
    )
    if (contract.fallback is Fallback.STALE) != (contract.stale_days > 0):
        raise BadInput(f'{read.where}: stale_days goes with fallback = "stale" and is above 0 there')
    return contract


def _address(text: str, where: str) -> str:
    parts = urlsplit(text)
    plain_is_safe = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or plain_is_safe):
        raise BadInput(f"{where}: address {text!r}, expected https://… (http only on this machine itself)")
    return text


@dataclass(frozen=True, slots=True)
class _Reader:
    table: Mapping[str, Any]
    where: str

    def text(self, key: str, default: str | None = None) -> str:
        value = self.table.get(key, default)
        if not isinstance(value, str) or not value:
            raise BadInput(f"{self.where}: {key} is {value!r}, expected a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.table.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
            raise BadInput(f"{self.where}: {key} is {value!r}, expected a list of field names")
        return tuple(value)

    def number(self, key: str, *, above: float, at_most: float, default: float | None = None) -> float:
        value = self.table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not above < value <= at_most:
            raise BadInput(f"{self.where}: {key} is {value!r}, expected a number above {above} and at most {at_most}")
        return value

    def one_of(self, key: str, allowed: list[str], default: str | None = None) -> str:
        value = self.table.get(key, default)
        if value not in allowed:
            raise BadInput(f"{self.where}: {key} is {value!r}, expected one of {', '.join(allowed)}")
        return str(value)

    def schema(self, key: str) -> Mapping[str, Any]:
        value = self.table.get(key)
        if not isinstance(value, dict) or value.get("type") != "object":
            raise BadInput(f'{self.where}: {key} must be a JSON Schema with type = "object"')
        return value
