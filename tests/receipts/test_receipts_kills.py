"""A couple of real kills; `python -m tests.receipts.kills` runs many."""

from __future__ import annotations

import os
import random

import pytest

from kaopu.kernel import database
from tests.receipts.kills import ROWS, Arena


@pytest.mark.django_db(transaction=True)
def test_a_killed_run_leaves_every_receipt_whole_and_the_same_file_completes_it(tmp_path):
    url = os.environ.get("KAOPU_DATABASE_URL") or _url_of_this_test()
    environment = os.environ | {"KAOPU_DATABASE_URL": url, "KAOPU_HOME": str(database.home())}
    arena, chance = Arena(tmp_path, environment), random.Random(7)
    done = [arena.kill_once(chance, turn) for turn in (1, 2)]
    assert all(0 <= kill.stood <= ROWS for kill in done)


def _url_of_this_test() -> str:
    from django.db import connection

    address = database.ensure_running()
    name = connection.settings_dict["NAME"]
    return f"postgresql://postgres@/{name}?host={address.socket_dir}&port={address.port}"
