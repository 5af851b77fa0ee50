"""Overdue debts by whoever is responsible: narrowed, ordered, assigned and taken back, kept as views, exported, fast."""

# ruff: noqa: S608 - statements of this test, from its own words

from __future__ import annotations

import re
import threading
from datetime import date
from time import perf_counter
from uuid import uuid4

import pytest
import small_book
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from kaopu.book.actions.assign_debts import assign_debts, take_back
from kaopu.book.models import Assignment, Debt, PositionRow, Responsible, SavedView
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import AuditRow
from kaopu.kernel.roles import Role

NOW = small_book.NOW


def user_of(role):
    return get_user_model().objects.get(username=str(role))


def shown(response):
    return [int(number) for number in re.findall(r"data-open>D-(\d+)", response.content.decode())]


def overdue(book):
    owed = set(PositionRow.objects.filter(days_past_due__gt=0, overdue__gt=0).values_list("debt_id", flat=True))
    return {story: number for story, number in book.items() if number in owed}


def post(client, where, **data):
    return client.post(f"/overdue/{where}", data, follow=True)


def owners():
    return dict(Responsible.objects.values_list("debt_id", "user_id"))


def test_the_list_holds_what_is_past_due_and_nothing_else(sign_in, book):
    late = overdue(book)
    assert {"late", "back-dated"} <= set(late)
    assert "charged off" not in late, "what left the book is not owed"
    response = sign_in(Role.AGENT).get("/overdue/")
    assert set(shown(response)) == set(late.values())
    assert f"nobody is responsible for {len(late)}" in response.content.decode()


def test_debts_are_assigned_in_bulk_and_taken_back(sign_in, book):
    agent = sign_in(Role.AGENT)
    lead, late = sign_in(Role.CRISIS_LEAD), overdue(book)
    ids, me = sorted(late.values()), user_of(Role.AGENT).pk
    done = post(lead, "assign", scope="selected", id=[str(one) for one in ids[:2]], to=str(me))
    assert "2 debts changed hands" in done.content.decode()
    assert owners() == dict.fromkeys(ids[:2], me)
    assert shown(agent.get("/overdue/?owner=mine")) and set(shown(agent.get("/overdue/?owner=mine"))) == set(ids[:2])
    assert set(shown(agent.get("/overdue/?owner=none"))) == set(ids[2:])
    assert set(shown(agent.get(f"/overdue/?owner={me}"))) == set(ids[:2])
    again = post(lead, "assign", scope="view", to=str(me))
    assert f"{len(ids) - 2} debt" in again.content.decode(), "who has a debt already gets no new row"
    assert Assignment.objects.count() == len(ids)
    batch = re.search(r"overdue/assign/([0-9a-f-]+)/undo", again.content.decode())[1]
    post(lead, f"assign/{batch}/undo")
    assert owners() == dict.fromkeys(ids[:2], me)
    to_nobody = post(lead, "assign", scope="view", to="none", query="owner=mine&bucket=31-60")
    assert "changed hands" in to_nobody.content.decode() or "Select debts first" in to_nobody.content.decode()
    audit = AuditRow.objects.filter(act="book.debts_assigned").first()
    assert audit.details == {"debts": 2, "users": [me]}


def test_history_only_grows_and_gives_the_same_answer_as_the_list(sign_in, book):
    sign_in(Role.AGENT), sign_in(Role.CRISIS_LEAD)
    one, two = user_of(Role.AGENT).pk, user_of(Role.CRISIS_LEAD).pk
    ids = sorted(book.values())
    first = assign_debts(ids, one, "test", NOW)
    second = assign_debts(ids[:3], two, "test", NOW)
    assert (first.debts, second.debts) == (len(ids), 3)
    assert assign_debts(ids[:3], two, "test", NOW).debts == 0
    assert take_back(first.batch, "test", NOW).debts == len(ids) - 3, "what was assigned since stays"
    assign_debts(ids[:1], None, "test", NOW)
    latest = {}
    for row in Assignment.objects.order_by("id"):
        latest[row.debt_id] = row.user_id
    assert {debt_id: user for debt_id, user in latest.items() if user} == owners() == dict.fromkeys(ids[1:3], two)
    for statement in ("UPDATE book_assignment SET user_id = NULL", "DELETE FROM book_assignment"):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(BadInput, match="account that is open"):
        assign_debts(ids, 999_999, "test", NOW)
    assert assign_debts([10**12], one, "test", NOW).debts == 0


def test_who_may_not_assign_does_not(sign_in, book):
    agent = sign_in(Role.AGENT)
    assert 'id="a-to"' not in agent.get("/overdue/").content.decode()
    refused = agent.post("/overdue/assign", {"scope": "view", "to": str(user_of(Role.AGENT).pk)})
    assert refused.status_code == 403
    assert agent.post(f"/overdue/assign/{uuid4()}/undo").status_code == 403
    assert agent.get("/overdue/export.csv").status_code == 403
    lead = sign_in(Role.CRISIS_LEAD)
    assert "Choose who" in post(lead, "assign", scope="view", to="").content.decode()
    assert "Select debts first" in post(lead, "assign", scope="selected", to="none").content.decode()
    assert "That account is closed" in post(lead, "assign", scope="view", to="999999").content.decode()
    assert owners() == {}


