"""`kaopu party record | erase | expire | adopt-phones`: what is held of a person, masked, and how it goes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from kaopu.kernel.core.errors import BadInput

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
PartyId = Annotated[int, typer.Argument(metavar="PARTY")]


def record(party_id: PartyId, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """All that is held of one party, masked: points, papers, addresses, employers, consents, verifications, facts."""
    from kaopu.kernel.boot import boot_rooms

    boot_rooms("kaopu.kernel", "kaopu.party")
    from kaopu.party import store
    from kaopu.party.actions import show_party

    shown = show_party.show_masked(party_id)
    if isinstance(shown, show_party.Refusal):
        raise BadInput(f"party {party_id}: {shown}")
    held = {
        "party": asdict(shown),
        "points": [asdict(each) for each in store.points(party_id)],
        "documents": [asdict(each) for each in store.documents(party_id)],
        "addresses": [asdict(each) for each in store.addresses(party_id)],
        "employments": [asdict(each) for each in store.employments(party_id)],
        "consents": [asdict(each) for each in store.consents(party_id)],
        "verifications": [asdict(each) for each in store.verifications(party_id)],
        "facts": asdict(store.person_facts(party_id)),
    }
    typer.echo(json.dumps(held, ensure_ascii=False, default=str) if as_json else _lines(held))


def erase(party_id: PartyId, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Erase one party for good; what a law orders to keep is restricted instead."""
    from kaopu.kernel.boot import actor, boot

    boot()  # all rooms: each knows of duties to keep
    from kaopu.kernel.clock import system_clock
    from kaopu.party.actions import erase_party

    outcome = erase_party.erase_party(party_id, actor=actor(), now=system_clock().now())
    if isinstance(outcome, erase_party.Refusal):
        raise BadInput(f"party {party_id}: {outcome}")
    if as_json:
        typer.echo(json.dumps(asdict(outcome), default=str))
    else:
        kept = outcome.restricted_until
        typer.echo(f"Party {party_id} is erased" + (f"; name and papers are kept until {kept}." if kept else "."))


def expire(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Erase points and persons whose time is over, and what a law ordered to keep until yesterday."""
    from kaopu.kernel.boot import actor, boot

    boot()  # all rooms: each knows of duties to keep
    from kaopu.kernel.clock import system_clock
    from kaopu.party.actions import expire_parties

    done = asdict(expire_parties.expire_parties(actor=actor(), now=system_clock().now()))
    typer.echo(json.dumps(done) if as_json else ", ".join(f"{name} {count}" for name, count in done.items()))


def adopt_phones(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Make points of the phones that a book brought. Exit code 3: some can be no number."""
    from kaopu.kernel.boot import actor, boot_rooms

    boot_rooms("kaopu.kernel", "kaopu.party")
    from kaopu.kernel.clock import system_clock
    from kaopu.party.actions import adopt_phones as adopt

    done = adopt.adopt_phones(
        actor=actor(),
        now=system_clock().now(),
        tell=None if as_json else lambda added: typer.echo(f"{added:,} added", err=True),
    )
    typer.echo(json.dumps(asdict(done)) if as_json else f"added {done.added:,}, rejected {len(done.rejected):,}")
    if done.rejected:
        raise typer.Exit(3)


def _lines(held: dict[str, object]) -> str:
    lines = []
    for name, part in held.items():
        for each in part if isinstance(part, list) else [part]:
            told = "  ".join(f"{key}={value}" for key, value in each.items() if value not in {None, "", False})
            lines.append(f"{name}: {told}".rstrip())
    return "\n".join(lines)
