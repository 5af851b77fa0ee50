"""Two workers, each with a connection of its own, want the last permit: one gets it, in 200 rounds of four kinds.

The long run (10,000 rounds, with processes as well) is bench/conduct_races.py.
"""

import threading
from collections import Counter

import pytest
from django.db import connection

from kaopu.conduct import sources as registry
from kaopu.conduct.actions.switch_outreach import switch_on
from tests.conduct.races import NOW, prepared, sources, won

ROUNDS = 200


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_gets_the_last_permit():
    switch_on({"jurisdiction": "CN", "reason": "test"}, proposer="staff:1", approver="staff:2", now=NOW)
    rounds = [prepared(number) for number in range(ROUNDS)]
    ready, found = threading.Barrier(2, timeout=60), [["" for _ in rounds] for _ in range(2)]

    def work(worker):
        try:
            for number, asks in enumerate(rounds):
                ready.wait()
                found[worker][number] = won(asks[worker], worker)
        finally:
            connection.close()

    with registry.only(**sources()):
        workers = [threading.Thread(target=work, args=(worker,)) for worker in range(2)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
    pairs = [{one, other} for one, other in zip(*found, strict=True)]
    assert all(len(pair) == 2 and "won" in pair for pair in pairs), Counter(map(str, pairs))
    refused = [(pair - {"won"}).pop() for pair in pairs]
    # Who lost was refused by the rule whose last place it was.
    expected = ("X-DEF-14", "CN-GB-13", "CN-CBA-01", "X-DEF-05")
    assert all(expected[number % 4] in why for number, why in enumerate(refused)), Counter(refused)
    # Both were first now and then: the barrier lets neither always go ahead.
    assert min(Counter(found[0])["won"], Counter(found[1])["won"]) > 0
