"""`kaopu api-key …`: make, list and revoke the keys that programs sign in with."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Annotated

import typer

from kaopu.kernel.api.scope import Scope  # noqa: TC001 - Typer reads the annotations

app = typer.Typer(no_args_is_help=True, help="Keys for programs that call the API.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


@app.command()
def create(
    name: Annotated[str, typer.Option(help="What the key is for.")],
    scope: Annotated[list[Scope], typer.Option(help="What it may do; repeat for more.")],
    days: Annotated[int | None, typer.Option(min=1, help="Days until it ends by itself.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Make a key. It is shown once, here."""
    from kaopu.kernel.boot import actor, boot

    boot()
    from kaopu.kernel.clock import system_clock
    from kaopu.web.actions.create_api_key import create_api_key

    now = system_clock().now()
    ends = None if days is None else now + timedelta(days=days)
    key_id, token = create_api_key(name, [str(one) for one in scope], ends, actor(), now)
    if as_json:
        typer.echo(json.dumps({"key_id": key_id, "token": token}))
    else:
        typer.echo(f"Key {key_id}. Send it as `Authorization: Bearer {token}`. It is not shown again.")


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """All keys, without their secrets."""
    from kaopu.kernel.boot import boot

    boot()
    from kaopu.web.models import ApiKey

    rows = [
        {"key_id": row.key_id, "name": row.name, "scopes": row.scopes, "ends": _text(row.expires_at),
         "revoked": _text(row.revoked_at)}
        for row in ApiKey.objects.all()
    ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        state = f"revoked {row['revoked']}" if row["revoked"] else f"ends {row['ends'] or 'never'}"
        typer.echo(f"{row['key_id']}  {row['name']}  {' '.join(row['scopes'])}  {state}")
    if not rows:
        typer.echo("No keys yet. Make one with `kaopu api-key create --name … --scope positions:read`.")


@app.command()
def revoke(key_id: str) -> None:
    """End a key at once."""
    from kaopu.kernel.boot import actor, boot

    boot()
    from kaopu.kernel.clock import system_clock
    from kaopu.web.actions.revoke_api_key import revoke_api_key

    revoke_api_key(key_id, actor(), system_clock().now())
    typer.echo(f"Key {key_id} is revoked.")


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
