"""`kaopu policy …` and `kaopu decision replay` from a file to a decision, with real commands in one process."""

from __future__ import annotations

import contextlib
import json

import pytest
from life_policies import GOOD, text
from typer.testing import CliRunner

from kaopu.decision import decision_commands, policy_commands
from kaopu.decision.actions.take_decision import take_decision
from kaopu.decision.models import PolicySwitch
from kaopu.kernel import boot
from kaopu.kernel.clock import system_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def says(monkeypatch):
    """Run words as the terminal of person `by`; the JSON line and the exit code."""

    @contextlib.contextmanager
    def opened():
        yield

    for module in ("policy_life_command", "policy_place_command", "replay_command"):
        monkeypatch.setattr(f"kaopu.decision.{module}.opened_book", opened)

    def run(*words, by=1, app=policy_commands.app):
        monkeypatch.setattr(boot, "actor", lambda: f"terminal:{by}")
        done = CliRunner().invoke(app, list(map(str, words)))
        if done.exception and not isinstance(done.exception, SystemExit):
            return str(done.exception), 2
        return json.loads(done.stdout) if "--json" in words else done.stdout, done.exit_code

    return run


def test_from_a_file_to_a_decision_and_back(says, tmp_path):
    file = tmp_path / "small.json"
    file.write_text(text())
    found, code = says("register", file, "--json")
    assert (code, found["policy"], found["version"], found["state"], found["ok"]) == (0, "small", 1, "checked", True)
    assert says("propose", "small")[1] == 2
    assert says("propose", "small", "--waive-backtest", "the first", "--json")[0]["waits"] is True
    assert says("approve", "small")[1] == 2
    assert says("approve", "small", "--json", by=2)[0]["approved"] is True
    assert says("schedule", "small", "--json")[0]["role"] == "champion"
    assert says("schedule", "small")[1] == 2  # its own days overlap
    assert "live" in says("list")[0]
    assert [each["state"] for each in says("show", "small", "--json")[0]["steps"]][-1] == "scheduled"
    assert take_decision("small", GOOD, clock=system_clock()).outcome == "approve"
    assert says("stop", "small", "--reason", "fault", "--json")[0]["stopped"] is True
    assert take_decision("small", GOOD, clock=system_clock()).reasons == ("policy_stopped",)
    assert says("resume", "small", "--reason", "mended")[1] == 0
    assert says("approve", "small")[1] == 2
    assert says("approve", "small", by=2)[1] == 0
    assert PolicySwitch.objects.count() == 2
    assert take_decision("small", GOOD, clock=system_clock()).outcome == "approve"
    found, code = says("replay", "--since", "2026-01-01", "--json", app=decision_commands.app)
    assert (code, found) == (0, {"replayed": 3, "different": 0})
    assert says("retire", "small", "--reason", "old")[1] == 0


def test_an_exported_text_is_the_same_version_again(says, tmp_path):
    file, out = tmp_path / "small.json", tmp_path / "out.json"
    file.write_text(text())
    digest = says("register", file, "--json")[0]["digest"]
    assert says("export", "small", "--out", out)[1] == 0
    found = says("register", out, "--json")[0]
    assert (found["version"], found["digest"]) == (1, digest)


def test_findings_end_with_one_and_bad_files_with_two(says, tmp_path):
    file = tmp_path / "small.json"
    file.write_text(text(reasons={}))
    found, code = says("register", file, "--json")
    assert (code, found["state"], found["ok"]) == (1, "draft", False)
    file.write_text("{")
    assert says("register", file)[1] == 2
    assert says("show", "nobody")[1] == 2
    assert says("stop", "--reason", "x")[1] == 2
