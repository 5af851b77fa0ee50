"""`kaopu outreach send`: what would be said and whether it may be, and with --really the sending itself."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.conduct.core.ask import Ask
    from kaopu.outreach.core.value import Value

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
KEYS = "person, role, debtor, purpose, channel, content, caller, number, product, segment, jurisdictions, profile"


def send(  # noqa: PLR0917 - one option an argument
    ask: Annotated[Path, typer.Argument(metavar="ASK.json", help="One JSON object: person, role, debtor, purpose …")],
    template: Annotated[str, typer.Option(help="Code of the text, as `templates list` shows.")],
    value: Annotated[list[str] | None, typer.Option(help="NAME=TEXT for each blank; may be repeated.")] = None,
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    really: Annotated[bool, typer.Option("--really", help="Send it; without, nothing is sent or counted.")] = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Show what would be sent and every rule asked. Exit code 1 where it may not be."""
    from kaopu.kernel.boot import actor, boot

    boot()
    from kaopu.kernel.clock import system_clock

    wish, now = _ask(ask), system_clock().now()
    values = _values(value or [], template, language)
    if really:
        told = _send(wish, template, values, language=language, actor=actor(), now=now)
    else:
        told = _look(wish, template, values, language=language, now=now)
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else _sentences(told))
    if not told["allowed"]:
        raise typer.Exit(1)


def _look(ask: Ask, template: str, values: dict[str, Value], *, language: str, now: datetime) -> dict[str, Any]:
    from kaopu.outreach.actions.preview_message import preview_message

    found = preview_message(ask, template, values, now=now, language=language)
    return {
        "allowed": found.allowed, "sent": False, "why": [str(each) for each in found.why],
        "subject": found.written.subject if found.written else None,
        "text": found.written.body if found.written else None,
        "rules": [{"id": each.id, "verdict": each.verdict, "why": each.why} for each in found.rules],
    }  # fmt: skip


def _send(
    ask: Ask, template: str, values: dict[str, Value], *, language: str, actor: str, now: datetime
) -> dict[str, Any]:
    from kaopu.outreach.actions.send_message import Refused, send_message

    sent = send_message(ask, template, values, actor=actor, now=now, language=language)
    if isinstance(sent, Refused):
        judgement = str(sent.judgement_id) if sent.judgement_id else None
        return {"allowed": False, "sent": False, "why": list(sent.why), "words": sent.words, "judgement": judgement}
    return {
        "allowed": True, "sent": True, "why": [], "message": str(sent.message_id), "permit": str(sent.permit_id),
        "handed": sent.handed.value, "carrier": sent.carrier,
    }  # fmt: skip


def _ask(path: Path) -> Ask:
    from kaopu.conduct.core.ask import Ask

    try:
        words = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise BadInput(f"{path.name}: {problem}, expected a JSON object") from None
    wanted = {field.name for field in fields(Ask)}
    if not isinstance(words, dict) or not wanted - {"profile"} <= words.keys() <= wanted:
        raise BadInput(f"{path.name}: expected an object with {KEYS}")
    return Ask.of(words)


def _values(given: list[str], code: str, language: str) -> dict[str, Value]:
    """The kind of each blank comes from the text itself: a caller names blanks, not kinds."""
    from kaopu.outreach import store
    from kaopu.outreach.core.value import Value

    template = store.template(code, language)
    if template is None:
        raise BadInput(f"--template: {code} in {language} is not there, expected one of `templates list`")
    kinds, found = dict(template.blanks), {}
    for pair in given:
        name, equals, text = pair.partition("=")
        if not equals or name not in kinds:
            raise BadInput(f"--value: {pair} given, expected NAME=TEXT with a name among {', '.join(sorted(kinds))}")
        found[name] = Value(kinds[name], text)
    return found


def _sentences(told: dict[str, Any]) -> str:
    lines = ["sent" if told["sent"] else "may be sent" if told["allowed"] else f"not sent: {', '.join(told['why'])}"]
    lines += [f"message {told['message']}, {told['handed']} by {told['carrier']}"] if told["sent"] else []
    lines += [told["words"]] if told.get("words") else []
    lines += [f"{told['subject']}\n{told['text']}"] if told.get("text") else []
    lines += [f"{each['id']}: {each['verdict']}, {each['why']}" for each in told.get("rules", ())]
    return "\n".join(lines)
