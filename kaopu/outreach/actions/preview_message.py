"""What would be sent, and whether it may be now: nothing is issued, counted, opened or sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.conduct import judging
from kaopu.outreach import store
from kaopu.outreach.core.template import Rendered, Unfit, render, suits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kaopu.conduct.core.ask import Ask
    from kaopu.conduct.judging import RuleSaid
    from kaopu.outreach.core.value import Value


@dataclass(frozen=True, slots=True)
class Preview:
    """The text (None: it does not fit, `why` says so first) and every rule that was asked."""

    written: Rendered | None
    why: tuple[str, ...]
    rules: tuple[RuleSaid, ...]

    @property
    def allowed(self) -> bool:
        """Whether it would be sent."""
        return self.written is not None and not self.why


def preview_message(
    ask: Ask, template_code: str, values: Mapping[str, Value], *, now: datetime, language: str = "zh"
) -> Preview:
    """Write the text and ask the rules, on fresh facts, without a lock and without a trace."""
    template = store.template(template_code, language)
    if template is None:
        return Preview(None, (Unfit.TEMPLATE_UNKNOWN,), ())
    unfit = suits(template, ask.role, ask.purpose)
    written = unfit or render(template, values, ask.content, store.house())
    judged = judging.judge(ask, now, judging.episode_of(ask, now))
    if isinstance(written, Unfit):
        return Preview(None, (written, *judged.refused_by), judged.rules)
    return Preview(written, judged.refused_by, judged.rules)
