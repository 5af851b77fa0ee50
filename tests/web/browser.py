"""A real Chromium for the journey: where it is, how it starts, and what it must never report."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

import pytest

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens"


def executable() -> str:
    given = os.environ.get("KAOPU_CHROMIUM") or next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if not given or not Path(given).exists():
        pytest.skip(
            "no Chromium on this machine: `apt-get install chromium` (or your system's package), or set KAOPU_CHROMIUM to one"
        )
    return given


@contextlib.contextmanager
def chromium():
    """A browser that reaches nothing but this machine."""
    from playwright.sync_api import sync_playwright

    path = executable()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=list(FLAGS), chromium_sandbox=False)
        try:
            yield browser
        finally:
            browser.close()


def watched(browser, reports, *, width=1440, height=900, language="en", dark=False, base_url=""):
    """A page whose console errors and policy reports land in `reports`."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", base_url=base_url,
        reduced_motion="reduce",
    )  # fmt: skip
    context.add_cookies(
        [
            {"name": "django_language", "value": language, "url": base_url},
            {"name": "kaopu_theme", "value": "dark" if dark else "light", "url": base_url},
        ]
    )
    page = context.new_page()
    page.on("console", lambda message: message.type in {"error", "warning"} and reports.append(message.text))
    page.on("pageerror", lambda problem: reports.append(str(problem)))
    return page
