"""What a visit is called on the day board, and what the desk may do with it."""

from datetime import UTC, datetime, timedelta

import pytest

from clinic.frontdesk.rules import desk_steps, minutes_late, minutes_waiting
from clinic.scheduling.rules import APPOINTMENT, State, Step

START = datetime(2026, 12, 8, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(("after", "late"), [(-30, 0), (0, 0), (9, 0), (10, 10), (25, 25)])
def test_only_a_booked_person_is_late_and_only_after_ten_minutes(after: int, late: int) -> None:
    now = START + timedelta(minutes=after)
    assert minutes_late(State.BOOKED, START, now) == late
    assert minutes_late(State.ARRIVED, START, now) == 0


def test_waiting_is_counted_from_the_arrival() -> None:
    assert minutes_waiting(State.ARRIVED, START, START + timedelta(minutes=12)) == 12
    assert minutes_waiting(State.ARRIVED, START, START - timedelta(minutes=12)) == 0
    assert minutes_waiting(State.BOOKED, START, START + timedelta(minutes=12)) == 0


@pytest.mark.parametrize("state", list(State))
def test_the_board_offers_what_the_lifecycle_permits(state: State) -> None:
    offered = desk_steps(state, START, START + timedelta(hours=1))
    assert all(APPOINTMENT.may(state, step) for step in offered)
    assert bool(offered) == (state in (State.BOOKED, State.ARRIVED, State.IN_CONSULTATION))


def test_nobody_is_a_no_show_before_twenty_minutes() -> None:
    assert Step.MARK_NO_SHOW not in desk_steps(State.BOOKED, START, START + timedelta(minutes=19))
    assert Step.MARK_NO_SHOW in desk_steps(State.BOOKED, START, START + timedelta(minutes=20))


def test_nobody_can_have_arrived_on_another_day() -> None:
    assert Step.ARRIVE in desk_steps(State.BOOKED, START, START - timedelta(hours=2))
    assert desk_steps(State.BOOKED, START, START - timedelta(days=1)) == ()
