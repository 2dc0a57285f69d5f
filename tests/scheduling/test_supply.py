"""What is read from the database equals the values that were put in, and gives the same open times."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, update

from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling import queries, service
from clinic.scheduling.models import (
    Appointment,
    ClinicianSession,
    Closure,
    DatedHours,
    Location,
    Room,
    SessionBreak,
    SessionVisitType,
    TravelTime,
    VisitType,
    VisitTypeClinician,
)
from clinic.scheduling.rules import (
    Busy,
    DatedKind,
    Demand,
    NotBookable,
    Refusal,
    State,
    Supply,
    Timetable,
    TimeTaken,
    Window,
    instant_of,
    open_slots,
    refusals,
)
from tests.scheduling.scene import DESK, MONDAY, Scene, add_patient, central
from tests.scheduling.setups import (
    ANNA,
    BEN,
    DAYS,
    NORTH,
    PAIRS,
    ROOM,
    SOUTH,
    ZONES,
    some_clinic,
    some_demand,
)

NINE = central(MONDAY, 9)


class Stored:
    """A clinic by chance, written into the tables under the ids of the scene."""

    def __init__(self, scene: Scene, supply: Supply, demand: Demand) -> None:
        self.scene, self.supply, self.demand = scene, supply, demand
        self.ids: dict[UUID | None, UUID | None] = {
            None: None,
            ANNA: scene.anna,
            BEN: scene.ben,
            NORTH: scene.birmingham,
            SOUTH: scene.auburn,
            ROOM: uuid4(),
        }
        self.patients = [add_patient(scene.now, name) for name in ("Rose", "Sam")]
        self.visit_type = service.add_visit_type(
            service.NewVisitType(
                slug="by-chance",
                name="By chance",
                minutes=demand.length * 5,
                before_minutes=demand.before * 5,
                after_minutes=demand.after * 5,
                step_minutes=demand.step * 5,
                notice_minutes=(demand.earliest - demand.now) * 5,
            ),
            actor=DESK,
            now=scene.now,
        )
        with transaction():
            self._places()
            self._hours(supply.table)
            self._visits()

    def _places(self) -> None:
        db.session.execute(delete(ClinicianSession))
        for location, zone in ZONES.items():
            here = Location.id == self.ids[location]
            db.session.execute(update(Location).where(here).values(zone=zone.key))
        room = {"id": self.ids[ROOM], "location_id": self.ids[NORTH], "name": "One"}
        db.session.execute(insert(Room).values(room))
        for (one, other), cells in self.supply.travel.items():
            first, second = sorted(
                (self.ids[one], self.ids[other]), key=lambda found: found.int if found else 0
            )
            way = {"id": uuid4(), "first_id": first, "second_id": second, "minutes": cells * 5}
            db.session.execute(insert(TravelTime).values(way))

    def _hours(self, table: Timetable) -> None:
        for hours in table.weekly:
            session = {
                "id": uuid4(),
                "clinician_id": self.ids[hours.clinician_id],
                "location_id": self.ids[hours.location_id],
                "room_id": self.ids[hours.room_id],
                "weekday": hours.weekday,
                "opens": hours.opens,
                "closes": hours.closes,
                "first_day": hours.first_day,
                "last_day": hours.last_day,
            }
            db.session.execute(insert(ClinicianSession).values(session))
            for opens, closes in hours.breaks:
                pause = {"id": uuid4(), "session_id": session["id"], "opens": opens, "closes": closes}
                db.session.execute(insert(SessionBreak).values(pause))
            if not hours.serves:
                other = {"session_id": session["id"], "visit_type_id": self.scene.first_visit}
                db.session.execute(insert(SessionVisitType).values(other))
        for span in table.dated:
            given = {
                "id": uuid4(),
                "clinician_id": self.ids[span.clinician_id],
                "location_id": self.ids[span.location_id],
                "room_id": self.ids[span.room_id],
                "kind": span.kind,
                "day": span.day,
                "opens": span.opens,
                "closes": span.closes,
                "name": span.name,
            }
            db.session.execute(insert(DatedHours).values(given))
        for days in table.closed:
            closure = {
                "id": uuid4(),
                "location_id": self.ids[days.location_id],
                "clinician_id": self.ids[days.clinician_id],
                "first_day": days.first_day,
                "last_day": days.last_day,
                "name": days.name,
            }
            db.session.execute(insert(Closure).values(closure))
        for who in table.performers or ():
            done = {"visit_type_id": self.visit_type, "clinician_id": self.ids[who]}
            db.session.execute(insert(VisitTypeClinician).values(done))

    def _visits(self) -> None:
        for who, visits in self.supply.clinicians.items():
            for busy in visits:
                self._visit(busy, clinician=who, patient=self.patients[1])

    def _visit(self, busy: Busy, *, clinician: UUID, patient: UUID) -> None:
        row = {
            "id": uuid4(),
            "reference": uuid4().hex[:9],
            "patient_id": patient,
            "clinician_id": self.ids[clinician],
            "location_id": self.ids[busy.location_id],
            "visit_type_id": self.scene.first_visit,
            "start_at": instant_of(busy.start),
            "end_at": instant_of(busy.end),
            "before_minutes": busy.before * 5,
            "after_minutes": busy.after * 5,
            "state": State.HELD if busy.held_until else State.BOOKED,
            "expires_at": busy.held_until,
            "version": 1,
            "sequence": 0,
            "booked_by": "desk",
            "created_at": self.scene.now,
            "changed_at": self.scene.now,
        }
        db.session.execute(insert(Appointment).values(row))


@pytest.mark.parametrize("around", DAYS)
def test_a_clinic_in_the_database_opens_the_same_times(scene: Scene, around: date) -> None:
    dice = Random(around.toordinal())
    demand = some_demand(dice, around)
    chosen = some_clinic(dice, around)
    now = instant_of(demand.now)
    people = {
        who: [busy._replace(held_until=busy.held_until and now + timedelta(minutes=5)) for busy in visits]
        for who, visits in chosen.clinicians.items()
    }
    given = replace(chosen, clinicians=people, rooms={}, patient=())
    stored = Stored(scene, given, demand)
    window = Window(instant_of(demand.earliest), instant_of(demand.latest))
    terms, supply = queries.supply(stored.visit_type, window, now)
    assert terms.demand(window, now) == demand
    names = {found: told for told, found in stored.ids.items()}
    expected = {slot[:3] for slot in open_slots(given, demand)}
    found = {
        (slot.start, names[slot.clinician_id], names[slot.location_id]) for slot in open_slots(supply, demand)
    }
    assert found == expected
    both = [scene.anna, scene.ben]  # named, so that they count with all their visits, hours or none
    _, supply = queries.supply(stored.visit_type, window, now, clinicians=both)
    for _ in range(40):
        start = dice.randrange(demand.earliest - 20, demand.latest + 20)
        who, where = dice.choice(PAIRS)
        asked = (start, stored.ids[who], stored.ids[where])
        assert refusals(supply, demand, *asked) == refusals(given, demand, start, who, where)  # type: ignore[arg-type]
    offered = queries.open_times(
        stored.visit_type, from_=window.first, until=window.end, now=now, with_notice=True
    )
    assert {(time.start, names[time.clinician_id], names[time.location_id]) for time in offered} == {
        (instant_of(start), who, where) for start, who, where in expected
    }


def test_extra_hours_are_read_with_their_room_and_only_at_their_place(scene: Scene) -> None:
    room = service.add_room(scene.auburn, "Room 3", actor=DESK, now=scene.now)
    saturday = MONDAY + timedelta(days=5)
    with transaction():
        extra = {
            "id": uuid4(),
            "clinician_id": scene.anna,
            "location_id": scene.auburn,
            "room_id": room,
            "kind": DatedKind.EXTRA,
            "day": saturday,
            "opens": time(9),
            "closes": time(10),
            "name": "Saturday clinic",
        }
        db.session.execute(insert(DatedHours).values(extra))
    asked = {"from_": central(saturday, 0), "until": central(saturday, 23), "now": scene.now}
    (only,) = queries.open_times(scene.first_visit, **asked)  # type: ignore[arg-type]
    assert (only.start, only.location_id, only.room_id) == (central(saturday, 9), scene.auburn, room)
    assert queries.open_times(scene.first_visit, locations=[scene.birmingham], **asked) == ()  # type: ignore[arg-type]
    booked = service.book(
        only.wanted, patient_id=add_patient(scene.now), key="extra", actor=DESK, now=scene.now
    )
    assert booked.room_id == room
    assert queries.doctor_checks(scene.now) == []


def test_a_kind_of_visit_that_is_not_offered_has_no_times(scene: Scene, hazel: UUID) -> None:
    with transaction():
        db.session.execute(update(VisitType).where(VisitType.id == scene.first_visit).values(offered=False))
    asked = {"from_": NINE, "until": NINE + timedelta(days=7), "now": scene.now}
    assert queries.open_times(scene.first_visit, **asked) == ()  # type: ignore[arg-type]
    with pytest.raises(NotBookable) as refused:
        service.book(scene.wanted(NINE), patient_id=hazel, key="k", actor=DESK, now=scene.now)
    assert refused.value.reasons == (Refusal.VISIT_TYPE,)


def test_a_visit_far_away_leaves_time_for_the_way(scene: Scene, hazel: UUID, otto: UUID) -> None:
    service.add_session(
        clinician_id=scene.anna,
        location_id=scene.auburn,
        weekday=0,
        opens=time(13),
        closes=time(17),
        first_day=MONDAY,
        actor=DESK,
        now=scene.now,
    )
    first, second = sorted((scene.auburn, scene.birmingham), key=lambda one: one.int)
    with transaction():
        way = {"id": uuid4(), "first_id": first, "second_id": second, "minutes": 110}
        db.session.execute(insert(TravelTime).values(way))
    service.book(scene.wanted(central(MONDAY, 11)), patient_id=hazel, key="1", actor=DESK, now=scene.now)
    early = scene.wanted(central(MONDAY, 13, 45), location=scene.auburn)
    with pytest.raises(TimeTaken) as lost:
        service.book(early, patient_id=otto, key="2", actor=DESK, now=scene.now)
    assert lost.value.reasons == (Refusal.TRAVEL,)
    assert lost.value.nearest[0].start >= central(MONDAY, 8)
    late = scene.wanted(central(MONDAY, 14), location=scene.auburn)
    assert service.book(late, patient_id=otto, key="3", actor=DESK, now=scene.now).state is State.BOOKED


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (central(MONDAY, 7), Refusal.OUTSIDE_HOURS),
        (central(MONDAY - timedelta(days=400), 9), Refusal.PAST),
        (central(MONDAY + timedelta(days=4000), 9), Refusal.TOO_LATE),
        (central(MONDAY, 9, 5), Refusal.OFF_RASTER),
    ],
)
def test_every_refusal_names_the_nearest_times(
    scene: Scene, hazel: UUID, start: datetime, reason: Refusal
) -> None:
    with pytest.raises(NotBookable) as refused:
        service.book(scene.wanted(start), patient_id=hazel, key="k", actor=DESK, now=scene.now)
    assert reason in refused.value.reasons
    assert len(refused.value.nearest) == 4
    last_day = MONDAY - timedelta(days=4)
    with pytest.raises(NotBookable) as bound:
        service.hold(
            scene.wanted(start), patient_id=hazel, key="k", actor=DESK, now=scene.now, last_day=last_day
        )
    assert {time.start.date() <= last_day for time in bound.value.nearest} == {True}
