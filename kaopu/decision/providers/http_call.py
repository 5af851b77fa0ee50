"""One question over HTTP, all over within a deadline.

A time limit of a socket starts anew with each byte, so a server that drips could hold us for ever: when the deadline
comes, a timer shuts the socket and whatever waited for it fails.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kaopu.decision.core.providers.answer import Trouble, Unanswered

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_BYTES = 1 << 20


def post(address: str, body: bytes, headers: dict[str, str], seconds: float) -> tuple[int, bytes] | Unanswered:
    """The status and the body of the answer. Redirects are not followed; no answer takes longer than `seconds`."""
    parts = urlsplit(address)
    maker = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = maker(parts.hostname or "", parts.port, timeout=seconds)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    late = Event()
    try:
        connection.connect()
        with _shut_after(connection.sock, seconds, late):
            connection.request("POST", target, body, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            received = answer.read(LARGEST_BYTES + 1)
            status, cut = answer.status, not answer.isclosed() and len(received) <= LARGEST_BYTES
    except TimeoutError:
        return Unanswered(Trouble.TIMED_OUT)
    except (ConnectionRefusedError, socket.gaierror, ssl.SSLError) as refused:
        return Unanswered(Trouble.NOT_REACHED, type(refused).__name__)
    except (OSError, HTTPException, ValueError) as broken:
        return Unanswered(Trouble.TIMED_OUT) if late.is_set() else Unanswered(Trouble.CUT_OFF, type(broken).__name__)
    finally:
        connection.close()
    if late.is_set():
        return Unanswered(Trouble.TIMED_OUT)
    if len(received) > LARGEST_BYTES:
        return Unanswered(Trouble.TOO_LARGE)
    return Unanswered(Trouble.CUT_OFF, "shorter than it said") if cut else (status, received)


@contextmanager
def _shut_after(sock: socket.socket, seconds: float, late: Event) -> Iterator[None]:
    def shut() -> None:
        late.set()
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, shut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
