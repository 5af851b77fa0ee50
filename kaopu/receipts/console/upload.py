"""The uploaded file of receipts: kept below the home for its owner alone, taken in by the worker."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from kaopu.kernel.database import home

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it, in words."""

    words: str
    failed: bool = False


def start(request: HttpRequest) -> Told:
    """Keep the file and queue the job; its row in the list of files says how far it is."""
    file = request.FILES.get("file")
    if file is None or not file.size:
        return Told(_("Choose a file with receipts."), failed=True)
    code = secrets.token_hex(8)
    folder = home() / "uploads" / code
    folder.mkdir(mode=0o700, parents=True)
    path = folder / Path(file.name or "receipts.csv").name
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        for block in file.chunks():
            kept.write(block)
    app.configure_task("receipts.take").defer(upload=code, actor=f"staff:{request.user.pk}")
    return Told(_("Received. The receipts are being taken in; the list of files follows."))
