"""`kaopu party …`: find persons and organisations, and show one. Masked unless a reason is given."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from kaopu.kernel.core.errors import BadInput
from kaopu.party.check_command import check_id
from kaopu.party.core.party import RevealReason
from kaopu.party.duplicates_command import duplicates
from kaopu.party.life_commands import adopt_phones, erase, expire, keep, limit, record

if TYPE_CHECKING:
    from kaopu.party.core.party import PartyView

app = typer.Typer(no_args_is_help=True, help="Persons and organisations.")
app.command("check-id")(check_id)
for command in (record, keep, limit, erase, expire, adopt_phones, duplicates):
    app.command()(command)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


@app.command()
def find(
    phone: Annotated[str | None, typer.Option(help="The whole number; blanks and country code do not matter.")] = None,
    name: Annotated[str | None, typer.Option(help="The whole name.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Find by blind index: only a whole phone or name finds anything."""
    if phone is None and name is None:
        raise BadInput("party find: expected --phone, --name or both")
    from kaopu.kernel.boot import boot_rooms

    boot_rooms("kaopu.kernel", "kaopu.party")
    from kaopu.party import store

    found = store.find(phone=phone, name=name)
    if as_json:
        typer.echo(json.dumps({"parties": [asdict(party) for party in found]}, ensure_ascii=False))
        return
    for party in found:
        typer.echo(_line(party))
    typer.echo(f"{len(found)} found.")


@app.command()
def show(
    party_id: Annotated[int, typer.Argument(metavar="PARTY")],
    reveal: Annotated[bool, typer.Option("--reveal", help="In full; needs --reason and is audited.")] = False,  # noqa: FBT002 - a flag
    reason: Annotated[RevealReason | None, typer.Option(help="Why the data must be read in full.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Show one party, masked unless revealed for a reason."""
    if reveal and reason is None:
        raise BadInput(f"party show: --reveal needs --reason, one of {', '.join(RevealReason)}")
    from kaopu.kernel.boot import actor, boot_rooms

    boot_rooms("kaopu.kernel", "kaopu.party")
    from kaopu.kernel.clock import system_clock
    from kaopu.party.actions import show_party

    if reveal and reason is not None:
        outcome = show_party.reveal(party_id, reason=reason, actor=actor(), now=system_clock().now())
    else:
        outcome = show_party.show_masked(party_id)
    if isinstance(outcome, show_party.Refusal):
        raise BadInput(f"party {party_id}: {outcome}")
    typer.echo(json.dumps(asdict(outcome), ensure_ascii=False) if as_json else _line(outcome))


def _line(party: PartyView) -> str:
    known = (party.name, party.phone, party.external_id and f"{party.source}:{party.external_id}")
    return f"{party.id}  {party.kind}  " + "  ".join(part for part in known if part)
