"""REST for imports: files in, a job takes them in, its state is asked for."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - read by ninja
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest  # noqa: TC002 - read by ninja
from ninja import Field, Router, Schema
from procrastinate.contrib.django import app
from pydantic import ConfigDict

from kaopu.book.imports import upload as uploads
from kaopu.book.models import ImportBatch
from kaopu.kernel.api import idempotency
from kaopu.kernel.api.cursor import Cursor, Limit, page
from kaopu.kernel.api.idempotency import KeyHeader  # noqa: TC001 - read by ninja
from kaopu.kernel.api.problem import Kind, Problem
from kaopu.kernel.api.scope import Scope, needs, require

router = Router(tags=["imports"])


class FileIn(Schema):
    """One file as text."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=200)
    content: str


class ImportIn(Schema):
    """Files of one mapping, 2.5 MB in all; larger ones go through the console or `kaopu book import`."""

    model_config = ConfigDict(extra="forbid")
    mapping: str = Field(description="native, berka, lendingclub or taiwan.")
    files: list[FileIn] = Field(min_length=1)


class ImportQueued(Schema):
    """The name under which the import will appear."""

    upload: str


class ImportOut(Schema):
    """How far an import came. `error` says why nothing was taken in."""

    import_id: int
    upload: str
    mapping: str
    status: str
    accepted: int
    rejected: int
    debts: int
    events: int
    error: str | None
    started_at: datetime
    finished_at: datetime | None


class ImportPage(Schema):
    """One page."""

    items: list[ImportOut]
    next_cursor: str | None


@router.post("/imports", summary="Take files in", response={202: ImportQueued}, **needs(Scope.IMPORTS_WRITE))
def create_import(request: HttpRequest, body: ImportIn, idempotency_key: KeyHeader) -> Any:
    """Queue an import. It stands in the list under `upload` once the worker has begun it."""
    caller = require(request, Scope.IMPORTS_WRITE)

    def act() -> tuple[HTTPStatus, dict[str, Any]]:
        code = uploads.keep(((file.name, [file.content.encode()]) for file in body.files), body.mapping)
        app.configure_task("book.import").defer(upload=code, mapping=body.mapping, actor=caller.actor)
        return HTTPStatus.ACCEPTED, {"upload": code}

    return idempotency.answer(request, caller, idempotency_key, act)


@router.get("/imports", summary="Imports, page by page", response=ImportPage, **needs(Scope.IMPORTS_READ))
def list_imports(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = 100, upload: str | None = None
) -> dict[str, Any]:
    """Imports in the order in which they began, all or the one of an upload."""
    require(request, Scope.IMPORTS_READ)
    rows = ImportBatch.objects.all() if upload is None else ImportBatch.objects.filter(file_name=upload)
    return page(rows, "id", cursor, limit, _import)


@router.get("/imports/{int:import_id}", summary="One import", response=ImportOut, **needs(Scope.IMPORTS_READ))
def read_import(request: HttpRequest, import_id: int) -> dict[str, Any]:
    """How far it came."""
    require(request, Scope.IMPORTS_READ)
    row = ImportBatch.objects.filter(pk=import_id).first()
    if row is None:
        raise Problem(Kind.NOT_FOUND, f"There is no import {import_id}.")
    return _import(row)


def _import(row: ImportBatch) -> dict[str, Any]:
    same = ("mapping", "status", "accepted", "rejected", "debts", "events", "started_at", "finished_at")
    return {name: getattr(row, name) for name in same} | {
        "import_id": row.pk,
        "upload": row.file_name,
        "error": row.report.get("error"),
    }
