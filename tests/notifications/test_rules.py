"""What may happen to a message, and when it is tried again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from clinic.kernel.errors import Conflict
from clinic.notifications.rules import (
    DELIVERY,
    Failure,
    Message,
    MessageAction,
    MessageState,
    is_given_up,
    lease_for,
    message_id_for,
    wait_before_next,
    worker_is_alive,
)

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
NEXT = {
    "queued": {"claim": "sending", "cancel": "unwanted", "call_instead": "called"},
    "sending": {
        "claim": "sending",
        "deliver": "sent",
        "defer": "failed",
        "give_up": "given_up",
        "discard": "unwanted",
        "postpone": "queued",
    },
    "sent": {},
    "failed": {"claim": "sending", "cancel": "unwanted", "call_instead": "called"},
    "given_up": {"retry": "queued", "cancel": "unwanted", "call_instead": "called"},
    "unwanted": {},
    "called": {},
}


@pytest.mark.parametrize("state", MessageState)
@pytest.mark.parametrize("action", MessageAction)
def test_every_step_of_a_message(state: MessageState, action: MessageAction) -> None:
    expected = NEXT[state.value].get(action.value)
    if expected is None:
        with pytest.raises(Conflict):
            DELIVERY.next(state, action)
    else:
        assert DELIVERY.next(state, action).value == expected


def test_the_wait_doubles_up_to_an_hour() -> None:
    seconds = [wait_before_next(attempts, 0.5).total_seconds() for attempts in range(1, 12)]
    assert seconds == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]


@pytest.mark.parametrize("attempts", [1, 5, 11, 1000])
def test_chance_moves_the_wait_by_half_at_most(attempts: int) -> None:
    middle = wait_before_next(attempts, 0.5)
    assert wait_before_next(attempts, 0.0) == middle * 0.5
    assert wait_before_next(attempts, 1.0) == middle * 1.5


@pytest.mark.parametrize("failure", Failure)
def test_when_a_message_is_given_up(failure: Failure) -> None:
    at_once = failure in {
        Failure.REFUSED,
        Failure.NO_ADDRESS,
        Failure.UNKNOWN_KIND,
        Failure.WORKER_DIED,
    }
    assert is_given_up(failure, 1) is at_once
    assert is_given_up(failure, 11) is at_once
    assert is_given_up(failure, 12)


def test_the_lease_is_longer_than_the_longest_try() -> None:
    from clinic.notifications.transports import TIMEOUTS_PER_TRY

    for timeout in (1.0, 10.0, 60.0):
        assert lease_for(timeout) > timedelta(seconds=TIMEOUTS_PER_TRY * timeout)
    assert lease_for(10.0) == timedelta(seconds=60)


def test_a_message_id_is_stable_and_of_our_domain() -> None:
    row = UUID(int=7)
    assert message_id_for(row, "visits@example.com") == message_id_for(row, "visits@example.com")
    assert message_id_for(row, "visits@example.com").endswith("@example.com>")


@pytest.mark.parametrize("given", [{"to": "a@example.com\nBcc: b@example.com"}, {"subject": "Hello\r\nX: y"}])
def test_a_header_cannot_begin_another(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="line break"):
        Message(given.get("to", "a@example.com"), given.get("subject", "Hello"), "", "")


def test_a_worker_is_alive_for_two_minutes() -> None:
    assert not worker_is_alive(None, NOW)
    assert worker_is_alive(NOW - timedelta(seconds=119), NOW)
    assert not worker_is_alive(NOW - timedelta(minutes=2), NOW)
