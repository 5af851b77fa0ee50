"""What a contact agrees to, in the words of the page. The same words are published as the text of their consent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

PURPOSE = "emergency-contact"


@dataclass(frozen=True, slots=True)
class Promise:
    """The page's two lists: what may be done once the person agreed, and what never is."""

    may: tuple[str, ...]
    never: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it, one line a promise."""
        return "\n".join((*(f"+ {line}" for line in self.may), *(f"- {line}" for line in self.never)))


def promise() -> Promise:
    """In the language of the request."""
    return Promise(
        may=(
            _("call or text you only when we have not found them for days"),
            _("ask you to pass on one message: “please get in touch”"),
            _("do this at most 3 times, Monday to Saturday, in the day"),
            _("ask you about twice a year whether your number is still right"),
        ),
        never=(
            _("ask you to pay: you owe nothing and guarantee nothing"),
            _("tell you about their money"),
            _("call your work, your family or your friends"),
        ),
    )


def published(language: str) -> tuple[str, str]:
    """Version and words of the consent in a language. Other words are, of themselves, another version."""
    with override(language):
        text = promise().text
    return f"contact-{language}-{hashlib.sha256(text.encode()).hexdigest()[:12]}", text
