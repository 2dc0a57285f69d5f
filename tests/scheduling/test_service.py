"""Taking, changing and giving up a time: what stands in the tables afterwards, on both databases."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from clinic.audit.models import AuditEvent
from clinic.kernel.errors import Conflict, NotAllowed, NotFound
from clinic.kernel.permissions import Actor
from clinic.notifications.models import OutboxMessage
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling import queries, service
from clinic.scheduling.models import OccupiedCell
from clinic.scheduling.registry import Change, on_change, registry
from clinic.scheduling.rules import (
    BookedBy,
    Changed,
    HoldExpired,
    NotBookable,
    Refusal,
    State,
    Step,
    TimeTaken,
    Wanted,
)
from tests.scheduling.scene import CLINICIAN, DESK, MONDAY, SYSTEM, Scene, central

NINE = central(MONDAY, 9)
QUARTER = timedelta(minutes=15)


def hold(scene: Scene, patient: UUID, wanted: Wanted | None = None, *, now: datetime | None = None) -> UUID:
    row = service.hold(
        wanted or scene.wanted(NINE),
        patient_id=patient,
        key=uuid4().hex,
        actor=Actor.patient(patient),
        now=now or scene.now,
    )
    return row.id


def book(scene: Scene, patient: UUID, wanted: Wanted | None = None, *, now: datetime | None = None) -> UUID:
    row = service.book(
        wanted or scene.wanted(NINE), patient_id=patient, key=uuid4().hex, actor=DESK, now=now or scene.now
    )
    return row.id


def cells() -> int:
    return len(db.session.scalars(select(OccupiedCell.cell)).all())


def state(appointment_id: UUID) -> State:
    return queries.appointment_row(appointment_id).state


def messages(appointment_id: UUID) -> list[tuple[str, datetime]]:
    chosen = select(OutboxMessage.kind, OutboxMessage.due_at, OutboxMessage.ids)
    return sorted(
        (k, due) for k, due, ids in db.session.execute(chosen) if ids["appointment"] == str(appointment_id)
    )


def test_a_hold_owns_its_cells_and_says_until_when(scene: Scene, hazel: UUID) -> None:
    row = service.hold(
        scene.wanted(NINE), patient_id=hazel, key="form-1", actor=Actor.patient(hazel), now=scene.now
    )
    assert (row.state, row.expires_at) == (State.HELD, scene.now + QUARTER)
    assert row.end_at - row.start_at == timedelta(hours=1)
    assert cells() == (60 + 10) // 5 + 60 // 5  # the clinician's with the buffer, the patient's without
    assert messages(row.id) == []
    assert queries.doctor_checks(scene.now) == []


def test_a_confirmed_hold_is_a_visit_with_mail_and_a_reminder(scene: Scene, hazel: UUID) -> None:
    held = hold(scene, hazel)
    row = service.confirm(held, actor=Actor.patient(hazel), now=scene.now + QUARTER / 2)
    assert (row.state, row.expires_at) == (State.BOOKED, None)
    assert messages(held) == [
        ("appointment_confirmed", scene.now + QUARTER / 2),
        ("appointment_reminder", NINE - timedelta(hours=72)),
        ("appointment_reminder", NINE - timedelta(hours=24)),
    ]
    assert [line.step for line in queries.history(held)] == [Step.HOLD, Step.CONFIRM]
    assert queries.doctor_checks(scene.now) == []


def test_the_same_form_sent_twice_makes_one_appointment(scene: Scene, hazel: UUID, otto: UUID) -> None:
    asked = {"patient_id": hazel, "key": "form-1", "actor": DESK, "now": scene.now}
    first = service.book(scene.wanted(NINE), **asked)  # type: ignore[arg-type]
    again = service.book(scene.wanted(NINE + QUARTER), **asked)  # type: ignore[arg-type]
    assert again == first
    with pytest.raises(Conflict, match="out of date"):
        service.book(scene.wanted(NINE), patient_id=otto, key="form-1", actor=DESK, now=scene.now)


def test_every_step_may_be_repeated_without_harm(scene: Scene, hazel: UUID) -> None:
    held = hold(scene, hazel)
    first = service.confirm(held, actor=DESK, now=scene.now)
    assert service.confirm(held, actor=DESK, now=scene.now) == first
    gone = service.cancel(held, actor=DESK, now=scene.now)
    assert service.cancel(held, actor=DESK, now=scene.now) == gone
    assert len(queries.history(held)) == 3
    assert len(messages(held)) == 4  # confirmed, two reminders, cancelled


@pytest.mark.parametrize(
    ("start", "visit"), [(0, "first"), (30, "first"), (45, "short"), (60, "short"), (-45, "first")]
)
def test_a_taken_time_is_refused_with_the_nearest_open_ones(
    scene: Scene, hazel: UUID, otto: UUID, start: int, visit: str
) -> None:
    book(scene, hazel)
    kind = scene.first_visit if visit == "first" else scene.short_visit
    wanted = scene.wanted(NINE + timedelta(minutes=start), visit_type=kind)
    with pytest.raises(TimeTaken) as taken:
        hold(scene, otto, wanted)
    nearest = taken.value.nearest
    assert len(nearest) == 4
    assert list(nearest) == sorted(nearest, key=lambda time: time.start)
    assert all(time.location_id == scene.birmingham for time in nearest)
    hold(scene, otto, nearest[0].wanted)
    assert queries.doctor_checks(scene.now) == []


def test_nobody_can_be_in_two_places(scene: Scene, hazel: UUID) -> None:
    book(scene, hazel)
    elsewhere = scene.wanted(NINE + QUARTER, clinician=scene.ben, location=scene.auburn)
    with pytest.raises(NotBookable, match="already has a visit") as refused:
        book(scene, hazel, elsewhere)
    assert refused.value.reasons == (Refusal.PATIENT_BUSY,)


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (central(MONDAY, 7), Refusal.OUTSIDE_HOURS),
        (central(MONDAY, 9, 5), Refusal.OFF_RASTER),
        (central(MONDAY, 11, 15), Refusal.OUTSIDE_HOURS),
        (central(MONDAY - timedelta(days=2), 9), Refusal.OUTSIDE_HOURS),  # a Saturday
        (central(MONDAY - timedelta(days=6), 10), Refusal.TOO_SOON),  # an hour from now
        (central(MONDAY - timedelta(days=7), 9), Refusal.PAST),
        (central(MONDAY + timedelta(days=371), 9), Refusal.TOO_LATE),
    ],
)
def test_what_the_picker_would_not_offer_is_not_booked(
    scene: Scene, hazel: UUID, start: datetime, reason: Refusal
) -> None:
    with pytest.raises(NotBookable) as refused:
        hold(scene, hazel, scene.wanted(start))
    assert reason in refused.value.reasons
    assert cells() == 0


def test_the_window_ends_with_the_last_day(scene: Scene, hazel: UUID) -> None:
    asked = {"patient_id": hazel, "actor": Actor.patient(hazel), "now": scene.now}
    with pytest.raises(NotBookable) as refused:
        service.hold(scene.wanted(NINE), key="a", last_day=MONDAY - timedelta(days=1), **asked)  # type: ignore[arg-type]
    assert refused.value.reasons == (Refusal.TOO_LATE,)
    service.hold(scene.wanted(NINE), key="b", last_day=MONDAY, **asked)  # type: ignore[arg-type]


def test_staff_need_no_notice(scene: Scene, hazel: UUID) -> None:
    book(scene, hazel, scene.wanted(central(MONDAY - timedelta(days=6), 10)))


def test_a_hold_that_ran_out_is_lost_and_blocks_nobody(scene: Scene, hazel: UUID, otto: UUID) -> None:
    held = hold(scene, hazel)
    late = scene.now + QUARTER
    with pytest.raises(HoldExpired):
        service.confirm(held, actor=Actor.patient(hazel), now=late)
    assert state(held) is State.HELD  # not swept yet, and free all the same
    hold(scene, otto, now=late)
    assert state(held) is State.EXPIRED
    with pytest.raises(HoldExpired):
        service.confirm(held, actor=Actor.patient(hazel), now=late)
    assert queries.doctor_checks(late) == []


def test_the_sweep_frees_what_ran_out_and_nothing_else(scene: Scene, hazel: UUID, otto: UUID) -> None:
    held = hold(scene, hazel)
    fresh = hold(scene, otto, scene.wanted(NINE + timedelta(hours=2)), now=scene.now + QUARTER / 3)
    assert service.expire_due(scene.now + QUARTER) == 1
    assert service.expire_due(scene.now + QUARTER) == 0
    assert (state(held), state(fresh)) == (State.EXPIRED, State.HELD)
    assert queries.doctor_checks(scene.now + QUARTER) == []


def test_one_tap_extends_a_hold_up_to_an_hour(scene: Scene, hazel: UUID) -> None:
    held = hold(scene, hazel)
    at = scene.now
    for _ in range(4):
        at += timedelta(minutes=11)
        row = service.extend(held, actor=Actor.patient(hazel), now=at)
        assert row.expires_at == at + QUARTER
    with pytest.raises(NotBookable, match="any longer"):
        service.extend(held, actor=Actor.patient(hazel), now=at + timedelta(minutes=11))
    with pytest.raises(HoldExpired):
        service.extend(held, actor=Actor.patient(hazel), now=at + QUARTER)


def test_a_patient_holds_one_time_at_a_time(scene: Scene, hazel: UUID) -> None:
    first = hold(scene, hazel)
    second = hold(scene, hazel, scene.wanted(NINE + QUARTER))  # overlaps the first
    assert (state(first), state(second)) == (State.RELEASED, State.HELD)
    with pytest.raises(NotBookable):
        hold(scene, hazel, scene.wanted(central(MONDAY, 7)))
    assert state(second) is State.HELD  # a refused wish costs nothing
    assert queries.doctor_checks(scene.now) == []


def test_an_asked_for_time_blocks_until_a_clinician_confirms_it(
    scene: Scene, hazel: UUID, otto: UUID
) -> None:
    row = service.request(
        scene.wanted(NINE), patient_id=hazel, key="r", actor=Actor.patient(hazel), now=scene.now
    )
    assert row.expires_at is None
    much_later = scene.now + timedelta(days=3)
    assert service.expire_due(much_later) == 0
    with pytest.raises(TimeTaken):
        hold(scene, otto, now=much_later)
    for actor in (Actor.patient(hazel), DESK, SYSTEM):
        with pytest.raises(NotAllowed):
            service.confirm_request(row.id, actor=actor, now=much_later)
    with pytest.raises(Conflict):
        service.confirm(row.id, actor=CLINICIAN, now=much_later)
    with pytest.raises(NotBookable):
        service.release(row.id, actor=SYSTEM, now=much_later)
    assert messages(row.id) == []
    assert service.confirm_request(row.id, actor=CLINICIAN, now=much_later).state is State.BOOKED
    assert [kind for kind, _ in messages(row.id)] == ["appointment_confirmed", "appointment_reminder"]


def test_a_hold_becomes_a_request_when_a_flag_is_raised_meanwhile(scene: Scene, hazel: UUID) -> None:
    held = hold(scene, hazel)
    assert service.request_held(held, actor=Actor.patient(hazel), now=scene.now).state is State.REQUESTED
    assert queries.doctor_checks(scene.now) == []


def test_a_move_keeps_the_reference_and_only_the_new_time(scene: Scene, hazel: UUID, otto: UUID) -> None:
    booked = book(scene, hazel)
    before = queries.appointment_row(booked)
    row = service.move(
        booked, scene.wanted(NINE + QUARTER), actor=Actor.patient(hazel), now=scene.now, expected_version=1
    )
    assert (row.reference, row.sequence, row.version) == (before.reference, 1, 2)
    assert row.start_at == NINE + QUARTER
    assert queries.doctor_checks(scene.now) == []
    assert [kind for kind, _ in messages(booked)] == [
        "appointment_confirmed",
        "appointment_moved",
        *["appointment_reminder"] * 4,
    ]
    short = scene.wanted(central(MONDAY, 8, 30), visit_type=scene.short_visit)
    hold(scene, otto, short)  # 8:30 to 9:00 became free


def test_a_move_to_the_other_place_and_clinician(scene: Scene, hazel: UUID, otto: UUID) -> None:
    booked = book(scene, hazel)
    there = scene.wanted(NINE, clinician=scene.ben, location=scene.auburn)
    row = service.move(booked, there, actor=DESK, now=scene.now)
    assert (row.clinician_id, row.location_id) == (scene.ben, scene.auburn)
    book(scene, otto)
    again = service.move(booked, there, actor=DESK, now=scene.now, expected_version=1)
    assert again.version == row.version  # a resent form is harmless
    assert queries.doctor_checks(scene.now) == []


def test_a_refused_move_leaves_the_visit_where_it_was(scene: Scene, hazel: UUID, otto: UUID) -> None:
    book(scene, otto, scene.wanted(NINE + timedelta(minutes=75)))
    booked = book(scene, hazel)
    before = queries.appointment_row(booked), cells()
    with pytest.raises(TimeTaken) as taken:
        service.move(booked, scene.wanted(NINE + QUARTER), actor=DESK, now=scene.now)
    assert scene.wanted(NINE) in [time.wanted for time in taken.value.nearest]
    assert (queries.appointment_row(booked), cells()) == before
    assert queries.doctor_checks(scene.now) == []


def test_a_stale_page_changes_nothing(scene: Scene, hazel: UUID) -> None:
    booked = book(scene, hazel)
    service.move(booked, scene.wanted(NINE + QUARTER), actor=DESK, now=scene.now, expected_version=1)
    with pytest.raises(Changed):
        service.cancel(booked, actor=DESK, now=scene.now, expected_version=1)
    with pytest.raises(Changed):
        service.move(booked, scene.wanted(central(MONDAY, 11)), actor=DESK, now=scene.now, expected_version=1)
    assert state(booked) is State.BOOKED


def test_a_cancelled_visit_frees_its_time_and_its_form(scene: Scene, hazel: UUID, otto: UUID) -> None:
    asked = {"patient_id": hazel, "key": "form-1", "actor": DESK, "now": scene.now}
    booked = service.book(scene.wanted(NINE), **asked).id  # type: ignore[arg-type]
    row = service.cancel(booked, actor=Actor.patient(hazel), now=scene.now, expected_version=1)
    assert (row.state, row.sequence, cells()) == (State.CANCELLED, 1, 0)
    assert "appointment_cancelled" in [kind for kind, _ in messages(booked)]
    book(scene, otto)
    with pytest.raises(TimeTaken):
        service.book(scene.wanted(NINE), **asked)  # type: ignore[arg-type]


def test_the_day_of_a_visit(scene: Scene, hazel: UUID) -> None:
    booked = book(scene, hazel)
    with pytest.raises(NotBookable, match="another day"):
        service.arrive(booked, actor=DESK, now=scene.now)
    with pytest.raises(NotBookable, match="not begun"):
        service.mark_no_show(booked, actor=DESK, now=NINE - QUARTER)
    service.arrive(booked, actor=DESK, now=NINE - QUARTER)
    service.start(booked, actor=CLINICIAN, now=NINE)
    with pytest.raises(Conflict):
        service.cancel(booked, actor=DESK, now=NINE)
    assert service.complete(booked, actor=CLINICIAN, now=NINE + QUARTER).state is State.COMPLETED
    assert cells() == 0
    assert queries.doctor_checks(NINE) == []


def test_a_patient_cannot_change_a_visit_that_has_begun(scene: Scene, hazel: UUID) -> None:
    booked = book(scene, hazel)
    for now in (NINE, NINE + timedelta(days=2)):
        with pytest.raises(NotBookable, match="already begun"):
            service.cancel(booked, actor=Actor.patient(hazel), now=now)
    service.mark_no_show(booked, actor=DESK, now=NINE + QUARTER)
    assert (state(booked), cells()) == (State.NO_SHOW, 0)


def test_what_does_not_exist_is_not_found(scene: Scene, hazel: UUID) -> None:
    with pytest.raises(NotFound):
        service.confirm(uuid4(), actor=DESK, now=scene.now)
    with pytest.raises(NotFound):
        book(scene, hazel, scene.wanted(NINE, visit_type=uuid4()))
    with pytest.raises(NotBookable):
        book(scene, hazel, scene.wanted(NINE, clinician=uuid4()))
    with pytest.raises(NotBookable):
        book(scene, hazel, scene.wanted(NINE, location=uuid4()))


def test_reactions_and_audit_events_share_the_transaction(scene: Scene, hazel: UUID, app: Flask) -> None:
    seen: list[Change] = []
    known = list(registry().reactions)
    on_change(app, seen.append)
    try:
        with pytest.raises(RuntimeError), transaction():
            book(scene, hazel)
            raise RuntimeError
        assert cells() == 0
        chosen = select(AuditEvent).where(AuditEvent.subject_kind == "appointment")
        assert db.session.scalars(chosen).first() is None
        booked = book(scene, hazel)
    finally:
        registry().reactions[:] = known
    assert [(c.step, c.from_state, c.to_state) for c in seen][-1] == (Step.BOOK, State.OPEN, State.BOOKED)
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == booked)).all()
    assert (event.action, event.patient_id) == ("appointment.booked", hazel)
    assert event.facts["version"] == 1


def test_booked_by_is_kept(scene: Scene, hazel: UUID) -> None:
    booked = book(scene, hazel)
    assert queries.appointment_card(booked).booked_by is BookedBy.DESK


def test_i_will_come_is_said_once_and_a_move_takes_it_back(scene: Scene, hazel: UUID) -> None:
    booked, patient = book(scene, hazel), Actor.patient(hazel)
    said = service.confirm_attendance(booked, actor=patient, now=scene.now, expected_version=1)
    assert (said.state, said.attendance_confirmed_at) == (State.BOOKED, scene.now)
    again = service.confirm_attendance(booked, actor=patient, now=scene.now + QUARTER, expected_version=1)
    assert again == queries.appointment_row(booked) == said
    assert [line.step for line in queries.history(booked)] == [Step.BOOK, Step.CONFIRM_ATTENDANCE]
    assert said.sequence == 0  # no calendar need know
    moved = service.move(booked, scene.wanted(NINE + QUARTER), actor=DESK, now=scene.now)
    assert queries.appointment_row(booked).attendance_confirmed_at is None
    with pytest.raises(Changed):  # a page that shows the old time
        service.confirm_attendance(booked, actor=patient, now=scene.now, expected_version=moved.version - 1)
    assert queries.doctor_checks(scene.now) == []


def test_nobody_comes_to_what_has_begun_is_off_or_is_not_booked(scene: Scene, hazel: UUID) -> None:
    booked, patient = book(scene, hazel), Actor.patient(hazel)
    with pytest.raises(NotBookable, match="already begun"):
        service.confirm_attendance(booked, actor=patient, now=NINE)
    service.confirm_attendance(booked, actor=patient, now=scene.now)
    service.cancel(booked, actor=patient, now=scene.now)
    assert queries.appointment_row(booked).attendance_confirmed_at is None
    for appointment in (booked, hold(scene, hazel)):
        with pytest.raises(Conflict):
            service.confirm_attendance(appointment, actor=patient, now=scene.now)
