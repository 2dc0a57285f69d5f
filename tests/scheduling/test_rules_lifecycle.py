"""Every state with every step: permitted ones lead where the table says, all others are refused in words."""

import pytest

from clinic.kernel.errors import Conflict
from clinic.scheduling.rules import APPOINTMENT, GIVEN_UP, LIVE, State, Step, already_done, is_live

S = State
PERMITTED = {
    S.OPEN: {Step.HOLD: S.HELD, Step.REQUEST: S.REQUESTED, Step.BOOK: S.BOOKED},
    S.HELD: {
        Step.CONFIRM: S.BOOKED,
        Step.EXTEND: S.HELD,
        Step.REQUEST: S.REQUESTED,
        Step.RELEASE: S.RELEASED,
        Step.EXPIRE: S.EXPIRED,
    },
    S.REQUESTED: {Step.CONFIRM_REQUEST: S.BOOKED, Step.MOVE: S.REQUESTED, Step.RELEASE: S.RELEASED},
    S.BOOKED: {
        Step.ARRIVE: S.ARRIVED,
        Step.MOVE: S.BOOKED,
        Step.CANCEL: S.CANCELLED,
        Step.MARK_NO_SHOW: S.NO_SHOW,
        Step.CONFIRM_ATTENDANCE: S.BOOKED,
    },
    S.ARRIVED: {Step.START: S.IN_CONSULTATION, Step.CANCEL: S.CANCELLED, Step.UNDO: S.BOOKED},
    S.IN_CONSULTATION: {Step.COMPLETE: S.COMPLETED, Step.UNDO: S.ARRIVED},
    S.COMPLETED: {Step.UNDO: S.IN_CONSULTATION},
    S.NO_SHOW: {Step.UNDO: S.BOOKED},
    S.CANCELLED: {Step.UNDO: S.BOOKED},
    S.EXPIRED: {},
    S.RELEASED: {},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_every_state_with_every_step(state: State, step: Step) -> None:
    target = PERMITTED[state].get(step)
    if target is None:
        with pytest.raises(Conflict) as refused:
            APPOINTMENT.next(state, step)
        assert state.replace("_", " ") in refused.value.message
    else:
        assert APPOINTMENT.next(state, step) is target


def test_a_request_is_never_confirmed_like_a_hold_and_never_runs_out() -> None:
    assert not APPOINTMENT.may(S.REQUESTED, Step.CONFIRM)
    assert not APPOINTMENT.may(S.REQUESTED, Step.EXPIRE)


def test_what_pends_blocks_and_what_is_over_does_not() -> None:
    assert {state for state in State if is_live(state)} == set(LIVE)
    assert {S.HELD, S.REQUESTED, S.BOOKED, S.ARRIVED, S.IN_CONSULTATION} == set(LIVE)
    assert not set(GIVEN_UP) & set(LIVE)


def test_only_undoing_brings_a_dead_appointment_back() -> None:
    for (source, step), target in APPOINTMENT.table.items():
        if source is not S.OPEN and not is_live(source):
            assert step is Step.UNDO or not is_live(target)


@pytest.mark.parametrize(
    ("state", "step", "replay"),
    [
        (S.BOOKED, Step.CONFIRM, True),
        (S.BOOKED, Step.CONFIRM_REQUEST, True),
        (S.CANCELLED, Step.CANCEL, True),
        (S.ARRIVED, Step.ARRIVE, True),
        (S.RELEASED, Step.RELEASE, True),
        (S.HELD, Step.EXTEND, False),
        (S.BOOKED, Step.MOVE, False),
        (S.EXPIRED, Step.CONFIRM, False),
        (S.CANCELLED, Step.CONFIRM, False),
    ],
)
def test_a_double_click_is_told_from_a_wrong_step(state: State, step: Step, replay: bool) -> None:
    assert already_done(state, step) is replay
