"""A patient's way to a visit: who may take a time, and that an urgent flag stops every way but one."""

from datetime import timedelta

import pytest
from flask import Flask

from clinic.kernel.errors import Conflict, NotFound
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import settings
from clinic.referrals import service
from clinic.referrals.rules import BookingMode, Choice, DecisionReason
from clinic.referrals.service import Decided
from clinic.safety.models import CallBack
from clinic.safety.queries import blocks_self_booking
from clinic.safety.rules import BLOCKING_TIERS, RED_FLAGS, CallBackKind, CallBackState, FlagSource
from clinic.safety.service import raise_flags, retract
from clinic.scheduling.models import Appointment
from clinic.scheduling.rules import HoldExpired, NotBookable, State, TimeTaken, Wanted
from tests.referrals.cast import Sent, rows_of, send_in, times_for
from tests.scheduling.scene import Scene
from tests.support.app import START

SOON = START + timedelta(minutes=5)
URGENT = sorted(code for code, flag in RED_FLAGS.items() if flag.tier in BLOCKING_TIERS)


def take(sent: Sent, key: str = "form-1", number: int = 0) -> Wanted:
    wanted = times_for(sent, START)[number].wanted
    service.hold_time(sent.referral.id, wanted, key=key, actor=sent.patient, now=START)
    return wanted


def book(sent: Sent, number: int = 0) -> Appointment:
    wanted = times_for(sent, START)[number].wanted
    held = service.hold_time(sent.referral.id, wanted, key="book", actor=sent.patient, now=START)
    service.confirm_time(sent.referral.id, held.id, actor=sent.patient, now=SOON)
    return visits()[-1]


def visits() -> list[Appointment]:
    return sorted(rows_of(Appointment), key=lambda row: row.created_at)


def urge(sent: Sent, code: str = "RF-DVT") -> None:
    raise_flags(sent.referral.patient_id, None, [code], FlagSource.PATIENT, sent.patient, now=SOON)


def test_hold_confirm_and_confirm_again_make_one_booking(sent: Sent) -> None:
    wanted = times_for(sent, START)[0].wanted
    first = service.hold_time(sent.referral.id, wanted, key="k", actor=sent.patient, now=START)
    again = service.hold_time(sent.referral.id, wanted, key="k", actor=sent.patient, now=START)
    assert first.id == again.id
    for _ in range(2):
        row = service.confirm_time(sent.referral.id, first.id, actor=sent.patient, now=SOON)
        assert row.state is State.BOOKED
    assert len(visits()) == 1
    resent = service.hold_time(sent.referral.id, wanted, key="k", actor=sent.patient, now=SOON)
    assert (resent.id, resent.state) == (first.id, State.BOOKED)


def test_a_second_visit_is_not_booked_beside_the_first(sent: Sent) -> None:
    book(sent)
    with pytest.raises(Conflict, match="already have a visit"):
        take(sent, key="another", number=3)


