"""A back-test in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kaopu.kernel.console import figures

if TYPE_CHECKING:
    from collections.abc import Mapping


def rate(value: float | None) -> str:
    """A share, or "unknown"."""
    return _("unknown") if value is None else figures.percent(value)


def sentence(found: Mapping[str, Any]) -> str:
    """Approval before and after, and the bad rate of both."""
    told = {
        "rows": figures.number(found["rows"]),
        "old": rate(found["rates"]["old"]["approve"]),
        "new": rate(found["rates"]["new"]["approve"]),
        "bad_old": rate(found["bad_rate"]["old"]["rate"]),
        "bad_new": rate(found["bad_rate"]["new"]["rate"]),
    }
    return (
        _("%(rows)s applications: approved %(old)s → %(new)s, bad rate of the approved %(bad_old)s → %(bad_new)s.")
        % told
    )


def summary(details: Mapping[str, Any]) -> str:
    """What a version's step says: a result, or why there is none."""
    if details.get("waiver"):
        return _("none, because: %(why)s") % {"why": details["waiver"]}
    result = details.get("result") or {}
    return sentence(result) if "rates" in result and "bad_rate" in result else _("none")
