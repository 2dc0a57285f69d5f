"""A time against the rule, on purpose: kept with its reasons, visible ever after, and never by accident."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.errors import Invalid, NotAllowed
from clinic.kernel.permissions import Actor, ActorKind, Permission
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling import queries, service
from clinic.scheduling.models import Appointment, AppointmentOverride, OccupiedCell
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import NotBookable, Refusal, State, TimeTaken, Wanted
from tests.scheduling.scene import DESK, MONDAY, Scene, add_patient, central

NINE = central(MONDAY, 9)
WHY = "Her ride leaves at ten, Dr. Rivers agreed."
Force = Callable[..., AppointmentRow]


@pytest.fixture
def boss(scene: Scene) -> Actor:
    """Somebody who may set the rule aside."""
    return Actor(
        ActorKind.STAFF, scene.anna, "Anna", frozenset({Permission.APPOINTMENT_OVERRIDE}), "clinician"
    )


@pytest.fixture
def force(scene: Scene, boss: Actor) -> Force:
    """Book on purpose."""

    def forced(patient: UUID, wanted: Wanted, reason: str = WHY, **given: object) -> AppointmentRow:
        asked: dict[str, object] = {"key": uuid4().hex, "actor": boss, "now": scene.now} | given
        return service.book(wanted, patient_id=patient, override=reason, **asked)  # type: ignore[arg-type]

    return forced


def book(scene: Scene, patient: UUID, wanted: Wanted) -> AppointmentRow:
    return service.book(wanted, patient_id=patient, key=uuid4().hex, actor=DESK, now=scene.now)


def seats(row: AppointmentRow) -> set[int]:
    return set(db.session.scalars(select(OccupiedCell.seat).where(OccupiedCell.appointment_id == row.id)))


def audited(action: Action) -> list[dict[str, object]]:
    return [dict(facts) for facts in db.session.scalars(select(AuditEvent.facts).filter_by(action=action))]


def test_two_at_a_time_on_purpose(scene: Scene, hazel: UUID, otto: UUID, force: Force) -> None:
    first = book(scene, hazel, scene.wanted(NINE))
    second = force(otto, scene.wanted(NINE))
    assert (second.state, second.overridden, second.start_at) == (State.BOOKED, True, NINE)
    assert seats(first) == {0}
    assert seats(second) == {0, 1}  # the patient's own cells are ordinary ones
    (kept,) = queries.overrides(second.id)
    assert (kept.set_aside, kept.reason, kept.staff_name) == ((Refusal.TAKEN,), WHY, "Anna Rivers")
    assert audited(Action.APPOINTMENT_OVERRIDDEN) == [{"version": 1, "set_aside": ["taken"]}]
    assert queries.doctor_checks(scene.now) == []
    third = force(add_patient(scene.now, "Ida"), scene.wanted(NINE + timedelta(minutes=15)))
    assert seats(third) == {0, 2}  # the first seat again after the two others are over
    assert queries.doctor_checks(scene.now) == []


def test_nobody_books_into_an_overridden_time_by_accident(
    scene: Scene, hazel: UUID, otto: UUID, force: Force
) -> None:
    first = book(scene, hazel, scene.wanted(NINE))
    force(otto, scene.wanted(NINE + timedelta(minutes=30)))
    service.cancel(first.id, actor=DESK, now=scene.now)
    ida = add_patient(scene.now, "Ida")
    for minutes in (0, 15, 30, 60, 75, 90):
        with pytest.raises(TimeTaken):
            book(scene, ida, scene.wanted(NINE + timedelta(minutes=minutes)))
    assert book(scene, ida, scene.wanted(central(MONDAY, 10, 45))).overridden is False
    assert queries.doctor_checks(scene.now) == []


@pytest.mark.parametrize(
    ("start", "reasons"),
    [
        (central(MONDAY, 7), (Refusal.OUTSIDE_HOURS,)),
        (central(MONDAY, 9, 5), (Refusal.OFF_RASTER,)),
        (central(MONDAY - timedelta(days=2), 10), (Refusal.OUTSIDE_HOURS,)),
        (central(MONDAY + timedelta(days=371), 9), (Refusal.TOO_LATE,)),
    ],
)
def test_outside_hours_raster_and_window(
    scene: Scene, hazel: UUID, force: Force, start: datetime, reasons: tuple[Refusal, ...]
) -> None:
    row = force(hazel, scene.wanted(start))
    assert [kept.set_aside for kept in queries.overrides(row.id)] == [reasons]
    assert queries.doctor_checks(scene.now) == []


def test_where_nothing_speaks_against_it_it_is_an_ordinary_booking(
    scene: Scene, hazel: UUID, force: Force
) -> None:
    row = force(hazel, scene.wanted(NINE))
    assert (row.overridden, seats(row), queries.overrides(row.id)) == (False, {0}, ())
    assert audited(Action.APPOINTMENT_OVERRIDDEN) == []


def test_the_past_and_a_patient_in_two_places_stay_impossible(
    scene: Scene, hazel: UUID, otto: UUID, force: Force
) -> None:
    with pytest.raises(NotBookable) as past:
        force(hazel, scene.wanted(central(MONDAY - timedelta(days=7), 9)))
    assert past.value.reasons == (Refusal.PAST,)
    book(scene, hazel, scene.wanted(NINE))
    there = scene.wanted(NINE + timedelta(minutes=30), clinician=scene.ben, location=scene.auburn)
    with pytest.raises(NotBookable) as twice:
        force(hazel, there)
    assert twice.value.reasons == (Refusal.PATIENT_BUSY,)
    assert len(twice.value.nearest) == 4
    assert force(otto, there).overridden is False


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501])
def test_a_sentence_is_required(scene: Scene, hazel: UUID, force: Force, reason: str) -> None:
    with pytest.raises(Invalid) as wrong:
        force(hazel, scene.wanted(central(MONDAY, 7)), reason)
    assert wrong.value.field == "reason"
    assert queries.appointments_of(hazel) == ()


def test_only_those_allowed(scene: Scene, hazel: UUID) -> None:
    early = scene.wanted(central(MONDAY, 7))
    for actor in (DESK, Actor.patient(hazel), Actor.system()):
        with pytest.raises(NotAllowed):
            service.book(early, patient_id=hazel, key="k", actor=actor, now=scene.now, override=WHY)
    row = book(scene, hazel, scene.wanted(NINE))
    with pytest.raises(NotAllowed):
        service.move(row.id, early, actor=DESK, now=scene.now, override=WHY)


def test_who_and_where_must_exist(scene: Scene, hazel: UUID, otto: UUID, force: Force) -> None:
    book(scene, otto, scene.wanted(NINE))
    for wanted in (
        scene.wanted(NINE, location=uuid4()),
        scene.wanted(NINE, clinician=uuid4()),
        scene.wanted(NINE, clinician=otto),  # somebody, but nobody who sees people
    ):
        with pytest.raises(NotBookable):
            force(hazel, wanted)


def test_a_double_click_overrides_once(scene: Scene, hazel: UUID, otto: UUID, force: Force) -> None:
    book(scene, hazel, scene.wanted(NINE))
    rows = [force(otto, scene.wanted(NINE), key="same") for _ in range(2)]
    assert rows[0].id == rows[1].id
    assert len(db.session.scalars(select(AppointmentOverride)).all()) == 1


def test_moving_onto_another_visit_and_back_to_an_ordinary_time(
    scene: Scene, hazel: UUID, otto: UUID, boss: Actor
) -> None:
    book(scene, hazel, scene.wanted(NINE))
    row = book(scene, otto, scene.wanted(central(MONDAY, 10, 15)))
    with pytest.raises(TimeTaken):
        service.move(row.id, scene.wanted(central(MONDAY, 9, 30)), actor=boss, now=scene.now)
    over = service.move(row.id, scene.wanted(central(MONDAY, 9, 30)), actor=boss, now=scene.now, override=WHY)
    assert (over.overridden, seats(over), over.version) == (True, {0, 1}, 2)
    assert queries.doctor_checks(scene.now) == []
    further = service.move(
        row.id, scene.wanted(central(MONDAY, 9, 45)), actor=boss, now=scene.now, override=WHY
    )
    assert (further.overridden, seats(further)) == (True, {0, 1})
    back = service.move(row.id, scene.wanted(central(MONDAY, 10, 15)), actor=DESK, now=scene.now)
    assert (back.overridden, seats(back)) == (False, {0})
    assert [kept.version for kept in queries.overrides(row.id)] == [3, 2]
    assert queries.doctor_checks(scene.now) == []


def test_a_move_takes_back_that_the_patient_will_come(scene: Scene, hazel: UUID) -> None:
    row = book(scene, hazel, scene.wanted(NINE))
    soon = NINE - timedelta(hours=30)
    sure = service.confirm_attendance(row.id, actor=Actor.patient(hazel), now=soon)
    assert sure.attendance_confirmed_at == soon
    moved = service.move(row.id, scene.wanted(central(MONDAY, 10)), actor=DESK, now=soon)
    assert queries.appointment_row(moved.id).attendance_confirmed_at is None


def test_a_time_that_is_asked_for_may_be_against_the_rule(scene: Scene, hazel: UUID, boss: Actor) -> None:
    row = service.request(
        scene.wanted(central(MONDAY, 7)), patient_id=hazel, key="k", actor=boss, now=scene.now, override=WHY
    )
    assert (row.state, row.overridden) == (State.REQUESTED, True)


def test_the_doctor_still_finds_a_patient_in_two_places(
    scene: Scene, hazel: UUID, otto: UUID, force: Force
) -> None:
    book(scene, hazel, scene.wanted(NINE))
    second = force(otto, scene.wanted(NINE))
    with transaction():
        same = update(Appointment).where(Appointment.id == second.id).values(patient_id=hazel)
        db.session.execute(same)
    assert any("overlap (patient_id)" in said for said in queries.doctor_checks(scene.now))
