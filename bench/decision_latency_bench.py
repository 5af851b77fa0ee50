"""Live decisions at 200 a second through the server that `kaopu serve` runs, full record kept; beside a bare read.

Open loop: every request has the instant at which it is due, and its latency counts from then, so that a server that
stalls is charged for all who wait. The bare endpoint checks a key and reads one row, in turn with the decisions.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

KAOPU = str(Path(sys.executable).parent / "kaopu")
POLICY = "application-review"
RATE = 200
BLOCK_SECONDS, BLOCKS, WARM_SECONDS = 10, 3, 5
P99_LIMIT_MS, RATIO_LIMIT = 15.0, 4.0
START_SECONDS = 600


def run() -> dict[str, Any]:
    """`{"p50_ms", "p99_ms", "bare_p50_ms", "ratio", …}` on a fresh home with the sample book."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([KAOPU, "serve", "--port", str(port)], stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait(port, server)
        found = asyncio.run(_measure(port, _key()))
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
    return found


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/now", timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("the server does not answer")


def _key() -> str:
    words = [
        "api-key",
        "create",
        "--name",
        "bench",
        "--scope",
        "decisions:read",
        "--scope",
        "decisions:write",
        "--json",
    ]
    done = subprocess.run([KAOPU, *words], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)["token"]


def _bodies() -> list[str]:
    """The policy's own test cases as requests, each for another party."""
    folder = Path(__file__).resolve().parents[1] / "kaopu" / "decision" / "policies"
    cases = json.loads((folder / f"{POLICY}.json").read_text(encoding="utf-8"))["tests"]
    return [
        json.dumps({"policy": POLICY, "party": f"P-{number}", "input": case["input"]}, ensure_ascii=False)
        for number, case in enumerate(cases * (1 + 500 // len(cases)))
    ]


async def _measure(port: int, token: str) -> dict[str, Any]:
    bare = [_request("GET", f"/api/v1/policies/{POLICY}", token)]
    decisions = [_request("POST", "/api/v1/decisions", token, body) for body in _bodies()]
    load = _OpenLoop(port)
    for requests in (bare, decisions):
        await load.block(requests, WARM_SECONDS)
    took: dict[str, list[float]] = {"bare": [], "decision": []}
    for _ in range(BLOCKS):
        took["bare"] += await load.block(bare, BLOCK_SECONDS)
        took["decision"] += await load.block(decisions, BLOCK_SECONDS)
    ours, theirs = sorted(took["decision"]), sorted(took["bare"])
    ratio = statistics.median(ours) / statistics.median(theirs)
    p99 = _at(ours, 0.99)
    return {
        "rate": RATE,
        "decisions": len(ours),
        "p50_ms": _at(ours, 0.5),
        "p99_ms": p99,
        "worst_ms": _at(ours, 1.0),
        "bare_p50_ms": _at(theirs, 0.5),
        "bare_p99_ms": _at(theirs, 0.99),
        "ratio_of_medians": round(ratio, 2),
        "p99_limit_ms": P99_LIMIT_MS,
        "ratio_limit": RATIO_LIMIT,
        "load_average": round(os.getloadavg()[0], 2),
        "met": p99 <= P99_LIMIT_MS and ratio <= RATIO_LIMIT,
    }


def _request(method: str, path: str, token: str, body: str = "") -> bytes:
    content = body.encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


class _OpenLoop:
    """Requests at their instants over kept-open connections; a new one wherever none is free."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def block(self, requests: list[bytes], seconds: float) -> list[float]:
        """Milliseconds from due to answered, of every request."""
        await self._close()
        begin = time.perf_counter() + 0.1
        due = [begin + number / RATE for number in range(int(seconds * RATE))]
        return await asyncio.gather(*(self._one(requests[n % len(requests)], at) for n, at in enumerate(due)))

    async def _one(self, request: bytes, due: float) -> float:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        reader, writer, head = await self._sent(request)
        if b" 200 " not in head[:20]:
            raise RuntimeError(head[:200])
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:")
        await reader.readexactly(length)
        took = (time.perf_counter() - due) * 1000
        if b"connection: close" in head.lower():
            writer.close()
        else:
            self.free.append((reader, writer))
        return took

    async def _sent(self, request: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, bytes]:
        """The head of the answer. A connection that the server closed while it lay idle is none, as in any client."""
        while True:
            kept = bool(self.free)
            reader, writer = self.free.pop() if kept else await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(request)
                return reader, writer, await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()
                if not kept:
                    raise

    async def _close(self) -> None:
        for _, writer in self.free:
            writer.close()
        self.free.clear()


def _at(ordered: list[float], share: float) -> float:
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 2)


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
