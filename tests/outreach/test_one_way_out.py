"""Nothing sends but `send_message`: no other module knows a channel, a mail library or the way to spend a permit."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import kaopu

ROOT = Path(kaopu.__file__).parent
SENDER = "outreach/actions/send_message.py"
# A library that can reach a person: only the channels may know it.
SENDING_LIBRARIES = {"smtplib", "apprise", "aiosmtplib", "twilio"}
CHANNELS = "kaopu.outreach.channels"


def imports(path):
    """Every module that a file imports, `from a import b` as a and a.b, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "import_module":
            found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    return found


FILES = [path for path in sorted(ROOT.rglob("*.py")) if "__pycache__" not in path.parts]


def inside(path, folder):
    return str(path.relative_to(ROOT)).startswith(folder)


def offenders(allowed, wanted):
    return [
        str(path.relative_to(ROOT))
        for path in FILES
        if not any(inside(path, folder) for folder in allowed) and any(wanted(name) for name in imports(path))
    ]


def test_the_walk_sees_what_is_imported():
    assert len(FILES) > 300
    assert "smtplib" in imports(ROOT / "outreach/channels/smtp.py")
    assert f"{CHANNELS}.smtp" in imports(ROOT / SENDER)


def test_only_channels_know_a_library_that_sends():
    assert offenders(["outreach/channels/"], lambda name: name.partition(".")[0] in SENDING_LIBRARIES) == []
    assert offenders([], lambda name: name.startswith("django.core.mail")) == []


def test_only_send_message_knows_the_channels():
    allowed = [SENDER, "outreach/channels/"]
    assert offenders(allowed, lambda name: name.startswith(CHANNELS)) == []


def test_only_send_message_spends_a_permit_and_writes_a_message_out():
    spends = offenders(
        [SENDER, "conduct/actions/use_permit.py"], lambda name: name.startswith("kaopu.conduct.actions.use_permit")
    )
    assert spends == []
    writers = [
        str(path.relative_to(ROOT)) for path in FILES if 'direction="out", permit=' in path.read_text(encoding="utf-8")
    ]
    assert writers == [SENDER]


@pytest.mark.parametrize("line", [
    "import smtplib", "from smtplib import SMTP", "def f():\n    import apprise", "from kaopu.outreach.channels import smtp",
    "from importlib import import_module\nimport_module('kaopu.outreach.channels.smtp')",
])  # fmt: skip
def test_the_walk_finds_each_way_of_importing(line, tmp_path):
    (tmp_path / "m.py").write_text(line)
    found = imports(tmp_path / "m.py")
    assert any(name.partition(".")[0] in SENDING_LIBRARIES or name.startswith(CHANNELS) for name in found)
