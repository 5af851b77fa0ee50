"""Debts, and receipts of a bank that pay some of them."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "web"))  # the small book and the browser of the console

import small_book
from django.test import Client
from receipt_files import NOW, book_debt_of, csv_bytes

from kaopu.party.actions.create_party import create_party
from kaopu.party.core.party import NewParty
from kaopu.receipts.actions.take_receipts import take_content
from kaopu.receipts.models import Receipt

_number = count(1)


@pytest.fixture
def party(db):
    """`party(name, phone)`: the number of a new person."""
    return lambda name=None, phone=None: create_party(NewParty(name=name, phone=phone), actor="test", now=NOW)


@pytest.fixture
def debt(party):
    """`debt(**terms)`: 1,200.00 in twelve instalments from 15 January 2026 unless told otherwise."""

    def make(party_id=None, external_id=None, **more):
        return book_debt_of(party_id or party(), external_id or f"LOAN-{next(_number):04d}", **more)

    return make


@pytest.fixture
def take(db):
    """`take({column: value}, …)`: the file's answer and its receipts by bank reference."""

    def act(*rows, name="bank.csv"):
        from kaopu.receipts.answers import of_file

        taken = take_content(csv_bytes(rows), name, "test", NOW)
        found = {row.bank_reference: row for row in Receipt.objects.select_related("standing")}
        return of_file(taken), found

    return act


@pytest.fixture
def sign_in(db):
    """`sign_in(Role.AGENT)`: a client of a person with that role."""

    def of(role, language="en"):
        client = Client()
        client.cookies["django_language"] = language
        client.force_login(small_book.staff(role), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return of
