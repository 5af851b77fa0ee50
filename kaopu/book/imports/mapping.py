"""A mapping: which files of another system hold a book, and what their columns mean. Written in TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from kaopu.book.imports.field import KINDS_OF_FIELD
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import exponent

RECIPES = ("berka", "lendingclub", "native", "taiwan")
FIELD_KEYS = {"column", "type", "optional", "null", "negative", "most", "words"}
FILE_KEYS = {"name", "columns", "encoding", "delimiter", "optional"}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One column of a file: its name there, how it is read, and what is allowed."""

    name: str  # what the recipe calls it
    column: str  # what the file calls it
    type: str
    optional: bool = False  # the column may be missing
    null: bool = False  # a value may be missing
    negative: bool = False
    most: int | None = None  # largest whole number, or longest text
    words: tuple[str, ...] = ()  # the only texts allowed


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One file of a book: `name` is a pattern inside the folder, for Parquet and CSV alike."""

    role: str
    name: str
    fields: tuple[FieldSpec, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping. `inferred` says, column by column, what the recipe fills in that no file states."""

    name: str
    recipe: str
    source: str
    files: tuple[FileSpec, ...]
    currency: str | None = None
    portfolio: str = "default"
    settings: dict[str, Any] = field(default_factory=dict)
    inferred: dict[str, str] = field(default_factory=dict)

    def file(self, role: str) -> FileSpec:
        """The file of a role. Raises `BadInput` where the mapping has none."""
        for known in self.files:
            if known.role == role:
                return known
        raise BadInput(f"mapping {self.name}: no [files.{role}], which the recipe {self.recipe} reads")


def load(name: str) -> Mapping:
    """The mapping of this name that kaopu brings, or the one in the TOML file of this path."""
    brought = files("kaopu.book.imports") / "mappings"
    known = sorted(entry.name.removesuffix(".toml") for entry in brought.iterdir() if entry.name.endswith(".toml"))
    if name in known:
        return parse(name, (brought / f"{name}.toml").read_text(encoding="utf-8"))
    path = Path(name)
    if path.suffix != ".toml" or not path.is_file():
        raise BadInput(f"--mapping: {name} given, expected one of {', '.join(known)}, or a TOML file")
    try:
        return parse(path.stem, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise BadInput(f"mapping {path.name}: expected UTF-8") from None


def parse(name: str, text: str) -> Mapping:
    """A mapping from TOML. Raises `BadInput` naming what is unknown or missing."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BadInput(f"mapping {name}: {problem}, expected TOML") from None
    if raw.get("recipe") not in RECIPES:
        raise BadInput(f"mapping {name}: recipe {raw.get('recipe')!r} given, expected one of {', '.join(RECIPES)}")
    if not isinstance(raw.get("source"), str) or not 0 < len(raw["source"]) <= 40:
        raise BadInput(f"mapping {name}: source: expected the name of the sending system, at most 40 characters")
    if raw.get("currency") is not None:
        exponent(raw["currency"])
    return Mapping(
        name=name,
        recipe=raw["recipe"],
        source=raw["source"],
        files=tuple(_file(name, role, entry) for role, entry in raw.get("files", {}).items()),
        currency=raw.get("currency"),
        portfolio=raw.get("portfolio", "default"),
        settings=raw.get("settings", {}),
        inferred=raw.get("inferred", {}),
    )


def _file(mapping: str, role: str, raw: dict[str, Any]) -> FileSpec:
    where = f"mapping {mapping}: files.{role}"
    _known(where, raw, FILE_KEYS)
    if "name" not in raw or "columns" not in raw:
        raise BadInput(f"{where}: expected name and columns")
    fields = tuple(_field(f"{where}.columns.{name}", name, entry) for name, entry in raw["columns"].items())
    rest = {key: raw[key] for key in ("encoding", "delimiter", "optional") if key in raw}
    return FileSpec(role=role, name=raw["name"], fields=fields, **rest)


def _field(where: str, name: str, raw: dict[str, Any] | str) -> FieldSpec:
    entry = {"type": raw} if isinstance(raw, str) else dict(raw)
    _known(where, entry, FIELD_KEYS)
    if entry.get("type") not in KINDS_OF_FIELD:
        raise BadInput(f"{where}: type {entry.get('type')!r} given, expected one of {', '.join(KINDS_OF_FIELD)}")
    entry["words"] = tuple(entry.get("words", ()))
    return FieldSpec(name=name, column=entry.pop("column", name), **entry)


def _known(where: str, raw: dict[str, Any], keys: set[str]) -> None:
    unknown = sorted(set(raw) - keys)
    if unknown:
        raise BadInput(f"{where}: {unknown[0]!r} given, expected keys among {', '.join(sorted(keys))}")
