"""How far ahead a patient may book, and what happens when nothing is open in that window."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import service
from clinic.referrals.models import Referral
from clinic.referrals.rules import Choice, DecisionReason, window_end
from clinic.referrals.service import Decided
from clinic.referrals.service.empty_windows import AGREED_FOR
from clinic.safety.models import CallBack
from clinic.safety.rules import CallBackKind, CallBackState, Outcome
from clinic.safety.service import record_contact, resolve
from clinic.scheduling import service as scheduling
from clinic.scheduling.models import VisitType
from clinic.scheduling.rules import NotBookable, OpenTime, Refusal, State
from tests.referrals.cast import Sent, come_in, rows_of, send_in, times_for
from tests.scheduling.scene import SYSTEM, Scene
from tests.support.app import START
from tests.support.client import PageClient, text_of

TODAY = central_date(START)


def set_window(**days: int) -> None:
    """`p4=7`: people of priority 4 book at most a week ahead."""
    given = {name.removeprefix("p"): number for name, number in days.items()}
    with transaction():
        db.session.execute(update(VisitType).values(window_days=given))


def close_until(day_after: int) -> None:
    """Nobody sees anybody until so many days from now."""
    last = TODAY + timedelta(days=day_after - 1)
    scheduling.add_closure(first_day=TODAY, last_day=last, name="Away", actor=SYSTEM, now=START)


def calls() -> list[CallBack]:
    return [row for row in rows_of(CallBack) if row.kind is CallBackKind.NO_TIME_IN_WINDOW]


def around(sent: Sent, days: int) -> tuple[OpenTime, OpenTime]:
    """The last time that lies within so many days, and the first one beyond."""
    found = times_for(sent, START, days=60)
    end = window_end(TODAY + timedelta(days=days))
    return [one for one in found if one.start < end][-1], next(one for one in found if one.start >= end)


def test_the_window_of_the_priority_is_kept_by_every_way_in(sent: Sent) -> None:
    priority = sent.referral.priority
    set_window(**{f"p{priority}": 7})
    assert service.way_to_visit(sent.fresh, START).last_day == TODAY + timedelta(days=7)
    inside, beyond = around(sent, 7)
    with pytest.raises(NotBookable) as refused:
        service.hold_time(sent.referral.id, beyond.wanted, key="k", actor=sent.patient, now=START)
    assert Refusal.TOO_LATE in refused.value.reasons
    held = service.hold_time(sent.referral.id, inside.wanted, key="k2", actor=sent.patient, now=START)
    booked = service.confirm_time(sent.referral.id, held.id, actor=sent.patient, now=START)
    with pytest.raises(NotBookable):
        service.move_visit(
            sent.referral.id, booked.id, beyond.wanted, version=booked.version, actor=sent.patient, now=START
        )


def test_staff_are_not_bound(sent: Sent, desk: Actor) -> None:
    set_window(**{f"p{sent.referral.priority}": 7})
    _, beyond = around(sent, 7)
    row = service.book_by_staff(sent.referral.id, beyond.wanted, key="d", actor=desk, now=START)
    assert row.state is State.BOOKED


def test_another_priority_has_another_window_and_a_clinicians_priority_counts(
    sent: Sent, clinician: Actor
) -> None:
    other = 3 if sent.referral.priority != 3 else 4
    set_window(**{f"p{other}": 7})
    assert service.way_to_visit(sent.fresh, START).last_day > TODAY + timedelta(days=7)
    given = Decided(
        choice=Choice.PHASE_TWO,
        reason=DecisionReason.SPOKE_WITH_PATIENT,
        sentence="We talked about it.",
        priority=other,
    )
    service.decide(sent.referral.reference, given, version=1, actor=clinician, now=START)
    with transaction():
        db.session.execute(update(VisitType).values(phases=[1, 2, 3]))
    assert service.way_to_visit(sent.fresh, START).last_day == TODAY + timedelta(days=7)


def test_an_empty_list_is_one_call_however_often_it_is_opened(client: PageClient, sent: Sent) -> None:
    close_until(90)
    come_in(client, sent)
    for _ in range(3):
        page = text_of(client.get("/visit/times").text)
    assert "No time is open" in page
    assert "Please call me" in page
    (call,) = calls()
    assert (call.subject_id, call.state) == (sent.referral.id, CallBackState.OPEN)
    client.post("/visit/times", {"slot": "call", "key": "k"}, status=303)


def test_the_last_day_is_told_once_a_clinician_has_decided_and_nobody_is_called(
    client: PageClient, sent: Sent, clinician: Actor
) -> None:
    """Before the decision it would tell the priority."""
    come_in(client, sent)
    assert "You can choose a time until" not in text_of(client.get("/visit/times").text)
    given = Decided(
        choice=Choice.PHASE_TWO, reason=DecisionReason.SPOKE_WITH_PATIENT, sentence="We talked about it."
    )
    service.decide(sent.referral.reference, given, version=1, actor=clinician, now=START)
    assert "You can choose a time until" in text_of(client.get("/visit/times").text)
    assert calls() == []


def test_a_call_that_somebody_ended_is_not_opened_again_at_once(sent: Sent, desk: Actor) -> None:
    assert service.tell_of_empty_window(sent.referral.id, actor=sent.patient, now=START)
    (call,) = calls()
    record_contact(call.id, desk, now=START)
    resolve(call.id, Outcome.DONE, "Agreed to wait.", desk, now=START)
    soon, later = START + AGREED_FOR / 2, START + AGREED_FOR + timedelta(minutes=1)
    assert not service.tell_of_empty_window(sent.referral.id, actor=sent.patient, now=soon)
    assert service.tell_of_empty_window(sent.referral.id, actor=sent.patient, now=later)


def test_a_booking_ends_the_call(sent: Sent, desk: Actor) -> None:
    service.tell_of_empty_window(sent.referral.id, actor=sent.patient, now=START)
    wanted = times_for(sent, START)[0].wanted
    service.book_by_staff(sent.referral.id, wanted, key="d", actor=desk, now=START)
    assert [(call.state, call.outcome) for call in calls()] == [
        (CallBackState.RESOLVED, Outcome.NO_LONGER_NEEDED)
    ]
    assert not service.tell_of_empty_window(sent.referral.id, actor=sent.patient, now=START)


def test_the_worker_finds_those_whose_window_is_empty(
    scene: Scene, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = send_in(monkeypatch, START, first_name="Otto")
    with transaction():
        db.session.execute(update(Referral).where(Referral.id == near.referral.id).values(priority=5))
        db.session.execute(update(Referral).where(Referral.id == sent.referral.id).values(priority=4))
    assert service.call_about_empty_windows(START) == 0
    set_window(p5=7)
    close_until(8)
    assert service.call_about_empty_windows(START) == 1
    assert [call.subject_id for call in calls()] == [near.referral.id]
    assert service.call_about_empty_windows(START) == 0


def test_the_worker_leaves_alone_whoever_has_a_visit(sent: Sent, desk: Actor) -> None:
    wanted = times_for(sent, START)[0].wanted
    service.book_by_staff(sent.referral.id, wanted, key="d", actor=desk, now=START)
    scheduling.add_closure(
        first_day=TODAY, last_day=TODAY + timedelta(days=150), name="Away", actor=SYSTEM, now=START
    )
    assert service.call_about_empty_windows(START) == 0
