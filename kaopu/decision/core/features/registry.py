"""The registry: features of this room and of others, each name once, and what each may feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kaopu.decision.core.features.sensitivity import CONTACT_PURPOSES, NEEDS_APPROVAL, Purpose, Sensitivity
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kaopu.decision.core.features.feature import Feature


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody agreed that a protected or forbidden feature may feed a purpose, and why."""

    feature: str
    purpose: Purpose
    reason: str
    approved_by: str

    def __post_init__(self) -> None:
        """An approval without a reason or a name is none. Raises BadInput."""
        if not self.reason.strip() or not self.approved_by.strip():
            raise BadInput(f"approval of {self.feature}: expected a reason and who approved")


@dataclass(slots=True)
class Registry:
    """Features by name, in the order in which they were registered."""

    _features: dict[str, Feature] = field(default_factory=dict)

    def register(self, feature: Feature) -> Feature:
        """Add one. Raises BadInput where the name is taken."""
        if feature.name in self._features:
            raise BadInput(f"feature: {feature.name} is registered already, expected a name of its own")
        self._features[feature.name] = feature
        return feature

    def register_all(self, features: Iterable[Feature]) -> None:
        """Add several."""
        for feature in features:
            self.register(feature)

    def named(self, name: str) -> Feature:
        """The feature of this name. Raises BadInput where there is none."""
        if name not in self._features:
            raise BadInput(f"feature: {name} given, expected one of the catalogue (`kaopu decision features`)")
        return self._features[name]

    def __contains__(self, name: object) -> bool:
        """Whether the name is taken."""
        return name in self._features

    def __iter__(self) -> Iterator[Feature]:
        """All, in order."""
        return iter(self._features.values())

    def __len__(self) -> int:
        """How many."""
        return len(self._features)

    @property
    def by_name(self) -> Mapping[str, Feature]:
        """A copy of all by name."""
        return dict(self._features)


def may_feed(feature: Feature, purpose: Purpose, approvals: Iterable[Approval] = ()) -> str | None:
    """Why the feature may not feed the purpose; None where it may.

    What is known about contacts feeds fraud and identity review alone, and no approval changes that. Protected and
    forbidden attributes need an approval for this purpose with a reason; protected ones may always be tested for
    fairness.
    """
    if feature.sensitivity is Sensitivity.CONTACT:
        if purpose in CONTACT_PURPOSES:
            return None
        return f"{feature.name} is about a contact: it may feed fraud and identity review, never {purpose.value}"
    if feature.sensitivity not in NEEDS_APPROVAL:
        return None
    if feature.sensitivity is Sensitivity.PROTECTED and purpose is Purpose.FAIRNESS:
        return None
    if any(each.feature == feature.name and each.purpose is purpose for each in approvals):
        return None
    return f"{feature.name} is {feature.sensitivity.value}: it needs an approval with a reason to feed {purpose.value}"
