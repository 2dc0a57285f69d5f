"""The doctor finds what must never be; each fault is made by hand, past the application."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, text, update

from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling import queries, service
from clinic.scheduling.models import Appointment, OccupiedCell
from clinic.scheduling.rules import State
from tests.scheduling.scene import DESK, MONDAY, Scene, central

NINE = central(MONDAY, 9)


@pytest.fixture
def booked(scene: Scene, hazel: UUID, otto: UUID) -> tuple[UUID, UUID]:
    """Two visits on one morning."""
    first, second = (
        service.book(scene.wanted(start), patient_id=who, key=uuid4().hex, actor=DESK, now=scene.now).id
        for start, who in ((NINE, hazel), (central(MONDAY, 10, 15), otto))
    )
    assert queries.doctor_checks(scene.now) == []
    return first, second


def test_overlapping_visits(scene: Scene, booked: tuple[UUID, UUID]) -> None:
    with transaction():
        db.session.execute(
            update(Appointment)
            .where(Appointment.id == booked[1])
            .values(start_at=NINE + timedelta(minutes=30))
        )
    assert any("overlap (clinician_id)" in said for said in queries.doctor_checks(scene.now))


def test_a_cell_owned_twice(scene: Scene, booked: tuple[UUID, UUID]) -> None:
    with transaction():
        db.session.execute(
            text(
                "INSERT INTO occupied_cell (resource_id, cell, seat, appointment_id) "
                "SELECT resource_id, cell, 1, appointment_id FROM occupied_cell WHERE seat = 0"
            )
        )
    assert any("owned more than once" in said for said in queries.doctor_checks(scene.now))


def test_a_visit_without_its_cells(scene: Scene, booked: tuple[UUID, UUID]) -> None:
    with transaction():
        db.session.execute(delete(OccupiedCell).where(OccupiedCell.appointment_id == booked[0]))
    assert any("exactly its cells" in said for said in queries.doctor_checks(scene.now))


def test_a_dead_visit_with_cells(scene: Scene, booked: tuple[UUID, UUID]) -> None:
    with transaction():
        db.session.execute(
            update(Appointment).where(Appointment.id == booked[0]).values(state=State.CANCELLED)
        )
    found = queries.doctor_checks(scene.now)
    assert any("owns cells and is not live" in said for said in found)
    assert any("does not lead to where it stands" in said for said in found)


def test_a_hold_that_nobody_swept(scene: Scene, hazel: UUID) -> None:
    service.hold(scene.wanted(NINE), patient_id=hazel, key="h", actor=Actor.patient(hazel), now=scene.now)
    assert queries.doctor_checks(scene.now + timedelta(minutes=20)) == []
    assert any("not swept" in said for said in queries.doctor_checks(scene.now + timedelta(minutes=40)))


def test_a_version_without_its_history(scene: Scene, booked: tuple[UUID, UUID]) -> None:
    with transaction():
        db.session.execute(update(Appointment).where(Appointment.id == booked[0]).values(version=2))
    assert len(queries.doctor_checks(scene.now)) == 1
