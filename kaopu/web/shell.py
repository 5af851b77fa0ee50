"""What stands around every page: language, theme, keys, the person, the navigation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from kaopu.web.navigation import Group, groups_for

if TYPE_CHECKING:
    from django.http import HttpRequest

THEMES = ("light", "dark", "auto")


@dataclass(frozen=True, slots=True)
class Shell:
    """Frozen for the template. `other_language` is the one that the button switches to, written in itself."""

    language: str
    other_language: str
    other_language_words: str
    theme: str
    next_theme: str
    keys: str
    person: str
    is_administrator: bool
    groups: tuple[Group, ...]
    path: str
    sample: bool


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor. Lazy parts (navigation, sample banner) cost nothing on fragments and sign-in pages."""
    chinese = (get_language() or "en").startswith("zh")
    theme = request.COOKIES.get("kaopu_theme", "auto")
    theme = theme if theme in THEMES else "auto"
    user = getattr(request, "user", None)
    known = bool(user and user.is_authenticated)
    whole = known and not getattr(request, "htmx", False)
    return {
        "shell": Shell(
            language="zh-Hans" if chinese else "en",
            other_language="en" if chinese else "zh-hans",
            other_language_words="English" if chinese else "中文",
            theme=theme,
            next_theme="light" if theme == "dark" else "dark",
            keys="off" if request.COOKIES.get("kaopu_keys") == "off" else "on",
            person=(user.get_full_name() or user.email or user.get_username()) if known else "",
            is_administrator=bool(known and user.is_staff),
            groups=groups_for(request) if whole else (),
            path=request.get_full_path() if request.method == "GET" else request.path,
            sample=whole and _has_sample(),
        )
    }


def _has_sample() -> bool:
    from kaopu.book.console.sample import holds_sample

    return holds_sample()
