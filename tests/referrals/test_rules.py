"""What may happen to a referral, what a decision counts as, and who may book."""

from datetime import date, timedelta
from itertools import product

import pytest

from clinic.kernel.errors import Conflict, Invalid
from clinic.referrals.rules import (
    OPEN,
    REFERRAL,
    BookingMode,
    Choice,
    DecisionKind,
    DecisionReason,
    ReferralStatus,
    ReferralStep,
    booking_mode,
    booking_until,
    check_decision,
    headline,
    kind_of,
    needs_reason,
    one_key_choice,
    priority_from_flags,
    see_by,
    shortest_end,
    window_end,
)

S, A = ReferralStatus, ReferralStep  # short names for the table below
PERMITTED = {
    (S.SUBMITTED, A.ASK): S.NEEDS_INFORMATION,
    (S.SUBMITTED, A.DECIDE): S.DECIDED,
    (S.SUBMITTED, A.WITHDRAW): S.WITHDRAWN,
    (S.NEEDS_INFORMATION, A.ANSWER): S.SUBMITTED,
    (S.NEEDS_INFORMATION, A.RECALL): S.SUBMITTED,
    (S.NEEDS_INFORMATION, A.DECIDE): S.DECIDED,
    (S.NEEDS_INFORMATION, A.WITHDRAW): S.WITHDRAWN,
    (S.DECIDED, A.DECIDE): S.DECIDED,
    (S.DECIDED, A.ASK): S.NEEDS_INFORMATION,
    (S.DECIDED, A.CLOSE): S.CLOSED,
    (S.DECIDED, A.WITHDRAW): S.WITHDRAWN,
    (S.CLOSED, A.REOPEN): S.SUBMITTED,
    (S.WITHDRAWN, A.REOPEN): S.SUBMITTED,
}


@pytest.mark.parametrize(("state", "step"), list(product(S, A)))
def test_every_state_permits_its_steps_and_no_other(state: ReferralStatus, step: ReferralStep) -> None:
    if (state, step) in PERMITTED:
        assert REFERRAL.next(state, step) is PERMITTED[state, step]
        return
    with pytest.raises(Conflict):
        REFERRAL.next(state, step)


@pytest.mark.parametrize(
    ("choice", "suggested", "kind"),
    [
        (Choice.PHASE_ONE, [1], DecisionKind.AGREES),
        (Choice.PHASE_TWO, [1, 2], DecisionKind.RESOLVED),
        (Choice.PHASE_THREE, [2, 3], DecisionKind.RESOLVED),
        (Choice.PHASE_THREE, [1, 2], DecisionKind.OVERRIDE),
        (Choice.PHASE_ONE, [2], DecisionKind.OVERRIDE),
        (Choice.NOT_FOR_THIS_CLINIC, [2], DecisionKind.OVERRIDE),
        (Choice.CANNOT_DECIDE_YET, [2, 3], DecisionKind.OVERRIDE),
        (Choice.PHASE_ONE, [], DecisionKind.ASSIGNED),
        (Choice.CANNOT_DECIDE_YET, [], DecisionKind.ASSIGNED),
        (Choice.NOT_FOR_THIS_CLINIC, [], DecisionKind.ASSIGNED),
    ],
)
def test_a_decision_counts_by_where_it_stands_to_the_suggested_set(
    choice: Choice, suggested: list[int], kind: DecisionKind
) -> None:
    assert kind_of(choice, suggested) is kind


def test_leaving_the_set_or_having_none_needs_a_reason_and_a_sentence() -> None:
    assert {kind for kind in DecisionKind if needs_reason(kind)} == {
        DecisionKind.OVERRIDE,
        DecisionKind.ASSIGNED,
    }
    with pytest.raises(Invalid) as wrong:
        check_decision(Choice.PHASE_THREE, [1], None, "The letter says so.", "")
    assert wrong.value.field == "reason"
    with pytest.raises(Invalid) as wrong:
        check_decision(Choice.PHASE_THREE, [1], DecisionReason.RECORDS, "  \n ", "")
    assert wrong.value.field == "sentence"
    given = check_decision(Choice.PHASE_THREE, [1], DecisionReason.RECORDS, "The letter says so.", "")
    assert given is DecisionKind.OVERRIDE


def test_inside_the_set_nothing_has_to_be_explained() -> None:
    assert check_decision(Choice.PHASE_TWO, [2], None, "", "") is DecisionKind.AGREES
    assert check_decision(Choice.PHASE_TWO, [2, 3], None, "", "") is DecisionKind.RESOLVED


def test_nobody_is_sent_elsewhere_without_advice() -> None:
    because = (DecisionReason.OTHER_DIAGNOSIS, "Gout.")
    with pytest.raises(Invalid) as wrong:
        check_decision(Choice.NOT_FOR_THIS_CLINIC, [2], *because, " \n")
    assert wrong.value.field == "words"
    given = check_decision(Choice.NOT_FOR_THIS_CLINIC, [2], *because, "See a foot clinic.")
    assert given is DecisionKind.OVERRIDE


