"""A worker that sends the queued messages whose ids it is given, in order: `python send_list.py ID …`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from uuid import UUID

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "conduct"), str(HERE.parents[1])]


def main(wishes):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaopu.web.settings")
    from kaopu.kernel.boot import boot

    boot()
    from sending_cases import CLOCK, sources

    from kaopu.conduct import sources as registry
    from kaopu.outreach.actions.queue_message import send_queued

    with registry.only(**sources()):
        for wish in wishes:
            send_queued(UUID(wish), CLOCK)


if __name__ == "__main__":
    main(sys.argv[1:])