@pytest.mark.parametrize(("query", "fits"), [
    ("bucket=31%2B", lambda row: row.days_past_due > 30),
    ("bucket=61-90", lambda row: row.bucket_code == 3),
    ("class=special_mention", lambda row: row.class_code == 1),
    ("product=phone", lambda row: True),
    ("product=none", lambda row: False),
    ("least=1000.00", lambda row: row.overdue >= 100_000),
    ("owner=lizard&bucket=never&least=much&sort=sideways&page=0", lambda row: True),
])  # fmt: skip
def test_a_filter_lets_through_what_it_says(sign_in, book, query, fits):
    expected = {row.debt_id for row in PositionRow.objects.filter(days_past_due__gt=0, overdue__gt=0) if fits(row)}
    assert set(shown(sign_in(Role.AGENT).get(f"/overdue/?{query}"))) == expected


@pytest.mark.parametrize("column", ["dpd", "overdue", "outstanding", "class", "debt", "owner"])
def test_the_order_is_the_one_asked_for(sign_in, book, column):
    client = sign_in(Role.CRISIS_LEAD)
    ids = sorted(overdue(book).values())
    assign_debts(ids[1:2], user_of(Role.CRISIS_LEAD).pk, "test", NOW)
    rows = {row.debt_id: row for row in PositionRow.objects.filter(debt_id__in=ids)}
    value = {
        "dpd": lambda n: rows[n].days_past_due, "overdue": lambda n: rows[n].overdue, "debt": lambda n: n,
        "outstanding": lambda n: rows[n].outstanding, "class": lambda n: rows[n].class_code,
        "owner": lambda n: n not in owners(),
    }[column]  # fmt: skip
    up = shown(client.get(f"/overdue/?sort={column}"))
    assert [value(n) for n in up] == sorted(map(value, ids))
    down = shown(client.get(f"/overdue/?sort=-{column}"))
    assert [value(n) for n in down] == sorted(map(value, ids), reverse=column != "owner"), "nobody stands last"


def test_a_view_is_kept_changed_removed_and_undone(sign_in, book):
    client, other = sign_in(Role.AGENT), sign_in(Role.CRISIS_LEAD)
    post(client, "views", act="keep", name="  my  90s ", query="bucket=61-90&sort=overdue")
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("my 90s", "bucket=61-90&sort=overdue")
    assert "my 90s" in client.get("/overdue/").content.decode()
    assert "my 90s" not in other.get("/overdue/").content.decode(), "a person's own"
    changed = post(client, "views", act="keep", name="my 90s", query="bucket=91%2B")
    assert "Undo" in changed.content.decode()
    assert SavedView.objects.get().query == "bucket=91%2B"
    post(client, "views", act="undo", view=view.pk)
    assert SavedView.objects.get().query == "bucket=61-90&sort=overdue"
    post(client, "views", act="remove", view=view.pk)
    assert "my 90s" not in re.sub(r"<p class=\"strip.*?</p>", "", client.get("/overdue/").content.decode())
    post(client, "views", act="undo", view=view.pk)
    assert "my 90s" in client.get("/overdue/").content.decode()
    assert other.post("/overdue/views", {"act": "remove", "view": view.pk}).status_code == 404
    assert "at most 60 characters" in post(client, "views", act="keep", name=" ").content.decode()
    post(client, "views", act="remove", view=view.pk)
    post(client, "views", act="keep", name="my 90s", query="")
    assert "has that name by now" in post(client, "views", act="undo", view=view.pk).content.decode()


def test_the_export_holds_the_view_with_its_people(sign_in, book):
    client = sign_in(Role.CRISIS_LEAD)
    ids = sorted(overdue(book).values())
    assign_debts(ids[:1], user_of(Role.CRISIS_LEAD).pk, "test", NOW)
    lines = b"".join(client.get("/overdue/export.csv?sort=debt").streaming_content).decode().splitlines()
    assert len(lines) == len(ids) + 1
    assert lines[1].startswith(f"{ids[0]},") and lines[1].endswith("crisis-lead@example.org")
    assert lines[2].endswith(",")
    some = client.post("/overdue/export.csv", {"id": [str(ids[1])], "query": ""})
    assert len(b"".join(some.streaming_content).decode().splitlines()) == 2


def test_an_undone_import_takes_its_debts_off_the_list_but_not_out_of_history(sign_in, book):
    from kaopu.book import store

    sign_in(Role.AGENT)
    debt_id = book["late"]
    assign_debts([debt_id], user_of(Role.AGENT).pk, "test", NOW)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("INSERT INTO book_importbatch (id, mapping, file_name, file_sha256, status, report, rejects_path,"
                       " started_by, undone_by) VALUES (77, 'm', 'f', 's', 'done', '{}', '', '', '')")  # fmt: skip
        for table in ("book_event", "book_scheduleversion", "book_debt"):
            cursor.execute(f"UPDATE {table} SET import_batch_id = 77 WHERE debt_id = %s", [debt_id])
        cursor.execute("SET LOCAL session_replication_role = origin")
        store.allow_undo_of(77)
        for table in ("book_scheduleversion", "book_event", "book_debt"):
            cursor.execute(f"DELETE FROM {table} WHERE debt_id = %s", [debt_id])
    assert owners() == {}
    assert Assignment.objects.get().debt_id == debt_id


