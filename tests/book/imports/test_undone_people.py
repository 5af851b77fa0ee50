"""People of an import that is taken back: gone, unless another room has come to know them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from native_book import write

from kaopu.book.actions.import_book import ImportBook, import_book
from kaopu.book.actions.undo_import import undo_import
from kaopu.party import store
from kaopu.party.actions.add_point import add_point
from kaopu.party.models import Party

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.django_db
def test_a_person_with_a_way_to_be_reached_stays_when_the_import_goes(tmp_path):
    imported = import_book(ImportBook("native", write(tmp_path / "book")), "test", NOW)
    known = Party.objects.get(source="native", external_id="11").pk
    point = add_point(known, "phone", "13800138000", "contract", actor="staff:1", now=NOW)
    undone = undo_import(imported.batch, "test", NOW)
    assert (undone.debts, undone.parties) == (3, 1)
    assert [party.pk for party in Party.objects.all()] == [known]
    assert [view.id for view in store.points(known)] == [point]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