@pytest.mark.parametrize(
    ("suggested", "confidence", "choice"),
    [
        ([2], "high", Choice.PHASE_TWO),
        ([3], "medium", Choice.PHASE_THREE),
        ([1], "low", None),
        ([1, 2], "low", None),
        ([1, 2], "high", None),
        ([], "none", None),
    ],
)
def test_one_key_confirms_only_a_sure_single_phase(
    suggested: list[int], confidence: str, choice: Choice | None
) -> None:
    assert one_key_choice(suggested, confidence) is choice


@pytest.mark.parametrize("status", list(S))
@pytest.mark.parametrize("choice", [None, *Choice])
@pytest.mark.parametrize("before_decision", [True, False])
def test_an_open_urgent_flag_never_lets_anybody_book(
    status: ReferralStatus, choice: Choice | None, before_decision: bool
) -> None:
    mode = booking_mode(status, choice, urgent_open=True, before_decision=before_decision)
    assert mode is (BookingMode.ASK_FOR_TIME if status in OPEN else BookingMode.CALL_US)


def test_without_a_flag_the_way_follows_status_decision_and_setting() -> None:
    def mode(status: ReferralStatus, choice: Choice | None, before: bool) -> BookingMode:
        return booking_mode(status, choice, urgent_open=False, before_decision=before)

    assert mode(S.SUBMITTED, None, True) is BookingMode.BOOK
    assert mode(S.SUBMITTED, None, False) is BookingMode.WAIT_FOR_DECISION
    assert mode(S.DECIDED, Choice.PHASE_ONE, False) is BookingMode.BOOK
    assert mode(S.DECIDED, Choice.CANNOT_DECIDE_YET, False) is BookingMode.BOOK
    assert mode(S.DECIDED, Choice.NOT_FOR_THIS_CLINIC, True) is BookingMode.CALL_US
    assert mode(S.WITHDRAWN, None, True) is BookingMode.CALL_US
    assert mode(S.CLOSED, Choice.PHASE_ONE, True) is BookingMode.CALL_US


def test_see_by_and_window_follow_priority_and_nothing_else() -> None:
    day = date(2026, 12, 1)
    assert [(see_by(p, day) - day).days for p in range(1, 6)] == [0, 0, 14, 30, 60]
    assert booking_until(see_by(5, day), day, 5, {}) == day + timedelta(days=60)
    late = day + timedelta(days=200)
    assert booking_until(see_by(5, day), late, 5, {}) == late + timedelta(days=14)


@pytest.mark.parametrize(
    ("due", "windows", "days"),
    [
        (30, {}, 30),  # the see-by day
        (3, {}, 14),  # never less than two weeks
        (30, {"4": 21}, 21),  # but no further than the visit type lets this priority book
        (3, {"4": 7}, 7),
        (30, {"4": 90}, 30),
        (30, {"3": 7, "5": 7}, 30),  # another priority's window is no limit
    ],
)
def test_the_last_day_is_the_see_by_day_within_the_window_of_the_priority(
    due: int, windows: dict[str, int], days: int
) -> None:
    today = date(2026, 12, 1)
    last = booking_until(today + timedelta(days=due), today, 4, windows)
    assert (last - today).days == days
    assert shortest_end(today, [windows]) <= window_end(last)


def test_a_window_ends_at_midnight_in_alabama_whatever_the_clocks_do() -> None:
    assert window_end(date(2026, 12, 1)).isoformat() == "2026-12-02T00:00:00-06:00"
    assert window_end(date(2027, 3, 13)).isoformat() == "2027-03-14T00:00:00-06:00"
    assert window_end(date(2027, 3, 14)).isoformat() == "2027-03-15T00:00:00-05:00"


def test_flags_alone_give_the_two_urgent_priorities() -> None:
    assert priority_from_flags(["T0-S", "T1"]) == 1
    assert priority_from_flags(["T0"]) == 1
    assert priority_from_flags(["T0-S"]) == 2
    assert priority_from_flags(["T2"]) is None
    assert priority_from_flags([]) is None


def test_the_headline_tells_the_change_first_then_the_time() -> None:
    told = headline(months=9, details=["SPREAD", "WORSENING"], flags=[], no_phase_reason=None)
    assert told == ("Worse overall, under treatment", "9 months since first symptoms")
    told = headline(months=None, details=[], flags=["contradictory_data"], no_phase_reason="check_dates")
    assert told == ("Dates disagree", "Two answers disagree")
    told = headline(months=30, details=[], flags=[], no_phase_reason=None)
    assert told == ("2 years since first symptoms", "")
    assert headline(months=None, details=[], flags=[], no_phase_reason=None) == ("", "")