def test_a_lost_race_names_the_nearest_times(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = take(sent)
    other = send_in(monkeypatch, START, first_name="Otto")
    with pytest.raises(TimeTaken) as lost:
        service.hold_time(other.referral.id, wanted, key="o", actor=other.patient, now=START)
    assert lost.value.nearest


def test_the_window_ends_with_the_see_by_day_of_the_priority(sent: Sent) -> None:
    far = [time for time in times_for(sent, START, days=90) if time.start > START + timedelta(days=75)]
    assert far
    with pytest.raises(NotBookable):
        service.hold_time(sent.referral.id, far[0].wanted, key="far", actor=sent.patient, now=START)


def test_a_hold_lasts_fifteen_minutes_and_is_extended_by_one_tap(sent: Sent) -> None:
    take(sent)
    (held,) = visits()
    service.extend_hold(sent.referral.id, held.id, actor=sent.patient, now=START + timedelta(minutes=10))
    later = START + timedelta(minutes=20)
    assert (
        service.confirm_time(sent.referral.id, held.id, actor=sent.patient, now=later).state is State.BOOKED
    )


def test_a_hold_that_ran_out_is_not_confirmed(sent: Sent) -> None:
    take(sent)
    (held,) = visits()
    with pytest.raises(HoldExpired):
        service.confirm_time(sent.referral.id, held.id, actor=sent.patient, now=START + timedelta(minutes=16))


def test_nobody_confirms_or_cancels_another_persons_visit(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(sent)
    (held,) = visits()
    other = send_in(monkeypatch, START, first_name="Otto")
    with pytest.raises(NotFound):
        service.confirm_time(other.referral.id, held.id, actor=other.patient, now=START)
    with pytest.raises(NotFound):
        service.cancel_visit(other.referral.id, held.id, version=1, actor=other.patient, now=START)


@pytest.mark.parametrize("code", URGENT)
def test_each_urgent_flag_alone_stops_every_way_but_asking(sent: Sent, code: str) -> None:
    take(sent)
    (held,) = visits()
    urge(sent, code)
    (call,) = rows_of(CallBack)
    assert (call.kind, call.state) == (CallBackKind.SAFETY, CallBackState.OPEN)
    way = service.way_to_visit(sent.fresh, SOON)
    assert way.mode is BookingMode.ASK_FOR_TIME
    other = times_for(sent, SOON)[4].wanted
    with pytest.raises(Conflict):
        service.hold_time(sent.referral.id, other, key="h", actor=sent.patient, now=SOON)
    with pytest.raises(Conflict):
        service.extend_hold(sent.referral.id, held.id, actor=sent.patient, now=SOON)
    # What was held before the answer is kept, but nobody books it.
    kept = service.confirm_time(sent.referral.id, held.id, actor=sent.patient, now=SOON)
    assert kept.state is State.REQUESTED
    kept = service.confirm_time(sent.referral.id, held.id, actor=sent.patient, now=SOON)
    assert kept.state is State.REQUESTED
    retract(sent.referral.patient_id, [code], sent.patient, now=SOON)
    assert blocks_self_booking(sent.referral.patient_id)
    with pytest.raises(Conflict):
        service.hold_time(sent.referral.id, other, key="h2", actor=sent.patient, now=SOON)


def test_a_time_asked_for_blocks_and_stays_until_a_person_ends_it(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    urge(sent)
    wanted = times_for(sent, SOON)[0].wanted
    for _ in range(2):
        row = service.request_time(sent.referral.id, wanted, key="r", actor=sent.patient, now=SOON)
        assert row.state is State.REQUESTED
    assert len(visits()) == 1
    other = send_in(monkeypatch, START, first_name="Otto")
    with pytest.raises(TimeTaken):
        service.hold_time(other.referral.id, wanted, key="o", actor=other.patient, now=SOON)
    with pytest.raises(Conflict):
        service.cancel_visit(sent.referral.id, row.id, version=row.version, actor=sent.patient, now=SOON)


def test_a_booked_visit_is_not_moved_while_a_flag_is_open_but_may_be_given_up(sent: Sent) -> None:
    visit = book(sent)
    urge(sent)
    other = times_for(sent, SOON)[5].wanted
    with pytest.raises(Conflict):
        service.move_visit(
            sent.referral.id, visit.id, other, version=visit.version, actor=sent.patient, now=SOON
        )
    row = service.cancel_visit(
        sent.referral.id, visit.id, version=visit.version, actor=sent.patient, now=SOON
    )
    assert row.state is State.CANCELLED


def test_asking_for_a_time_is_for_those_with_a_flag(sent: Sent) -> None:
    wanted = times_for(sent, START)[0].wanted
    with pytest.raises(Conflict):
        service.request_time(sent.referral.id, wanted, key="r", actor=sent.patient, now=START)


def test_a_visit_moves_once_and_keeps_its_reference(sent: Sent) -> None:
    visit = book(sent)
    wanted = times_for(sent, SOON)[6].wanted
    for _ in range(2):
        row = service.move_visit(
            sent.referral.id, visit.id, wanted, version=visit.version, actor=sent.patient, now=SOON
        )
        assert (row.reference, row.start_at) == (visit.reference, wanted.start)
    assert len(visits()) == 1


def test_none_of_these_is_one_call_and_a_booking_ends_it(sent: Sent) -> None:
    first = service.ask_for_call(sent.referral.id, actor=sent.patient, now=START)
    assert service.ask_for_call(sent.referral.id, actor=sent.patient, now=SOON) == first
    book(sent)
    (call,) = rows_of(CallBack)
    assert (call.kind, call.state) == (CallBackKind.CHOOSE_TIME, CallBackState.RESOLVED)


def test_after_a_redirect_only_a_call_is_left(sent: Sent, clinician: Actor) -> None:
    given = Decided(
        choice=Choice.NOT_FOR_THIS_CLINIC,
        reason=DecisionReason.OTHER_DIAGNOSIS,
        sentence="Gout.",
        words_to_patient="See a foot clinic.",
    )
    wanted = times_for(sent, START)[0].wanted
    service.decide(sent.referral.reference, given, version=1, actor=clinician, now=START)
    assert service.way_to_visit(sent.fresh, SOON).mode is BookingMode.CALL_US
    with pytest.raises(Conflict):
        service.hold_time(sent.referral.id, wanted, key="k", actor=sent.patient, now=SOON)


def test_the_desk_books_for_a_caller_and_asks_where_a_flag_is_open(
    sent: Sent, desk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (time.wanted for time in times_for(sent, START)[:40:30])
    row = service.book_by_staff(sent.referral.id, first, key="d", actor=desk, now=START)
    assert row.state is State.BOOKED
    other = send_in(monkeypatch, START, first_name="Otto")
    urge(other)
    row = service.book_by_staff(other.referral.id, second, key="e", actor=desk, now=SOON)
    assert row.state is State.REQUESTED


def test_without_a_visit_type_only_a_call_is_left(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = send_in(monkeypatch, START)
    way = service.way_to_visit(sent.referral, START)
    assert (way.mode, way.terms) == (BookingMode.CALL_US, None)
    with pytest.raises(NotFound):
        _ = way.visit_type_id


def test_before_the_decision_booking_can_be_switched_off(
    scene: Scene, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = times_for(sent, START)[0].wanted
    held = settings().model_copy(update={"book_before_decision": False})
    monkeypatch.setattr("clinic.referrals.service.way.settings", lambda: held)
    assert service.way_to_visit(sent.fresh, START).mode is BookingMode.WAIT_FOR_DECISION
    with pytest.raises(Conflict):
        service.hold_time(sent.referral.id, wanted, key="k", actor=sent.patient, now=START)
