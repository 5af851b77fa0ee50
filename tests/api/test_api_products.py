"""Products and their versions over REST."""

from __future__ import annotations

from datetime import date

import pytest
from api_callers import expect_problem

from kaopu.book.models import Product, ProductVersion

pytestmark = pytest.mark.django_db


def test_products_with_their_versions(caller):
    product = Product.objects.create(code="till", name="下月付")
    for version in (1, 2, 3):
        ProductVersion.objects.create(
            product=product,
            version=version,
            valid_from=date(2026, version, 1),
            terms={"periods": version},
            grace_days=3,
        )
    Product.objects.create(code="empty", name="empty")
    first = caller.get("/products", limit=1).json()
    assert first["items"] == [{"code": "till", "name": "下月付", "newest_version": 3}]
    (second,) = caller.get("/products", cursor=first["next_cursor"]).json()["items"]
    assert second["newest_version"] is None
    page = caller.get("/products/till/versions", limit=2).json()
    assert [one["version"] for one in page["items"]] == [1, 2]
    assert page["items"][0]["rules"]["grace_days"] == 3
    rest = caller.get("/products/till/versions", cursor=page["next_cursor"]).json()
    assert [one["terms"] for one in rest["items"]] == [{"periods": 3}]
    assert rest["next_cursor"] is None


def test_an_unknown_product(caller):
    expect_problem(caller.get("/products/none/versions"), 404, "not-found")
