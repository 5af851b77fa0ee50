"""Accounts joined by what they share: a phone, a device, a card, an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def clusters(attributes: Mapping[str, Collection[str]]) -> tuple[tuple[str, ...], ...]:
    """Groups of accounts linked by any shared attribute, directly or through others; largest first, then by name."""
    parents = {account: account for account in attributes}
    holders: dict[str, str] = {}
    for account, held in attributes.items():
        for each in held:
            first = holders.setdefault(each, account)
            parents[_root(parents, account)] = _root(parents, first)
    groups: dict[str, list[str]] = {}
    for account in attributes:
        groups.setdefault(_root(parents, account), []).append(account)
    return tuple(sorted((tuple(sorted(group)) for group in groups.values()), key=lambda group: (-len(group), group)))


def jaccard(one: Collection[str], other: Collection[str]) -> float:
    """Shared attributes per attribute that either holds; 0 when neither holds any. Jaccard 1901."""
    either = set(one) | set(other)
    return len(set(one) & set(other)) / len(either) if either else 0.0


def _root(parents: dict[str, str], account: str) -> str:
    while parents[account] != account:
        parents[account] = parents[parents[account]]
        account = parents[account]
    return account
