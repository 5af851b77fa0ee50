"""`kaopu …`: the words are hung up here; each lives in a file of its own and imports late what is slow."""

from __future__ import annotations

import typer

from kaopu.contacts.asking_effect_command import asking_effect, asking_sample_size
from kaopu.contacts.coverage_command import coverage
from kaopu.contacts.fit_hazard_command import fit_hazard
from kaopu.contacts.life_command import answer_complaint, complaints, help_payment, list_contacts, people_link
from kaopu.contacts.network_command import network
from kaopu.contacts.plan_command import plan
from kaopu.contacts.reach_command import reach
from kaopu.contacts.rings_command import rings
from kaopu.contacts.trust_command import trust

app = typer.Typer(no_args_is_help=True, help="Emergency contacts: reach, plans, rings and the network.")


@app.callback()
def group() -> None:
    """Emergency contacts: reach, plans, rings and the network."""


app.command("answer-complaint")(answer_complaint)
app.command("asking-effect")(asking_effect)
app.command("asking-sample-size")(asking_sample_size)
app.command("complaints")(complaints)
app.command("coverage")(coverage)
app.command("fit-hazard")(fit_hazard)
app.command("help-payment")(help_payment)
app.command("list")(list_contacts)
app.command("network")(network)
app.command("people-link")(people_link)
app.command("plan")(plan)
app.command("reach")(reach)
app.command("rings")(rings)
app.command("trust")(trust)
