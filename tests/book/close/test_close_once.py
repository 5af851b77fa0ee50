"""The same day again, two closes at once, a close that died, a system without a swap of names."""

import subprocess
import sys
import threading
import time

import pytest
from snapshots import AS_OF, fingerprint, tiny, write

from kaopu.book.snapshot import swap
from kaopu.book.snapshot.close import close_snapshot
from kaopu.book.snapshot.lock import locked
from kaopu.book.snapshot.result_folder import bucket_name, place_of, read_manifest
from kaopu.book.snapshot.synthetic import write_snapshot
from kaopu.kernel.core.errors import BadInput


def test_the_same_day_again_gives_the_same_bytes(tmp_path):
    folder = write(tmp_path / "in", tiny())
    first = close_snapshot(folder, AS_OF, tmp_path / "out")
    before = fingerprint(place_of(tmp_path / "out", AS_OF))
    again = close_snapshot(folder, AS_OF, tmp_path / "out", threads=1)
    assert fingerprint(place_of(tmp_path / "out", AS_OF)) == before
    assert {**first, "seconds": 0} == {**again, "seconds": 0}


def test_finished_parts_of_a_killed_close_are_kept_and_others_done(tmp_path, monkeypatch):
    write_snapshot(tmp_path / "in", 4_000, 4, AS_OF)
    whole = close_snapshot(tmp_path / "in", AS_OF, tmp_path / "whole")

    def die(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("kaopu.book.snapshot.result_folder.ResultFolder.finish", die)
    with pytest.raises(KeyboardInterrupt):
        close_snapshot(tmp_path / "in", AS_OF, tmp_path / "out", durable=True)
    monkeypatch.undo()
    (work,) = (tmp_path / "out" / "positions").glob(".as_of=*.work-*")
    assert not place_of(tmp_path / "out", AS_OF).exists()
    (work / bucket_name(2)).unlink()
    (work / "bucket-002.part").write_bytes(b"half")
    kept = (work / bucket_name(1)).stat().st_mtime_ns
    result = close_snapshot(tmp_path / "in", AS_OF, tmp_path / "out")
    place = place_of(tmp_path / "out", AS_OF)
    assert (place / bucket_name(1)).stat().st_mtime_ns == kept
    assert fingerprint(place) == fingerprint(place_of(tmp_path / "whole", AS_OF))
    assert {**result, "seconds": 0, "positions": ""} == {**whole, "seconds": 0, "positions": ""}


def test_work_of_other_inputs_is_not_taken_over(tmp_path):
    folder = write(tmp_path / "in", tiny(), buckets=True)
    stale = tmp_path / "out" / "positions" / ".as_of=2026-11-22.work-0123456789abcdef"
    stale.mkdir(parents=True)
    (stale / bucket_name(0)).write_bytes(b"of another book")
    assert close_snapshot(folder, AS_OF, tmp_path / "out")["debts"] == 2
    assert not stale.exists()


def test_the_close_never_leaves_a_loan_locked(tmp_path):
    # Elsewhere a job that died left loans locked until someone freed them by hand. Here the system frees the lock.
    folder, lock = write(tmp_path / "in", tiny()), tmp_path / "out" / "positions" / ".as_of=2026-11-22.lock"
    script = f"import fcntl, pathlib, time; p = pathlib.Path({str(lock)!r}); p.parent.mkdir(parents=True); f = p.open('w'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    holder.kill()
    holder.wait()
    assert lock.exists()
    started = time.perf_counter()
    assert close_snapshot(folder, AS_OF, tmp_path / "out")["debts"] == 2
    assert time.perf_counter() - started < 5
    assert not lock.exists()


def test_a_second_close_waits_for_the_first(tmp_path, capsys):
    folder = write(tmp_path / "in", tiny())
    done = []
    with locked(tmp_path / "out" / "positions" / ".as_of=2026-11-22.lock", lambda: None):
        second = threading.Thread(target=lambda: done.append(close_snapshot(folder, AS_OF, tmp_path / "out")))
        second.start()
        second.join(0.5)
        assert not done
    second.join(10)
    assert done[0]["debts"] == 2
    assert "another close of 2026-11-22" in capsys.readouterr().err


def test_swap_is_one_step_where_the_system_can(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "says").write_text(name)
    if not swap.swapped(tmp_path / "one", tmp_path / "other"):
        pytest.skip("this system cannot swap two names in one step")
    assert (tmp_path / "one" / "says").read_text() == "other"
    assert (tmp_path / "other" / "says").read_text() == "one"


def test_without_a_swap_two_renames_do_and_a_kill_between_them_is_mended(tmp_path):
    place, finished = tmp_path / "as_of=2026-11-22", tmp_path / "finished"

    def results():
        for name in (place, finished):
            name.mkdir()
            (name / "says").write_text(name.name)

    results()
    swap.put_in_place(finished, place, exchange=lambda _one, _other: False)
    assert (place / "says").read_text() == "finished"
    assert [path.name for path in tmp_path.iterdir()] == [place.name]
    # Killed between the renames: the old one is aside, the new one waits.
    (place / "says").unlink()
    place.rmdir()
    results()
    place.rename(tmp_path / ".as_of=2026-11-22.old")
    swap.recover(finished, place)
    assert (place / "says").read_text() == "finished"
    assert [path.name for path in tmp_path.iterdir()] == [place.name]


def test_a_result_that_lost_bytes_is_noticed(tmp_path):
    close_snapshot(write(tmp_path / "in", tiny()), AS_OF, tmp_path / "out")
    file = place_of(tmp_path / "out", AS_OF) / bucket_name(0)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(BadInput, match="as the manifest says"):
        read_manifest(place_of(tmp_path / "out", AS_OF))
