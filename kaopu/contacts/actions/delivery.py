"""How a code leaves the house: the port, and the file outbox behind it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import override

from kaopu.kernel.database import home

if TYPE_CHECKING:
    from uuid import UUID

FOLDER = ("outbox", "codes")


def deliver_code(code_id: UUID, address: str, code: str, language: str) -> None:
    """Hand one code over. The words say nothing of who asked or why: a message preview is read by others."""
    with override(language):
        words = _("%(code)s is your code. It works for 10 minutes. If you did not ask for it, do nothing.") % {
            "code": code
        }
    folder = home().joinpath(*FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / f"{code_id}.txt", os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(f"To: {address}\n\n{words}\n")
