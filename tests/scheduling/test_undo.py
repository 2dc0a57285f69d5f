"""Taking back the desk's newest step: where it leads, whose time it is, and who hears of it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.errors import Conflict
from clinic.kernel.permissions import Actor
from clinic.notifications.models import OutboxMessage
from clinic.platform.extensions import db
from clinic.scheduling import queries, service
from clinic.scheduling.models import OccupiedCell
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import (
    UNDOABLE,
    Changed,
    LastStep,
    NotBookable,
    State,
    Step,
    TimeTaken,
    Wanted,
    may_undo,
)
from tests.scheduling.scene import DESK, MONDAY, Scene, central

NINE = central(MONDAY, 9)
BEFORE = NINE - timedelta(hours=1)
STEPS = {
    Step.ARRIVE: service.arrive,
    Step.START: service.start,
    Step.COMPLETE: service.complete,
    Step.MARK_NO_SHOW: service.mark_no_show,
    Step.CANCEL: service.cancel,
}


def book(scene: Scene, patient: UUID, wanted: Wanted | None = None, *, now: datetime | None = None) -> UUID:
    row = service.book(
        wanted or scene.wanted(NINE), patient_id=patient, key=uuid4().hex, actor=DESK, now=now or scene.now
    )
    return row.id


def took(visit: UUID, *steps: Step, now: datetime = NINE, actor: Actor = DESK) -> AppointmentRow:
    for step in steps:
        STEPS[step](visit, actor=actor, now=now)
    return queries.appointment_row(visit)


def undo(row: AppointmentRow, *, now: datetime = NINE) -> AppointmentRow:
    return service.undo(row.id, actor=DESK, now=now, expected_version=row.version)


def cells_of(visit: UUID) -> int:
    return len(
        db.session.scalars(select(OccupiedCell.cell).where(OccupiedCell.appointment_id == visit)).all()
    )


def mail_about(visit: UUID) -> list[tuple[str, str]]:
    rows = db.session.execute(select(OutboxMessage.kind, OutboxMessage.ids)).all()
    return [(kind, ids["sequence"]) for kind, ids in rows if ids["appointment"] == str(visit)]


@pytest.mark.parametrize(
    ("steps", "back_to"),
    [
        ((Step.ARRIVE,), State.BOOKED),
        ((Step.ARRIVE, Step.START), State.ARRIVED),
        ((Step.ARRIVE, Step.START, Step.COMPLETE), State.IN_CONSULTATION),
        ((Step.MARK_NO_SHOW,), State.BOOKED),
        ((Step.CANCEL,), State.BOOKED),
        ((Step.ARRIVE, Step.CANCEL), State.BOOKED),
    ],
)
def test_each_step_of_the_desk_is_taken_back_with_its_cells(
    scene: Scene, hazel: UUID, steps: tuple[Step, ...], back_to: State
) -> None:
    visit = book(scene, hazel)
    owned = cells_of(visit)
    row = took(visit, *steps)
    back = undo(row)
    assert (back.state, back.version) == (back_to, row.version + 1)
    assert cells_of(visit) == owned
    assert queries.doctor_checks(NINE) == []
    last = queries.last_step(visit)
    assert (last.step, last.from_state) == (Step.UNDO, row.state)
    assert Action.APPOINTMENT_UNDONE in set(db.session.scalars(select(AuditEvent.action)))


def test_pressing_twice_takes_one_step_back(scene: Scene, hazel: UUID) -> None:
    row = took(book(scene, hazel), Step.ARRIVE, Step.START)
    assert undo(row) == undo(row)
    assert queries.appointment_row(row.id).state is State.ARRIVED
    assert len(queries.history(row.id)) == 4


def test_an_undoing_is_not_undone_and_an_old_page_changes_nothing(scene: Scene, hazel: UUID) -> None:
    row = took(book(scene, hazel), Step.ARRIVE, Step.START)
    back = undo(row)
    with pytest.raises(NotBookable, match="nothing to undo"):
        undo(back)
    newer = took(row.id, Step.START)
    with pytest.raises(Changed):
        undo(row)
    assert queries.appointment_row(row.id) == newer


def test_what_was_not_done_by_staff_or_not_today_stays(scene: Scene, hazel: UUID, otto: UUID) -> None:
    mine = took(book(scene, hazel), Step.CANCEL, actor=Actor.patient(hazel), now=BEFORE)
    with pytest.raises(NotBookable, match="staff"):
        undo(mine)
    old = took(book(scene, otto), Step.CANCEL, now=NINE - timedelta(days=1))
    with pytest.raises(NotBookable, match="not done today"):
        undo(old)
    assert {queries.appointment_row(row.id).state for row in (mine, old)} == {State.CANCELLED}


def test_a_booking_alone_is_nothing_to_undo(scene: Scene, hazel: UUID) -> None:
    with pytest.raises(Conflict, match="status is: booked"):
        undo(queries.appointment_row(book(scene, hazel)), now=scene.now)


def test_a_canceled_visit_that_is_booked_again_is_told_anew(scene: Scene, hazel: UUID) -> None:
    visit = book(scene, hazel)
    row = undo(took(visit, Step.CANCEL, now=scene.now), now=scene.now)
    assert (row.sequence, row.state) == (2, State.BOOKED)
    told = mail_about(visit)
    assert ("appointment_confirmed", "2") in told
    assert [kind for kind, sequence in told if sequence == "2"].count("appointment_reminder") >= 1


@pytest.mark.parametrize("step", [Step.ARRIVE, Step.MARK_NO_SHOW])
def test_of_any_other_step_nobody_hears(scene: Scene, hazel: UUID, step: Step) -> None:
    visit = book(scene, hazel)
    row = took(visit, step)
    told = mail_about(visit)
    assert undo(row).sequence == 0
    assert mail_about(visit) == told


@pytest.mark.parametrize("apart", [0, 30, -15, 60])
def test_a_time_that_somebody_has_meanwhile_stays_theirs(
    scene: Scene, hazel: UUID, otto: UUID, apart: int
) -> None:
    """60 minutes later the other visit begins in the buffer after this one."""
    row = took(book(scene, hazel), Step.CANCEL, now=BEFORE)
    theirs = scene.wanted(NINE + timedelta(minutes=apart), visit_type=scene.short_visit)
    other = book(scene, otto, theirs, now=BEFORE)
    with pytest.raises(TimeTaken) as taken:
        undo(row, now=BEFORE)
    assert taken.value.nearest
    assert queries.appointment_row(row.id) == row
    assert cells_of(row.id) == 0
    assert queries.appointment_row(other).state is State.BOOKED
    assert queries.doctor_checks(BEFORE) == []


def test_hours_that_were_taken_away_meanwhile_do_not_matter(scene: Scene, hazel: UUID) -> None:
    row = took(book(scene, hazel), Step.CANCEL, now=BEFORE)
    service.add_closure(first_day=MONDAY, last_day=MONDAY, name="Water", actor=DESK, now=BEFORE)
    assert undo(row, now=BEFORE).state is State.BOOKED


@pytest.mark.parametrize("step", [Step.CANCEL, Step.MARK_NO_SHOW])
def test_who_has_another_visit_by_now_keeps_that_one(scene: Scene, hazel: UUID, step: Step) -> None:
    row = took(book(scene, hazel), step)
    book(scene, hazel, scene.wanted(NINE + timedelta(days=1)), now=NINE)
    with pytest.raises(NotBookable, match="another visit by now"):
        undo(row)
    assert queries.appointment_row(row.id) == row


def test_a_hold_of_somebody_else_that_ran_out_is_no_hindrance(scene: Scene, hazel: UUID, otto: UUID) -> None:
    held_at = scene.now
    row = took(book(scene, hazel), Step.CANCEL, now=held_at)
    service.hold(scene.wanted(NINE), patient_id=otto, key="otto", actor=Actor.patient(otto), now=held_at)
    with pytest.raises(TimeTaken):
        undo(row, now=held_at + timedelta(minutes=14))
    assert undo(row, now=held_at + timedelta(minutes=16)).state is State.BOOKED
    assert queries.doctor_checks(held_at + timedelta(minutes=16)) == []


@pytest.mark.parametrize("step", Step)
def test_only_what_the_desk_records_can_be_undone(step: Step) -> None:
    last = LastStep(2, step, State.BOOKED, NINE, DESK.kind)
    assert may_undo(last, NINE) is (step in UNDOABLE)
    assert not may_undo(last._replace(actor_kind=Actor.system().kind), NINE)
    assert may_undo(last, central(MONDAY, 23, 59)) is (step in UNDOABLE)
    assert not may_undo(last, central(MONDAY + timedelta(days=1), 0))
