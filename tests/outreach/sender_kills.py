"""Real `kill -9` of a sender at random moments: no message is handed over twice, and none goes out unrecorded.

`python -m tests.outreach.sender_kills --kills 25` writes docs/evidence/sender-kills.md.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "conduct")]

EVIDENCE = HERE.parents[1] / "docs" / "evidence" / "sender-kills.md"
WISHES, DELAY_SECONDS = 12, 0.03


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: whether it hit a living process, how many had been handed over by then, and how many in the end."""

    was_running: bool
    handed_over: int
    in_the_end: int
    counted_only: int  # spent and recorded when the sender died, never handed over


class Arena:
    """A gateway that takes its time, and in each turn a dozen borrowers who are each sent a code."""

    def __init__(self, gateway, environment: dict[str, str]) -> None:
        from sending_cases import NOW

        from kaopu.outreach.actions.add_gateway import add_gateway

        added = add_gateway("SMS", gateway.url, ["sms"], actor="kills", now=NOW)
        gateway.secret, gateway.delay_seconds = added.secret, DELAY_SECONDS
        self.gateway, self.environment = gateway, environment
        started = time.perf_counter()
        wishes = self._wishes(-1)
        self._send(wishes).wait(timeout=300)
        assert self._handed(wishes) == WISHES, "an undisturbed run sends all"
        self.seconds = time.perf_counter() - started

    def kill_once(self, chance: random.Random, turn: int) -> Kill:
        """Start, kill once something was handed over, look, start again, look."""
        wishes = self._wishes(turn)
        process = self._send(wishes)
        while process.poll() is None and not self._handed(wishes):
            time.sleep(0.002)
        time.sleep(chance.uniform(0, WISHES * 3 * DELAY_SECONDS))
        was_running = process.poll() is None
        if was_running:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(2 * DELAY_SECONDS)  # what was on the line arrives
        handed_over = self._handed(wishes)
        for _ in range(2):  # the queue tells it again, and again
            assert self._send(wishes).wait(timeout=300) == 0
        return Kill(was_running, handed_over, *self._hold(wishes))

    def _wishes(self, turn: int) -> list[str]:
        from sending_cases import NOW

        from kaopu.outreach.actions.queue_message import queue_message
        from kaopu.outreach.core.value import Kind, Value

        code = {"code": Value(Kind.CODE, "204617")}
        asks = [self._ask(turn, n) for n in range(WISHES)]
        return [
            str(queue_message(ask, "own-code", code, key=f"{turn}/{n}", actor="kills", now=NOW))
            for n, ask in enumerate(asks)
        ]

    @staticmethod
    def _ask(turn: int, n: int):
        from permit_cases import COLLECT
        from sending_cases import NOW

        from kaopu.party.actions.add_point import add_point
        from kaopu.party.actions.create_party import create_party
        from kaopu.party.core.party import NewParty

        party = create_party(NewParty(), actor="kills", now=NOW)
        phone = f"139{turn % 1000 + 1:04d}{n:04d}"
        point = add_point(party, "phone", phone, "contract", actor="kills", now=NOW)
        return replace(
            COLLECT, person=f"party:{party}", debtor=f"party:{party}", number=f"point:{point}", channel="sms",
            purpose="verify", profile="law-only",
        )  # fmt: skip

    def _send(self, wishes: list[str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(HERE / "send_list.py"), *wishes]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL)

    def _handed(self, wishes: list[str]) -> int:
        from kaopu.outreach.models import Message

        mine = set(map(str, Message.objects.filter(request__in=wishes).values_list("pk", flat=True)))
        return sum(each["message"] in mine for each in list(self.gateway.got))

    def _hold(self, wishes: list[str]) -> tuple[int, int]:
        """One message a wish and one use a permit; each handed over at most once; whatever is spent is counted."""
        from kaopu.conduct.models import Entry, PermitUse
        from kaopu.outreach.models import Message

        rows = list(Message.objects.filter(request__in=wishes).prefetch_related("steps"))
        assert len(rows) == len({row.request_id for row in rows}) == WISHES, "a wish has no message, or two"
        arrived = [each["message"] for each in list(self.gateway.got)]
        assert len(arrived) == len(set(arrived)), "a message was handed over twice"
        known = set(map(str, Message.objects.values_list("pk", flat=True)))
        assert set(arrived) <= known, "a message was handed over that is on no record"
        permits = [row.permit for row in rows]
        assert PermitUse.objects.filter(permit__in=permits).count() == WISHES, "a permit was used twice, or not at all"
        assert Entry.objects.filter(permit__in=permits, outcomes__isnull=True).count() == WISHES, "a count was lost"
        mine = {str(row.pk) for row in rows}
        states = [{step.state for step in row.steps.all()} for row in rows]
        assert all(found & {"accepted", "unknown"} for found in states), "a message without a last word"
        return len(mine & set(arrived)), len(mine - set(arrived))


def page(done: list[Kill], seed: int) -> str:
    """What the run showed, as a page."""
    running = [kill for kill in done if kill.was_running]
    return f"""# `kill -9` of a sender

`python -m tests.outreach.sender_kills --kills {len(running)} --seed {seed}` queues {WISHES} messages a round, sends them with a real process to a
real gateway on loopback that takes {DELAY_SECONDS * 1000:.0f} ms for each, kills the process with `kill -9` at a random moment, and runs
the queue twice more.

| | |
|---|---|
| kills of a living process | {len(running)} |
| rounds in which it had already ended | {len(done) - len(running)} |
| messages queued | {len(done) * WISHES} |
| handed over when the process was killed | {sum(kill.handed_over for kill in done)} |
| handed over in the end | {sum(kill.in_the_end for kill in done)} |
| spent and recorded at the moment of the kill: counted, never sent | {sum(kill.counted_only for kill in done)} |
| handed over twice | 0 |
| handed over without a record, permits used twice, counts lost | 0 |

A message that arrives twice, is on no record, or is not counted ends the run with an error, and this page is not written.
"""


def main() -> None:
    """Run in a home of its own and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=25)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path, default=EVIDENCE)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="kaopu-k-") as name:
        os.environ["KAOPU_HOME"] = str(Path(name) / "home")
        os.environ.pop("KAOPU_DATABASE_URL", None)
        from kaopu.book.opened_book import opened_book

        with opened_book():
            from stub_gateway import running as running_gateway

            with running_gateway() as gateway:
                chance, done = random.Random(given.seed), []
                arena = Arena(gateway, dict(os.environ))
                while sum(kill.was_running for kill in done) < given.kills:
                    done.append(arena.kill_once(chance, len(done)))
                    sys.stderr.write(f"\r{sum(kill.was_running for kill in done)} of {given.kills} kills")
        sys.stderr.write("\n")
        given.out.write_text(page(done, given.seed), encoding="utf-8")


if __name__ == "__main__":
    main()
