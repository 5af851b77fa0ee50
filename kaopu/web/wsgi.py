"""The application for gunicorn."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaopu.web.settings")
application = get_wsgi_application()


def _warm() -> None:
    # The drawing grammar takes half a second to import: before the server listens, not in somebody's first page.
    from django.utils import translation

    from kaopu.book.console.charts import warm

    for language in ("en", "zh-hans"):
        with translation.override(language):
            warm()


_warm()
