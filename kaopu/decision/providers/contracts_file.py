"""The file that lists the providers: `providers.toml`, one table for each."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from kaopu.decision.core.providers.contract import ProviderContract, contract_from
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path


def read_contracts(path: Path) -> dict[str, ProviderContract]:
    """The contracts by name; no file, no providers.

    Raises:
        BadInput: naming the file, the provider, the key and what was expected.
    """
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadInput(f"{path.name}: not TOML: {wrong}") from wrong
    flat = [name for name, table in tables.items() if not isinstance(table, dict)]
    if flat:
        raise BadInput(f"{path.name}: {flat[0]!r} stands outside a table, expected [provider name] above it")
    return {name: contract_from(name, table, path.name) for name, table in tables.items()}
