"""Background work of receipts. Arguments are codes; what is slow to import is imported inside."""

from __future__ import annotations

import contextlib
import shutil

from procrastinate.contrib.django import app


@app.task(name="receipts.take", lock="receipts.take")
def take_upload(upload: str, actor: str) -> None:
    """Take in the one file in `uploads/<upload>` of the home and remove it. Safe to run again after a kill."""
    from kaopu.kernel.clock import system_clock
    from kaopu.kernel.core.errors import BadInput
    from kaopu.kernel.database import home
    from kaopu.receipts.actions.take_receipts import take_file

    if not upload.isalnum():
        raise ValueError("upload: expected letters and digits")
    folder = home() / "uploads" / upload
    for path in sorted(folder.glob("*")):
        with contextlib.suppress(BadInput):  # the row of the file says it to who uploaded it
            take_file(path, actor, system_clock().now())
    shutil.rmtree(folder, ignore_errors=True)
