"""The list of debts: found, narrowed, ordered, exported; the address holds the view."""

from __future__ import annotations

import csv
import io

import pytest
import small_book
from django.test import Client
from pyarrow import parquet

from kaopu.kernel.roles import Role


@pytest.fixture
def client(sign_in, book):
    return sign_in(Role.ANALYST)


def shown(response) -> list[int]:
    return [row.debt_id for row in response.context["page"].rows]


@pytest.mark.parametrize(
    ("query", "stories"),
    [
        ("?bucket=61-90", ["late"]),
        ("?bucket=current&sort=-outstanding", ["on time", "early"]),
        ("?class=loss", ["charged off"]),
        ("?q=韩梅梅", ["early"]),  # the full name, by blind index
        ("?q=138 0013 8001", ["late"]),  # the phone, however it is spaced
        ("?q=T-3", ["back-dated"]),  # the number of the other system
        ("?product=phone&portfolio=default&bucket=31%2B", ["charged off", "late"]),
        ("?q=nobody", []),
        ("?page=99", []),
        ("?sort=drop table&page=-1&bucket=9", ["charged off", "late", "back-dated", "fees", "on time", "early"]),
    ],
)
def test_a_view_is_its_address(client, book, query, stories):
    response = client.get(f"/debts/{query}")
    assert response.status_code == 200
    assert shown(response) == [book[story] for story in stories]


def test_a_debt_is_found_by_its_number(client, book):
    assert shown(client.get("/debts/", {"q": f"D-{book['late']}"})) == [book["late"]]
    assert client.get("/find", {"q": f"D-{book['late']}"})["Location"] == f"/debts/{book['late']}/"
    assert "/borrowers/" in client.get("/find", {"q": "李雷"})["Location"]


def test_a_fragment_is_the_list_alone(client):
    fragment = client.get("/debts/?bucket=late", headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith('<div id="list"')
    assert "<html" not in fragment


def test_the_export_holds_the_view_and_not_more(client, book):
    response = client.get("/debts/export.csv?bucket=61-90")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert [(int(row["debt_id"]), row["outstanding"], row["class"]) for row in rows] == [
        (book["late"], "4797.81", "special_mention")
    ]
    one = client.get("/debts/export.parquet", {"id": book["early"]})
    table = parquet.read_table(io.BytesIO(one.content))
    assert table.to_pylist()[0]["outstanding"] == 19_851
    assert table.num_rows == 1


def test_selected_rows_alone_are_exported(client, book):
    response = client.get("/debts/export.csv", {"id": [book["early"], book["late"]]})
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert {int(row["debt_id"]) for row in rows} == {book["early"], book["late"]}


def test_an_empty_book_says_how_to_begin(sign_in, db):
    client = sign_in(Role.ADMINISTRATOR)
    for address in ("/", "/debts/", "/borrowers/"):
        assert "No book yet: import yours or load the sample" in client.get(address).content.decode()


def test_a_sign_in_with_the_password_works_and_a_wrong_one_says_so(db):
    small_book.staff(Role.AGENT)
    client = Client()
    wrong = client.post("/account/sign-in/", {"login": "agent@example.org", "password": "nope"})
    assert wrong.status_code == 200
    assert "data-error-summary" in wrong.content.decode()
    right = client.post("/account/sign-in/", {"login": "agent@example.org", "password": small_book.PASSWORD})
    assert (right.status_code, right["Location"]) == (302, "/")
