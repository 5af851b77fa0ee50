"""Background work of contacts: what was promised within ten minutes, and invitations that nobody answered."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="contacts.erase_ended", queueing_lock="contacts.erase_ended", pass_context=False)
def erase_ended_contacts(timestamp: int) -> int:  # noqa: ARG001 - the queue passes the minute it meant
    """Suppress and erase who said no ten minutes ago."""
    from kaopu.contacts.actions.erase_ended import erase_ended
    from kaopu.kernel.clock import system_clock

    return erase_ended(system_clock().now())


@app.periodic(cron="23 3 * * *")
@app.task(name="contacts.close", queueing_lock="contacts.close", pass_context=False)
def close_unneeded_contacts(timestamp: int) -> int:  # noqa: ARG001 - the queue passes the minute it meant
    """Let go of contacts whose borrower has owed nothing for 90 days."""
    from kaopu.contacts.actions.close_contacts import close_contacts
    from kaopu.kernel.clock import system_clock

    return close_contacts(system_clock().now())


@app.periodic(cron="7 * * * *")
@app.task(name="contacts.expire_invitations", queueing_lock="contacts.expire_invitations", pass_context=False)
def expire_old_invitations(timestamp: int) -> int:  # noqa: ARG001 - the queue passes the minute it meant
    """Close invitations that waited a week."""
    from kaopu.contacts.actions.expire_invitations import expire_invitations
    from kaopu.kernel.clock import system_clock

    return expire_invitations(system_clock().now())


@app.periodic(cron="40 3 * * *")
@app.task(name="contacts.look_at_contacts", queueing_lock="contacts.look_at_contacts", pass_context=False)
def look_at_all_contacts(timestamp: int) -> int:  # noqa: ARG001 - the queue passes the minute it meant
    """Score the contacts of the whole book, for the pages of contact quality."""
    from kaopu.contacts.actions.look_at_contacts import look_at_contacts
    from kaopu.kernel.clock import system_clock

    return look_at_contacts(system_clock().now()).quality.scored
