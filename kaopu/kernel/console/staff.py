"""Who acted, in words: audit rows and proposals name staff by number, pages show their e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

if TYPE_CHECKING:
    from collections.abc import Iterable


def names(actors: Iterable[str]) -> dict[str, str]:
    """`staff:3` → e-mail, for the actors that are staff; others are missing."""
    numbers = {int(part) for actor in actors if (part := actor.removeprefix("staff:")) != actor and part.isdecimal()}
    people = get_user_model().objects.filter(pk__in=numbers)
    return {f"staff:{person.pk}": person.email or person.get_username() for person in people}
