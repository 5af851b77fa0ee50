"""A small share of bench/conduct_end_to_end.py: two workers send what a town's lender wishes, while the truth moves.

Afterwards the oracle judges every message that really left.
"""

import queue
import threading
import time
from types import SimpleNamespace

import pytest
from django.db import connection

from kaopu.conduct import sources as registry
from kaopu.conduct.models import Judgement
from kaopu.kernel import database
from kaopu.outreach.actions.queue_message import send_queued
from tests.conduct.town import DAYS, Noted, Town, Withdrawals
from tests.conduct.town_log import judged
from tests.conduct.town_run import Run, ScaledClock

WISHES, HOUSEHOLDS, BATCH = 400, 24, 10
SKIP = DAYS * 86_400 / (WISHES / BATCH)  # the batches are spread over the days of the town


@pytest.mark.django_db(transaction=True)
def test_nothing_forbidden_leaves_the_house():
    clock = ScaledClock(time.monotonic(), 300, SimpleNamespace(value=0.0))
    outbox = database.home() / "outbox" / "messages"
    for left_by_others in outbox.glob("*.json"):  # other tests of this process write there too
        left_by_others.unlink()
    run = Run(Town(5, HOUSEHOLDS), clock, outbox)
    run.settle()
    wished, problems, clock.origin = queue.Queue(), [], time.monotonic()

    def work():
        try:
            while (request := wished.get()) is not None:
                send_queued(request, clock)
        except Exception as problem:  # noqa: BLE001 - told below, in the test's own thread
            problems.append(problem)
        finally:
            connection.close()

    notes, places = [], HOUSEHOLDS * 3
    run.town.withdrawals = Withdrawals([0.0] * places, [0.0] * places, lambda *note: notes.append(note), soon=0.1 * 300)
    with registry.only(**run.town.sources()):
        workers = [threading.Thread(target=work) for _ in range(2)]
        for each in workers:
            each.start()
        for place in range(WISHES // BATCH):
            for request in run.queue(BATCH):
                wished.put(request)
            run.live()
            if place == WISHES // BATCH * 2 // 3:
                run.switch_off("US")
                run.suppress_somebody()
            while wished.qsize() > 2 and any(each.is_alive() for each in workers):
                time.sleep(0.01)
            clock.skip(SKIP)
        for _ in workers:
            wished.put(None)
        for each in workers:
            each.join()
    assert problems == []
    run.town.withdrawals = Noted(notes)
    faults, _ = run.collect()
    found = judged(run.town, run.left, run.switches)
    assert faults == []
    assert found.forbidden == []
    assert found.sent > 40
    assert Judgement.objects.filter(moment="issue", allowed=False).count() > 100
    # What changed while a permit was out was seen when it was used.
    assert Judgement.objects.filter(moment="use", allowed=False).exists()
    # The judge is no formality: had every contact and debtor withdrawn before, it would have said so.
    run.town.withdrawals = Noted((place, -1e9, 1e9) for place in range(places))
    assert len(judged(run.town, run.left, run.switches).forbidden) > 10
