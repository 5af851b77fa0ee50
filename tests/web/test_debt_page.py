"""The debt page: any day, two days, what was known then, and a history that contradicts itself."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import small_book

from kaopu.book.console import sparkline
from kaopu.book.core.event_kind import EventKind
from kaopu.kernel.roles import Role


@pytest.fixture
def client(sign_in, book):
    return sign_in(Role.AUDITOR)


def page_of(client, debt_id, **query):
    return client.get(f"/debts/{debt_id}/", query).context["page"]


def test_the_answer_adds_up(client, book):
    page = page_of(client, book["late"])
    assert page.answer == "Owed ¥4,797.81 = principal ¥4,566.49 + interest ¥231.32. Past due: ¥1,599.24."
    assert page.why == "73 days past due. Any day past due is at least special mention."
    assert page.total.outstanding == "¥4,797.81"


def test_states_of_instalments_follow_the_day(client, book):
    def states(day):
        return [row.state for row in page_of(client, book["late"], as_of=day).schedule]

    assert states("2026-06-01") == ["next"] + ["to come"] * 11
    assert states("2026-08-09") == ["paid"] * 3 + ["next"] + ["to come"] * 8
    assert states("2026-11-22") == ["paid"] * 3 + ["past due"] * 3 + ["next"] + ["to come"] * 5


def test_steps_lead_by_day_and_by_event(client, book):
    days = page_of(client, book["late"], as_of="2026-07-20").days
    assert days.before.endswith("as_of=2026-07-19")
    assert days.after.endswith("as_of=2026-07-21")
    assert days.event_before.endswith("as_of=2026-07-09")
    assert days.event_after.endswith("as_of=2026-08-09")
    assert page_of(client, book["late"], as_of="2026-06-01").days.event_before == ""


def test_two_days_are_compared(client, book):
    page = page_of(client, book["on time"], as_of="2026-11-22", compare="2026-09-01")
    assert page.compared
    assert (page.total.outstanding, page.total.compared, page.total.change) == ("¥3,198.51", "¥4,797.81", "−¥1,599.30")


def test_a_back_dated_payment_shows_what_was_known_then(client, book):
    late = datetime(2026, 11, 10, 9, tzinfo=UTC)
    debt_id = book["late"]
    for event_on in (date(2026, 9, 9),):
        small_book.post(debt_id, EventKind.PAYMENT, event_on, 53_309, now=late)
    then = page_of(client, debt_id, as_of="2026-09-20").then
    assert then is not None
    assert "Known now: ¥4,264.72 owed, DPD 0." in then.words
    assert "payment ¥533.09 of 9 Sep 2026, recorded on 10 Nov 2026" in then.causes
    page = page_of(client, debt_id, as_of="2026-11-23")
    assert page.then is None, "everything was known by that day"
    assert page.spark.then, "the dashed line differs"


def test_a_day_that_is_no_day_falls_back_to_the_close(client, book):
    page = page_of(client, book["late"], as_of="2026-02-30", compare="yesterday")
    assert (page.days.as_of, page.days.compare) == (small_book.AS_OF, None)


def test_a_debt_that_is_not_there_is_not_found(client):
    assert client.get("/debts/999999/").status_code == 404


def test_a_fragment_is_the_position_alone(client, book):
    text = client.get(f"/debts/{book['late']}/?as_of=2026-10-01", headers={"HX-Request": "true"}).content.decode()
    assert text.lstrip().startswith('<div id="position"')


def test_a_charged_off_debt_says_what_left_the_book(client, book):
    page = page_of(client, book["charged off"])
    assert page.answer.startswith("Charged off: ¥6,397")
    assert "charged off" in page.states


def test_the_export_has_schedule_and_events(client, book):
    response = client.get(f"/debts/{book['late']}/export.csv")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 12 + 3
    assert lines[1] == "instalment,1,2026-06-10,,473.09,60.00,0.00,CNY"


def test_a_sparkline_has_few_points_however_long_the_life():
    start, end = date(2000, 1, 1), date(2030, 1, 1)
    marked = [date(2000 + n // 12, n % 12 + 1, 5) for n in range(300)]
    days = sparkline.days_to_draw(start, end, marked)
    assert (days[0], days[-1]) == (start, end)
    assert len(days) <= sparkline.POINTS_MAX
