"""`kaopu party record | keep | limit | erase | expire | adopt-phones`: what is held of a person, and how it goes."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
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


def keep(
    party_id: PartyId,
    basis: Annotated[str, typer.Option(help="Code of the law, such as cn-aml-34.")],
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day to keep, YYYY-MM-DD.")],
) -> None:
    """Record that a law orders to keep who a party is until a day."""
    from kaopu.kernel.boot import actor, boot_rooms

    boot_rooms("kaopu.kernel", "kaopu.party")
    from kaopu.kernel import ids_only
    from kaopu.kernel.clock import system_clock
    from kaopu.party.actions import keep_party

    if not basis or ids_only.CODE.fullmatch(basis) is None or len(basis) > 40:
        raise BadInput(f"--basis: {basis!r} given, expected a code of at most 40 signs such as cn-aml-34")
    day = _day("--until", until)
    outcome = keep_party.keep_party(party_id, basis, day, actor=actor(), now=system_clock().now())
    if isinstance(outcome, keep_party.Refusal):
        raise BadInput(f"party {party_id}: {outcome}")
    typer.echo(f"Party {party_id} is kept until {day}.")


def limit(
    party_id: PartyId,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="The day on which it lapses, YYYY-MM-DD.")] = None,
) -> None:
    """Let the record of someone who owes nothing lapse on a day; without one it stays."""
    from kaopu.kernel.boot import actor, boot_rooms

    boot_rooms("kaopu.kernel", "kaopu.party")
    from kaopu.kernel.clock import system_clock
    from kaopu.party.actions import keep_party

    at = None if until is None else datetime.combine(_day("--until", until), datetime.min.time(), UTC)
    refusal = keep_party.limit_party(party_id, at, actor=actor(), now=system_clock().now())
    if refusal is not None:
        raise BadInput(f"party {party_id}: {refusal}")
    typer.echo(f"Party {party_id} lapses on {until}." if until else f"Party {party_id} does not lapse.")


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


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option}: {text!r} given, expected a day such as 2036-11-25") from None


def _lines(held: dict[str, object]) -> str:
    lines = []
    for name, part in held.items():
        for each in part if isinstance(part, list) else [part]:
            told = "  ".join(f"{key}={value}" for key, value in each.items() if value not in {None, "", False})
            lines.append(f"{name}: {told}".rstrip())
    return "\n".join(lines)
