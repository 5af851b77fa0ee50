"""The message catalogue without gettext's tools: what the sources ask for, the .po that people edit, the .mo that runs.

`python -m kaopu.web.catalogue` puts new messages into the .po (empty, for a person to write) and writes the .mo.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
FOLDER = PACKAGE / "web" / "locale" / "zh_Hans" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
HEADER = (
    "Project-Id-Version: kaopu\nLanguage: zh_Hans\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=1; plural=0;\n"
)
SINGLE = {"_", "gettext", "gettext_lazy"}
PLURAL = {"ngettext", "ngettext_lazy"}


@dataclass(frozen=True, slots=True)
class Message:
    """What a source asks for. `plural` is empty for most."""

    text: str
    plural: str = ""


def wanted() -> list[Message]:
    """Every message of the package's Python files and templates, in order of the text."""
    found: set[Message] = set()
    for path in PACKAGE.rglob("*.py"):
        if "migrations" not in path.parts:
            found |= set(_in_python(path.read_text(encoding="utf-8")))
    for path in PACKAGE.rglob("templates/**/*.html"):
        found |= set(_in_template(path.read_text(encoding="utf-8")))
    return sorted(found, key=lambda message: message.text)


def _in_python(source: str) -> list[Message]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if name in SINGLE and len(texts) == 1:
            found.append(Message(texts[0]))
        elif name in PLURAL and len(texts) == 2:
            found.append(Message(*texts))
    return found


def _in_template(source: str) -> list[Message]:
    # Django's own reader turns a template into text in which only the calls are Python.
    from django.utils.translation.template import templatize

    calls = re.findall(
        r"\b(?:gettext|ngettext|_)\((?:[^()'\"]|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")*\)", templatize(source)
    )
    return [message for call in calls for message in _in_python(call.replace("\n", " "))]


def read(path: Path = PO) -> dict[str, tuple[Message, str]]:
    """The catalogue by text: the message and its translation ("" where none was written)."""
    entries: dict[str, tuple[Message, str]] = {}
    for block in path.read_text(encoding="utf-8").split("\n\n") if path.exists() else ():
        parts = {
            key: "".join(ast.literal_eval(line) for line in lines.strip().splitlines())
            for key, lines in re.findall(
                r"^(msgid|msgid_plural|msgstr(?:\[0\])?) ((?:\"(?:[^\"\\]|\\.)*\"\n?)+)", block, re.MULTILINE
            )
        }
        if parts.get("msgid"):
            message = Message(parts["msgid"], parts.get("msgid_plural", ""))
            entries[message.text] = (message, parts.get("msgstr", parts.get("msgstr[0]", "")))
    return entries


def write_po(entries: dict[str, tuple[Message, str]], path: Path = PO) -> None:
    """One block a message, in order of the text."""
    blocks = [f'msgid ""\nmsgstr {_quoted(HEADER)}']
    for text in sorted(entries):
        message, translation = entries[text]
        middle = f"\nmsgid_plural {_quoted(message.plural)}\nmsgstr[0] " if message.plural else "\nmsgstr "
        blocks.append(f"msgid {_quoted(text)}{middle}{_quoted(translation)}")
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def compiled(entries: dict[str, tuple[Message, str]]) -> bytes:
    """The .mo: sorted texts with their translations (GNU gettext manual, "The Format of GNU MO Files")."""
    pairs = [(b"", HEADER.encode())]
    for message, translation in entries.values():
        if translation:
            key = f"{message.text}\0{message.plural}" if message.plural else message.text
            pairs.append((key.encode(), translation.encode()))
    pairs.sort()
    count, texts, translations, body = len(pairs), [], [], b""
    start = 28 + 16 * count
    for column, index in ((0, texts), (1, translations)):
        for pair in pairs:
            index.append((len(pair[column]), start + len(body)))
            body += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, start)
    return head + b"".join(struct.pack("<2I", *entry) for entry in (*texts, *translations)) + body


def refresh() -> list[str]:
    """Bring .po and .mo up to the sources; texts that still wait for a translation."""
    known = read()
    entries = {message.text: (message, known.get(message.text, (message, ""))[1]) for message in wanted()}
    write_po(entries)
    MO.write_bytes(compiled(entries))
    return [text for text, (_message, translation) in entries.items() if not translation]


if __name__ == "__main__":
    waiting = refresh()
    sys.stdout.write("".join(f"waits for a translation: {text}\n" for text in waiting))
    sys.exit(1 if waiting else 0)
