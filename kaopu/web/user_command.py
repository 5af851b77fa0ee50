"""`kaopu user …`: accounts of staff. A password is shown once, on stdout, and stands in no log and no audit row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from datetime import datetime

app = typer.Typer(no_args_is_help=True, help="Accounts of staff.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
Email = Annotated[str, typer.Argument(help="The person's e-mail, which they sign in with.")]
Roles = Annotated[
    list[str],
    typer.Option(
        "--role",
        help="analyst, policy-maker, checker, agent, compliance, treasurer, relationship-manager, crisis-lead, auditor"
        " or administrator; repeat for more.",
    ),
]


def _who_and_when() -> tuple[str, datetime]:
    from kaopu.kernel.boot import actor
    from kaopu.kernel.clock import system_clock

    return actor(), system_clock().now()


def _tell(answer: dict[str, Any], words: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(answer) if as_json else words)


@app.command()
def add(email: Email, role: Roles, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Make an account. Its password is shown once, here; the person changes it under "Change password"."""
    from kaopu.book.opened_book import opened_book

    with opened_book():
        from kaopu.web.actions.add_user import add_user
        from kaopu.web.staff_accounts import code, roles_named

        roles = roles_named(role)
        added = add_user(email, roles, *_who_and_when())
        names = [code(one) for one in roles]
        answer = {"id": added.user_id, "email": added.email, "roles": names, "password": added.password}
        words = (
            f"{added.email} ({', '.join(names)}) signs in with the password {added.password}   It is not shown again."
        )
        _tell(answer, words, as_json=as_json)


@app.command("role")
def change_role(email: Email, role: Roles, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Exactly these roles from now on."""
    from kaopu.book.opened_book import opened_book

    with opened_book():
        from kaopu.web.actions.change_roles import change_roles
        from kaopu.web.staff_accounts import code, roles_named

        roles = roles_named(role)
        before = change_roles(email, roles, *_who_and_when())
        answer = {"email": email, "roles": [code(one) for one in roles], "before": [code(one) for one in before]}
        _tell(answer, f"{email} is now {', '.join(answer['roles'])}.", as_json=as_json)


@app.command()
def disable(email: Email, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Close an account: the person is signed out everywhere, at once."""
    from kaopu.book.opened_book import opened_book

    with opened_book():
        from kaopu.web.actions.disable_user import disable_user

        ended = disable_user(email, *_who_and_when())
        words = f"{email} is closed; sessions ended: {ended}."
        _tell({"email": email, "active": False, "sessions_ended": ended}, words, as_json=as_json)


@app.command()
def enable(email: Email, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Open a closed account again."""
    from kaopu.book.opened_book import opened_book

    with opened_book():
        from kaopu.web.actions.disable_user import enable_user

        enable_user(email, *_who_and_when())
        _tell({"email": email, "active": True}, f"{email} may sign in again.", as_json=as_json)


@app.command()
def reset(
    email: Email,
    two_step: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--two-step", help="Also forget the second step, as after a lost phone.")
    ] = False,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """A new password, shown once, here. Sessions end; a lock-out after failed sign-ins is lifted."""
    from kaopu.book.opened_book import opened_book

    with opened_book():
        from kaopu.web.actions.reset_user import reset_user

        password = reset_user(email, *_who_and_when(), two_step=two_step)
        words = f"{email} signs in with the password {password}   It is not shown again."
        _tell({"email": email, "password": password}, words, as_json=as_json)


@app.command("list")
def list_users(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """All accounts with their roles."""
    from kaopu.book.opened_book import opened_book

    with opened_book():
        from django.contrib.auth import get_user_model

        from kaopu.web.staff_accounts import code, roles_of

        rows = [
            {
                "id": user.pk,
                "email": user.email,
                "roles": [code(one) for one in roles_of(user)],
                "active": user.is_active,
                "last_sign_in": user.last_login and user.last_login.isoformat(),
            }
            for user in get_user_model().objects.order_by("pk").prefetch_related("groups")
        ]
        if as_json:
            typer.echo(json.dumps(rows))
            return
        for row in rows:
            state = "active" if row["active"] else "closed"
            typer.echo(
                f"{row['email']}  {', '.join(row['roles'])}  {state}  last signed in {row['last_sign_in'] or 'never'}"
            )
        if not rows:
            typer.echo("Nobody yet. Make an account with `kaopu user add EMAIL --role administrator`.")
