"""A real HTTP gateway on loopback that checks signatures and can take, refuse, fail, hang and hang up."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook

from kaopu.kernel.clock import system_clock


class StubGateway:
    """`mood`: accept, refuse, fail, hang, hang-up. `got`: what was asked, signed or not looked at."""

    def __init__(self):
        self.mood, self.got, self.secret, self.delay_seconds = "accept", [], "", 0.0
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                Webhook(gateway.secret).verify(body, dict(self.headers))
                gateway.got.append(json.loads(body))
                time.sleep(gateway.delay_seconds)
                if gateway.mood == "hang":
                    time.sleep(1.5)
                if gateway.mood == "hang-up":
                    self.close_connection = True
                    self.connection.close()
                    return
                self.send_response({"refuse": 422, "fail": 503}.get(gateway.mood, 202))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/send"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@contextlib.contextmanager
def running():
    gateway = StubGateway()
    try:
        yield gateway
    finally:
        gateway.close()


def signed(secret, words, news_id):
    """Headers and body of a piece of news, as a gateway sends them."""
    body, now = json.dumps(words, ensure_ascii=False), system_clock().now()
    signature = Webhook(secret).sign(news_id, now, body)
    return body.encode(), {
        "webhook-id": news_id, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature,
    }  # fmt: skip
