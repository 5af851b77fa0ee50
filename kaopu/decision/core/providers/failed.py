"""Which silent providers a referral is due to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.fill import is_given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.policy.manifest import Manifest

NOT_CONFIGURED, FAULT = "not_configured", "fault"


def failed_reasons(manifest: Manifest | None, given: Any, troubles: Mapping[str, str]) -> tuple[str, ...]:
    """`provider_failed:<name>:<trouble>` for each provider whose silence leaves a required input without a value.

    Args:
        manifest: of the version that answered.
        given: the input as the null law saw it.
        troubles: by the provider's name, why it gave nothing.
    """
    if manifest is None or not troubles:
        return ()
    missed = {each.provider for each in manifest.inputs if each.required and not is_given(each, given)}
    return tuple(f"provider_failed:{name}:{trouble}" for name, trouble in troubles.items() if name in missed)
