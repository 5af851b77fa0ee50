"""Ids that sort by time, and the clocks that tell it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.kernel.clock import FixedClock, system_clock
from kaopu.kernel.ids import instant_of, new_id, time_ordered_id

instants = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
eight = st.binary(min_size=8, max_size=8)


def test_the_example_of_the_standard():
    # RFC 9562, appendix A.6: 22 February 2022, 14:22:22 at GMT−5; rand_a 0xCC3 is 0.8 of the millisecond here
    at = datetime(2022, 2, 22, 14, 22, 22, tzinfo=timezone(timedelta(hours=-5)))
    made = time_ordered_id(at, bytes.fromhex("18C4DC0C0C07398F"))
    assert str(made) == "017f22e2-79b0-7000-98c4-dc0c0c07398f"


@given(instants, eight)
def test_version_variant_and_instant_can_be_read(at, random):
    made = time_ordered_id(at, random)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert instant_of(made) == at.replace(microsecond=at.microsecond // 1000 * 1000)


@given(instants, instants, eight, eight)
def test_ids_sort_by_time(one, other, first, second):
    if one != other:
        assert (time_ordered_id(one, first) < time_ordered_id(other, second)) is (one < other)


def test_fresh_ids_of_one_instant_differ():
    at = datetime(2026, 11, 24, tzinfo=UTC)
    assert len({new_id(at) for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize(("at", "random"), [
    (datetime(2026, 11, 24), bytes(8)),  # noqa: DTZ001 - the fault under test
    (datetime(1969, 12, 31, tzinfo=UTC), bytes(8)),
    (datetime(2026, 11, 24, tzinfo=UTC), bytes(7)),
])  # fmt: skip
def test_an_id_needs_an_instant_and_eight_bytes(at, random):
    with pytest.raises(ValueError, match="expected"):
        time_ordered_id(at, random)


def test_an_id_of_another_version_has_no_instant():
    with pytest.raises(ValueError, match="version 4"):
        instant_of(uuid4())
    assert instant_of(UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")) == datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)


def test_the_clock_of_the_machine_tells_utc_and_goes_on():
    clock = system_clock()
    before, after = clock.now(), clock.now()
    assert before.tzinfo is UTC
    assert timedelta() <= after - before < timedelta(seconds=5)


def test_a_fixed_clock_stands_still():
    beijing = datetime(2026, 11, 24, 8, tzinfo=timezone(timedelta(hours=8)))
    clock = FixedClock(beijing)
    assert clock.now() == clock.now() == datetime(2026, 11, 24, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 11, 24))  # noqa: DTZ001 - the fault under test