def test_a_page_asks_no_more_often_than_said(sign_in, book):
    client = sign_in(Role.CRISIS_LEAD)
    assign_debts(sorted(book.values()), user_of(Role.CRISIS_LEAD).pk, "test", NOW)
    client.get("/overdue/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/overdue/")
    assert len(seen) <= 14, "\n".join(query["sql"][:150] for query in seen.captured_queries)


@pytest.mark.django_db(transaction=True)
def test_two_who_assign_the_same_debts_at_once_leave_one_answer():
    book = small_book.build()
    users = [small_book.staff(role).pk for role in (Role.AGENT, Role.CRISIS_LEAD)]
    ids = sorted(book.values())
    for _ in range(5):
        ready = threading.Barrier(2)

        def give(user, ready=ready):
            ready.wait()
            assign_debts(ids, user, f"staff:{user}", NOW)
            connections.close_all()

        threads = [threading.Thread(target=give, args=(user,)) for user in users]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rows = list(Assignment.objects.order_by("id"))
        assert owners() == dict.fromkeys(ids, rows[-1].user_id)
        previous: dict[int, int | None] = {}
        for row in rows:
            assert row.before_id == previous.get(row.debt_id), "each row knows who was responsible before it"
            previous[row.debt_id] = row.user_id


SIXTY_THOUSAND = 60_000
FILL = f"""
INSERT INTO book_debt (source, external_id, party_id, product_version_id, currency, principal, disbursed_on)
SELECT 'load', n::text, %(party)s, %(version)s, 'CNY', 100000, %(day)s FROM generate_series(1, {SIXTY_THOUSAND}) n;
INSERT INTO book_positionrow (close_run_id, debt_id, party_id, currency, outstanding_principal, outstanding_interest,
  outstanding_fee, outstanding_penalty, overdue_principal, overdue_interest, overdue_fee, overdue_penalty,
  accrued_interest, paid_to_date, credit_balance, charged_off, recovered, refunded, waived, lapsed, days_past_due,
  worst_days_past_due, class_code, class_rule, bucket_code, flags)
SELECT p.close_run_id, d.debt_id, d.party_id, 'CNY', 1000 * (d.debt_id %% 97 + 1), 0, 0, 0, 100 * (d.debt_id %% 89 + 1), 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, CASE d.debt_id %% 2 WHEN 0 THEN d.debt_id %% 400 + 1 ELSE 0 END, 1, d.debt_id %% 5, 0, d.debt_id %% 7 + 1, 0
FROM book_debt d, (SELECT close_run_id FROM book_positionrow LIMIT 1) p WHERE d.source = 'load';
"""


PEER = "SELECT currency, sum(overdue), sum(outstanding), count(*) FROM book_positionrow GROUP BY currency"
TIMES_MOST = 15  # measured 4 to 9 on two quiet cores, where the slowest view took 86 ms


def test_sixty_thousand_debts_half_of_them_overdue_are_listed_for_the_price_of_a_few_sums(sign_in, book):
    """Each view against one statement that adds up all positions in the same run: a busy machine slows both."""
    client = sign_in(Role.CRISIS_LEAD)
    sign_in(Role.AGENT)
    debt = Debt.objects.get(pk=book["late"])
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"party": debt.party_id, "version": debt.product_version_id, "day": date(2026, 1, 1)})
    ids = list(Debt.objects.filter(source="load").values_list("debt_id", flat=True))
    assign_debts(ids[:20_000], user_of(Role.AGENT).pk, "test", NOW)
    assign_debts(ids[20_000:40_000], user_of(Role.CRISIS_LEAD).pk, "test", NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    views = ("", "owner=mine", "owner=none", "bucket=91%2B&sort=-overdue", "product=phone", "least=50&class=loss",
             "sort=owner&page=300", "sort=class&owner=mine")  # fmt: skip
    best, peer = dict.fromkeys(views, 9.0), 9.0
    for _ in range(8):
        for view in views:
            started = perf_counter()
            response = client.get(f"/overdue/?{view}", headers={"HX-Request": "true"})
            best[view] = min(best[view], perf_counter() - started)
            assert response.status_code == 200
            started = perf_counter()
            with connection.cursor() as cursor:
                cursor.execute(PEER)
                cursor.fetchall()
            peer = min(peer, perf_counter() - started)
    assert max(best.values()) < TIMES_MOST * peer, (peer, best)


def test_an_empty_book_says_what_to_do(sign_in, db):
    client = sign_in(Role.AGENT)
    assert client.get("/overdue/").status_code == 200
