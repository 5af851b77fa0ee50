"""A provider on loopback that can fail in every way: for tests, for drills and for trying a policy out."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PATIENCE_SECONDS = 60
MODES = ("ok", "silent", "drip", "drip-head", "cut", "short", "error", "busy", "refused", "html", "broken-json")
MODES += ("nan", "twice", "null", "wrong-type", "out-of-range", "extra", "huge", "redirect")


class StubServer(ThreadingHTTPServer):
    """Plays `script` one mode a question, then its last mode for ever; `asked` are the bodies that came."""

    daemon_threads = True

    def __init__(self, fields: dict[str, Any], script: Sequence[str], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.fields, self.script = fields, list(script)
        self.asked: list[dict[str, Any]] = []
        self.over = threading.Event()
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}/ask"

    def next_mode(self, body: bytes) -> str:
        """The mode of this question."""
        with self._lock:
            self.asked.append(json.loads(body))
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def handle_error(self, *_: object) -> None:
        """A caller that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: StubServer

    def do_POST(self) -> None:
        mode = self.server.next_mode(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        getattr(self, "_" + mode.replace("-", "_"))()

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def _send(self, body: bytes | str | dict[str, Any], status: int = 200, length: int | None = None) -> None:
        data = json.dumps(body) if isinstance(body, dict) else body
        raw = data.encode() if isinstance(data, str) else data
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw) if length is None else length))
        self.end_headers()
        self.wfile.write(raw)

    def _ok(self) -> None:
        self._send(self.server.fields)

    def _silent(self) -> None:
        self.server.over.wait(PATIENCE_SECONDS)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        while not self.server.over.wait(0.05):
            self.wfile.write(b" ")

    def _drip_head(self) -> None:
        while not self.server.over.wait(0.05):
            self.wfile.write(b"H")
            self.wfile.flush()

    def _cut(self) -> None:
        self.connection.close()

    def _short(self) -> None:
        self._send(self.server.fields, length=5000)

    def _error(self) -> None:
        self._send({"error": "our fault"}, 503)

    def _busy(self) -> None:
        self._send({"error": "slow down"}, 429)

    def _refused(self) -> None:
        self._send({"error": "who are you"}, 401)

    def _html(self) -> None:
        self._send("<html>maintenance</html>")

    def _broken_json(self) -> None:
        self._send(json.dumps(self.server.fields)[:-3])

    def _nan(self) -> None:
        self._send(json.dumps(dict.fromkeys(self.server.fields, float("nan"))))

    def _twice(self) -> None:
        name, value = next(iter(self.server.fields.items()))
        self._send(json.dumps(self.server.fields)[:-1] + f", {json.dumps(name)}: {json.dumps(value)}}}")

    def _null(self) -> None:
        self._send(dict.fromkeys(self.server.fields))

    def _wrong_type(self) -> None:
        self._send({name: [value] for name, value in self.server.fields.items()})

    def _out_of_range(self) -> None:
        self._send(dict.fromkeys(self.server.fields, 10**12))

    def _extra(self) -> None:
        self._send({**self.server.fields, "never_agreed": 1})

    def _huge(self) -> None:
        self._send(b'{"a": "' + b"x" * (2 << 20) + b'"}')

    def _redirect(self) -> None:
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def running(fields: dict[str, Any], script: Sequence[str], port: int = 0) -> Iterator[StubServer]:
    """A stub that listens until the block ends."""
    server = StubServer(fields, script, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
