"""Inputs that name a provider and that the caller did not give: asked before the decision's transaction begins."""

from __future__ import annotations

import copy
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.day import day_of
from kaopu.decision.core.policy.fill import fill, fill_day, is_given, undated
from kaopu.decision.core.policy.null_law import value_at
from kaopu.decision.core.providers.failed import FAULT, NOT_CONFIGURED
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.database import home

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kaopu.decision.actions.ask_provider import Given
    from kaopu.decision.core.policy.manifest import Manifest
    from kaopu.decision.core.policy.policy_input import PolicyInput
    from kaopu.decision.core.providers.contract import ProviderContract
    from kaopu.kernel.clock import Clock

log = logging.getLogger(__name__)
FILE = "providers.toml"


@dataclass(frozen=True, slots=True)
class FromProviders:
    """The input with what was answered. `calls`: for the record, one for each provider that was due."""

    given: Any
    calls: list[dict[str, Any]] = field(default_factory=list)

    @property
    def troubles(self) -> dict[str, str]:
        """By the provider's name, why it gave nothing."""
        return troubles_of(self.calls)


def troubles_of(calls: list[dict[str, Any]]) -> dict[str, str]:
    """The same from a record."""
    return {each["provider"]: each["trouble"] for each in calls if "trouble" in each}


def with_providers(manifest: Manifest | None, given: Any, party: str | None, clock: Clock) -> FromProviders:
    """Ask each provider of which a declared input has no value, once. Must not be called inside a transaction.

    What the caller gave is never replaced, and what a provider did not answer stays missing.
    """
    wanted = [each for each in manifest.inputs if each.provider and not is_given(each, given)] if manifest else []
    if manifest is None or not wanted:
        return FromProviders(given)
    contracts, filled, calls = _contracts(), copy.deepcopy(given), []
    known, without = dict(_leaves(given)), undated(manifest.inputs, given)
    for name in dict.fromkeys(str(each.provider) for each in wanted):
        contract = contracts.get(name)
        if contract is None:
            calls.append({"provider": name, "trouble": NOT_CONFIGURED})
            continue
        answer, call = _asked(contract, known, party, clock)
        calls.append(call)
        if answer is not None:
            _take(filled, contract, answer, [each for each in wanted if each.provider == name], without)
    return FromProviders(filled, calls)


def _asked(
    contract: ProviderContract, known: Mapping[str, Any], party: str | None, clock: Clock
) -> tuple[Given | None, dict[str, Any]]:
    """The answer, and what is kept of it; a fault on the way is no answer."""
    from kaopu.decision.actions.ask_provider import NotGiven, ask_provider
    from kaopu.decision.core.providers.answer import Trouble

    if not party:  # nobody is named, so nobody agreed
        return None, {"provider": contract.name, "trouble": Trouble.NO_CONSENT.value}
    try:
        answer = ask_provider(contract, known, party, clock)
    except Exception as problem:  # noqa: BLE001 - whatever it was, there is no answer
        log.warning("provider %s: %s", contract.name, type(problem).__name__)
        return None, {"provider": contract.name, "trouble": FAULT}
    call = {"provider": contract.name, "call_id": answer.call_id}
    if isinstance(answer, NotGiven):
        return None, call | {"trouble": answer.trouble.value}
    return answer, call | {"source": answer.source, "observed_at": answer.observed_at.isoformat()}


def _take(
    filled: dict[str, Any],
    contract: ProviderContract,
    answer: Given,
    wanted: list[PolicyInput],
    without: frozenset[str],
) -> None:
    """The fields under the provider's kind; the day of each is the one answered, else the one of the answer."""
    kind = contract.kind.value
    block = {kind: dict(answer.fields)}
    fill(filled, (kind,), copy.deepcopy(block[kind]))
    for each in wanted:
        if each.observed_on is not None and is_given(each, filled):
            said = day_of(value_at(block, tuple(each.observed_on.split("."))))
            fill_day(filled, each, said or answer.observed_at.date(), without)


def _contracts() -> dict[str, ProviderContract]:
    from kaopu.decision.providers.contracts_file import read_contracts

    try:
        return read_contracts(home() / FILE)
    except (BadInput, OSError) as problem:
        log.warning("%s", problem)
        return {}


def _leaves(given: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Values by path: a contract that sends `applicant.id_number` finds it there."""
    for key, value in given.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value
