"""Killed anywhere, the close leaves a complete result, and the next one finishes it. The full run: kill_run.py."""

import random
import shutil

from killing import Arena


def test_five_kills_leave_a_complete_result_and_a_close_that_finishes(tmp_path):
    arena, chance = Arena(tmp_path), random.Random(20261122)
    kills = []
    for turn in range(5):
        if turn == 3:
            shutil.rmtree(arena.out)
        kills.append(arena.kill_once(chance, turn))
    # At least some of them hit a close at work; otherwise the test proves nothing.
    assert sum(kill.was_running for kill in kills) >= 3, kills
