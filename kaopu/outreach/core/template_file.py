"""Templates as TOML: `[[template]]` with code, language, version, level, roles, purposes, subject, text and values."""

from __future__ import annotations

import tomllib
from typing import Any

from kaopu.kernel.core.errors import BadInput
from kaopu.outreach.core.template import Template, faults
from kaopu.outreach.core.value import Kind

KEYS = {"code": str, "language": str, "version": int, "level": str, "roles": list, "purposes": list, "text": str}


def read_templates(text: str, file: str) -> tuple[Template, ...]:
    """The templates of one file. Raises `BadInput` that names file, template and expectation."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise BadInput(f"{file}: {wrong}") from None
    rows = raw.get("template")
    if not isinstance(rows, list) or not rows:
        raise BadInput(f"{file}: no [[template]], expected one at least")
    return tuple(_template(row, f"{file}, template {number}") for number, row in enumerate(rows, 1))


def _template(row: dict[str, Any], where: str) -> Template:
    for key, kind in KEYS.items():
        if not isinstance(row.get(key), kind) or isinstance(row[key], bool):
            raise BadInput(f"{where}: {key}: {row.get(key)!r} given, expected {kind.__name__}")
    template = Template(
        code=row["code"], language=row["language"], version=row["version"], level=row["level"],
        roles=tuple(row["roles"]), purposes=tuple(row["purposes"]), subject=str(row.get("subject", "")),
        text=row["text"].strip(), blanks=_blanks(row.get("values", {}), where),
    )  # fmt: skip
    wrong = faults(template)
    if wrong:
        raise BadInput(f"{where} ({template.code}): {'; '.join(wrong)}")
    return template


def _blanks(values: Any, where: str) -> tuple[tuple[str, Kind], ...]:
    if not isinstance(values, dict):
        raise BadInput(f"{where}: values: expected a table of names and kinds")
    known = {kind.value for kind in Kind}
    for name, kind in values.items():
        if kind not in known:
            raise BadInput(f"{where}: values: {name} is {kind!r}, expected one of {', '.join(sorted(known))}")
    return tuple((name, Kind(kind)) for name, kind in values.items())
