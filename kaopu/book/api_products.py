"""REST for products: what is lent under which name, in which versions."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - read by ninja
from typing import Any

from django.http import HttpRequest  # noqa: TC002 - read by ninja
from ninja import Router, Schema

from kaopu.book.models import RULE_COLUMNS, Product, ProductVersion
from kaopu.kernel.api.cursor import Cursor, Limit, page
from kaopu.kernel.api.problem import Kind, Problem
from kaopu.kernel.api.scope import Scope, needs, require

router = Router(tags=["products"])


class ProductOut(Schema):
    """A product and the number of its newest version."""

    code: str
    name: str
    newest_version: int | None


class ProductPage(Schema):
    """One page."""

    items: list[ProductOut]
    next_cursor: str | None


class VersionOut(Schema):
    """The terms from a day on: defaults by field name in minor units, and the rules of docs/snapshot.md."""

    version: int
    valid_from: date
    valid_to: date | None
    terms: dict[str, Any]
    rules: dict[str, int | bool]


class VersionPage(Schema):
    """One page."""

    items: list[VersionOut]
    next_cursor: str | None


@router.get("/products", summary="Products, page by page", response=ProductPage, **needs(Scope.PRODUCTS_READ))
def list_products(request: HttpRequest, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:
    """Products in the order in which they were made."""
    require(request, Scope.PRODUCTS_READ)
    return page(Product.objects.all(), "id", cursor, limit, _product)


@router.get("/products/{code}/versions", summary="Versions of a product", response=VersionPage,
            **needs(Scope.PRODUCTS_READ))  # fmt: skip
def list_versions(request: HttpRequest, code: str, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:
    """All versions, the first one first. New ones are proposed at the console and need a second person."""
    require(request, Scope.PRODUCTS_READ)
    if not Product.objects.filter(code=code).exists():
        raise Problem(Kind.NOT_FOUND, f"There is no product {code}.")
    return page(ProductVersion.objects.filter(product__code=code), "version", cursor, limit, _version)


def _product(row: Product) -> dict[str, Any]:
    newest = row.versions.order_by("-version").values_list("version", flat=True).first()
    return {"code": row.code, "name": row.name, "newest_version": newest}


def _version(row: ProductVersion) -> dict[str, Any]:
    names = ("version", "valid_from", "valid_to", "terms")
    return {name: getattr(row, name) for name in names} | {"rules": {name: getattr(row, name) for name in RULE_COLUMNS}}
