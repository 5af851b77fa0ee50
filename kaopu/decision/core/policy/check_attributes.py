"""Facts about a person that may not decide, or only with a reason that somebody gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.decision.core.features.catalogue import CATALOGUE
from kaopu.decision.core.features.registry import Approval, may_feed
from kaopu.decision.core.features.sensitivity import Purpose as FeaturePurpose
from kaopu.decision.core.features.sensitivity import Sensitivity
from kaopu.decision.core.policy.check_expressions import reads
from kaopu.decision.core.policy.finding import Finding, FindingKind
from kaopu.decision.core.policy.manifest import Purpose
from kaopu.decision.core.policy.protected_attributes import Attribute, attribute_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kaopu.decision.core.policy.manifest import Manifest
    from kaopu.decision.core.policy.pieces import GraphView


def check_attributes(view: GraphView, manifest: Manifest) -> Iterator[Finding]:
    """Inputs (by their field and feature) and fields read, whose names tell of a protected fact."""
    names: dict[str, tuple[str | None, int | None]] = {each.field: (None, None) for each in manifest.inputs}
    for node, piece in view.pieces:
        for path in reads(piece.tree) if piece.tree else ():
            names.setdefault(path, (node.id, piece.row))
    by_feature = {each.field: each.feature or each.field for each in manifest.inputs}
    for name, (where, row) in names.items():
        attribute = attribute_of(name) or attribute_of(by_feature.get(name, name))
        message = _refused(name, attribute, manifest) if attribute else None
        message = message or _refused_feature(name, manifest)
        if message:
            yield Finding(where, row, FindingKind.FORBIDDEN_ATTRIBUTE, message)


def _refused_feature(name: str, manifest: Manifest) -> str | None:
    """Why the feature that an input declares may not feed this policy, by the catalogue's own class of sensitivity."""
    declared = manifest.input(name)
    if declared is None or declared.feature is None or declared.feature not in CATALOGUE:
        return None
    purpose = FeaturePurpose(manifest.purpose.value)
    approvals = [
        Approval(declared.feature, purpose, each.reason, each.by)
        for each in manifest.approved_attributes
        if each.field == name and each.reason.strip() and each.by.strip()
    ]
    refused = may_feed(CATALOGUE.named(declared.feature), purpose, approvals)
    return refused and f"{name} is the feature {refused}"


def _refused(name: str, attribute: Attribute, manifest: Manifest) -> str | None:
    approved = any(each.field == name and each.reason.strip() for each in manifest.approved_attributes)
    match attribute.sensitivity:
        case Sensitivity.FORBIDDEN:
            return f"{name} tells of {attribute.name}, which may not be used: {attribute.source}"
        case Sensitivity.CONTACT if manifest.purpose is Purpose.CREDIT:
            return f"{name} tells of contacts, which never feed a credit decision"
        case Sensitivity.PROTECTED if not approved:
            return f"{name} tells of {attribute.name}: it needs an entry with a reason in approved_attributes"
    return None
