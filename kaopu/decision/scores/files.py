"""Tables and models on disk."""

from __future__ import annotations

import gzip
import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.decision.core.scores.csv_text import Parsed, parse_csv
from kaopu.decision.core.scores.model_file import ModelFile, ModelProblem, read_model
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class TableFile:
    """A CSV file as it was read, with the digest of its bytes as stored."""

    parsed: Parsed
    sha256: str


def read_table(path: Path, *, kinds: Mapping[str, bool] | None = None, texts: Collection[str] = ()) -> TableFile:
    """Read a CSV file, packed by gzip or not. Raises `BadInput` naming file, row and column."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise BadInput(f"{path}: {problem.strerror}, expected a CSV file") from None
    try:
        plain = gzip.decompress(content) if path.suffix == ".gz" else content
    except (OSError, EOFError):
        raise BadInput(f"{path}: not packed by gzip as its name says") from None
    return TableFile(parse_csv(plain, path.name, kinds=kinds, texts=texts), hashlib.sha256(content).hexdigest())


def load_model(path: Path, expected_sha256: str = "") -> ModelFile | ModelProblem:
    """The model of a file, or why there is none: a missing or altered file is a value, and the policy refers."""
    try:
        content = path.read_bytes()
    except OSError:
        content = None
    return read_model(content, expected_sha256)


def model_at(path: Path) -> ModelFile:
    """The model of a file for a command. Raises `BadInput` where `load_model` gives a problem."""
    found = load_model(path)
    if isinstance(found, ModelProblem):
        raise BadInput(f"{path}: {found}, expected a model file as `kaopu score fit` wrote it")
    return found


def write_text(path: Path, text: str) -> None:
    """Write whole or not at all: a reader never sees half a model. Raises `BadInput` where the folder refuses."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as problem:
        raise BadInput(f"{path}: {problem.strerror}, expected a place to write to") from None
