"""A worker that sends one queued message and is killed by `kill -9` at a chosen moment: `python send_and_die.py MOMENT ID`.

MOMENT: `issued` (the permit is there, not used), `used` (spent and recorded, nothing sent), `sent` (handed over, not noted).
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from uuid import UUID

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "conduct"), str(HERE.parents[1])]


def die(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)


def main(moment, request_id):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaopu.web.settings")
    import django

    django.setup()
    from sending_cases import CLOCK, sources

    from kaopu.conduct import sources as registry
    from kaopu.outreach.actions import send_message
    from kaopu.outreach.actions.queue_message import send_queued

    replaced = {"issued": "_spend", "used": "_hand_over", "sent": "note_receipt"}[moment]
    setattr(send_message, replaced, die)
    with registry.only(**sources()):
        send_queued(UUID(request_id), CLOCK)


if __name__ == "__main__":
    main(*sys.argv[1:])
