"""`kaopu contacts list`, `people-link`, `help-payment`, `complaints`, …: the life of contacts at the terminal."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from kaopu.contacts.store import ContactView

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
Borrower = Annotated[int, typer.Argument(metavar="PARTY", help="Number of the borrower's party.")]


def list_contacts(borrower: Borrower, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Whom a borrower named and where each stands. Relation and state alone: no name and no number is shown."""
    from kaopu.kernel.boot import boot

    boot()
    from kaopu.contacts import store
    from kaopu.kernel.clock import system_clock

    found = [_row(view) for view in store.contacts_of(borrower, system_clock().now())]
    if as_json:
        typer.echo(json.dumps({"contacts": found}, ensure_ascii=False))
        return
    for row in found:
        typer.echo(
            f"{row['contact']}  {row['relation']}  {row['state']}  since {row['since']}  check code {row['code']}"
        )
    typer.echo(f"{len(found)} named.")


def people_link(borrower: Borrower, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Make the borrower's link to the people they named; it opens with a code to their own number, for 30 days."""
    from kaopu.kernel.boot import actor, boot

    boot()
    from kaopu.contacts.actions.people_link import Refusal, make_people_link
    from kaopu.kernel.clock import system_clock
    from kaopu.outreach.store import house

    token = make_people_link(borrower, actor=actor(), now=system_clock().now())
    if isinstance(token, Refusal):
        raise BadInput(f"party {borrower}: {token.replace('_', ' ')}")
    address = f"{house().origin.rstrip('/')}/people/{token}/"
    typer.echo(json.dumps({"link": address}) if as_json else address)


def help_payment(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="As H-1A2B3C4D, on a payment.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Whose debts a payment under this reference is meant for: to match the bank's receipt. Who pays is not shown."""
    from kaopu.kernel.boot import boot

    boot()
    from kaopu.book.models import Debt
    from kaopu.contacts.models import HelpPayment

    row = HelpPayment.objects.select_related("offer__contact").filter(reference=reference).first()
    if row is None:
        raise BadInput(f"reference {reference}: expected one that a person who offered to help was given")
    borrower = row.offer.contact.borrower_id
    debts = list(Debt.objects.filter(party_id=borrower).order_by("debt_id").values_list("debt_id", flat=True))
    told = {
        "reference": reference,
        "borrower": borrower,
        "debts": debts,
        "amount": row.amount,
        "currency": row.currency,
    }
    numbers = " ".join(f"D-{number}" for number in debts)
    typer.echo(json.dumps(told) if as_json else f"{reference}: party {borrower}, {numbers}")


def complaints(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Complaints of contacts that wait for an answer, the most urgent first."""
    from kaopu.kernel.boot import boot

    boot()
    from kaopu.contacts.models import Complaint

    found = [
        {"reference": row.reference, "contact": row.contact_id, "about": row.about, "answer_by": str(row.answer_by)}
        for row in Complaint.objects.filter(answer=None).order_by("answer_by", "pk")
    ]
    if as_json:
        typer.echo(json.dumps({"complaints": found}))
        return
    for row in found:
        typer.echo(f"{row['reference']}  contact {row['contact']}  {row['about']}  answer by {row['answer_by']}")
    typer.echo(f"{len(found)} waiting.")


def answer_complaint(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="As K-1A2B3C4D.")],
    upheld: Annotated[bool, typer.Option("--upheld/--not-upheld", help="Whether the person was right.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Close a complaint with its outcome, once."""
    from kaopu.kernel.boot import actor, boot

    boot()
    from kaopu.contacts.actions import complain
    from kaopu.kernel.clock import system_clock

    outcome = complain.Outcome.UPHELD if upheld else complain.Outcome.NOT_UPHELD
    if not complain.answer_complaint(reference, outcome, actor=actor(), now=system_clock().now()):
        raise BadInput(f"complaint {reference}: expected the reference of one that waits for an answer")
    typer.echo(json.dumps({"reference": reference, "outcome": outcome}) if as_json else f"{reference}: {outcome}")


def _row(view: ContactView) -> dict[str, Any]:
    since = view.standing.since or view.nominated_at
    return {
        "contact": view.id, "relation": view.relation, "state": str(view.state), "provenance": view.provenance,
        "since": since.astimezone(UTC).isoformat(timespec="seconds"), "code": view.check_code,
    }  # fmt: skip
