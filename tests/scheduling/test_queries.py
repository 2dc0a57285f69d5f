"""What pickers, lists and cards show, with a fixed number of statements, on both databases."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest

from clinic.kernel.clock import CENTRAL
from clinic.kernel.errors import Invalid, NotFound
from clinic.kernel.permissions import Actor
from clinic.scheduling import queries, service
from clinic.scheduling.presenters import by_location, when
from clinic.scheduling.rules import OpenTime, TimeTaken, read_wanted
from tests.scheduling.scene import DESK, MONDAY, SYSTEM, Scene, add_clinician, central
from tests.support.statements import plans, statements

WEEK = timedelta(days=7)
NINE = central(MONDAY, 9)


def week(scene: Scene, **given: object) -> tuple[OpenTime, ...]:
    asked: dict[str, object] = {
        "from_": central(MONDAY, 0),
        "until": central(MONDAY, 0) + WEEK,
        "now": scene.now,
    }
    return queries.open_times(scene.first_visit, **(asked | given))  # type: ignore[arg-type]


def starts(times: tuple[OpenTime, ...], place: UUID) -> list[datetime]:
    return [time.start for time in times if time.location_id == place]


def book(scene: Scene, patient: UUID, start: datetime, **given: UUID) -> UUID:
    wanted = scene.wanted(start, **given)
    return service.book(wanted, patient_id=patient, key=uuid4().hex, actor=DESK, now=scene.now).id


def test_both_locations_side_by_side_soonest_first(scene: Scene) -> None:
    times = week(scene)
    assert len(times) == 2 * 5 * 13  # 8:00 to 11:00 every quarter of an hour, five days, two places
    assert list(times) == sorted(times, key=lambda t: t.start)
    assert {time.end - time.start for time in times} == {timedelta(hours=1)}
    shown = by_location(times, queries.locations())
    assert [place.location.name for place in shown] == ["Birmingham", "Auburn"]
    assert shown[0].days[0].heading == "Monday, December 7"
    assert when(shown[0].days[0].times[0]) == "Monday, December 7, 8:00 a.m. Central Time"


def test_what_is_booked_is_not_offered_with_its_buffer(scene: Scene, hazel: UUID) -> None:
    book(scene, hazel, NINE)
    monday = [at for at in starts(week(scene), scene.birmingham) if at < central(MONDAY, 13)]
    # 9:00 to 10:00 and 10 minutes after it; a visit before it needs 10 minutes as well.
    assert monday == [
        central(MONDAY, 10, 15),
        central(MONDAY, 10, 30),
        central(MONDAY, 10, 45),
        central(MONDAY, 11),
    ]
    assert len([at for at in starts(week(scene), scene.auburn) if at < central(MONDAY, 13)]) == 13


def test_a_patient_is_not_offered_what_collides_with_their_own_visit(scene: Scene, hazel: UUID) -> None:
    booked = book(scene, hazel, NINE)
    auburn = starts(week(scene, patient_id=hazel), scene.auburn)
    assert central(MONDAY, 8) in auburn
    assert central(MONDAY, 9, 45) not in auburn
    assert NINE in starts(week(scene, patient_id=hazel, ignoring=booked), scene.birmingham)


def test_an_expired_hold_is_free_before_it_is_swept(scene: Scene, hazel: UUID) -> None:
    wanted = scene.wanted(NINE)
    service.hold(wanted, patient_id=hazel, key="h", actor=Actor.patient(hazel), now=scene.now)
    assert NINE not in starts(week(scene), scene.birmingham)
    assert NINE in starts(week(scene, now=scene.now + timedelta(minutes=15)), scene.birmingham)


def test_closures_close_a_place_a_clinician_or_everything(scene: Scene) -> None:
    def close(day: int, location_id: UUID | None = None, clinician_id: UUID | None = None) -> None:
        at = MONDAY + timedelta(days=day)
        service.add_closure(
            first_day=at,
            last_day=at,
            name="Closed",
            location_id=location_id,
            clinician_id=clinician_id,
            actor=SYSTEM,
            now=scene.now,
        )

    close(0, location_id=scene.auburn)
    close(1, clinician_id=scene.anna)
    close(2)
    times = week(scene)
    days = {
        place: {time.start.astimezone(CENTRAL).date() - MONDAY for time in times if time.location_id == place}
        for place in (scene.birmingham, scene.auburn)
    }
    assert days[scene.birmingham] == {timedelta(0), timedelta(3), timedelta(4)}
    assert days[scene.auburn] == {timedelta(1), timedelta(3), timedelta(4)}


def test_notice_and_window_bound_what_is_offered(scene: Scene) -> None:
    now = central(MONDAY, 9, 20)
    assert starts(week(scene, now=now), scene.birmingham)[0] == central(MONDAY + timedelta(days=1), 9, 30)
    assert starts(week(scene, now=now, with_notice=False), scene.birmingham)[0] == central(MONDAY, 9, 30)
    assert week(scene, until=central(MONDAY, 0)) == ()


def test_a_session_may_serve_some_visit_types_only(scene: Scene) -> None:
    cara = add_clinician("Cara Hill", scene.now)
    service.add_session(
        clinician_id=cara,
        location_id=scene.auburn,
        weekday=0,
        opens=time(13),
        closes=time(15),
        first_day=MONDAY,
        visit_type_ids=(scene.short_visit,),
        actor=SYSTEM,
        now=scene.now,
    )
    assert week(scene, clinicians=[cara]) == ()
    asked = {"from_": NINE, "until": NINE + WEEK, "now": scene.now, "clinicians": [cara]}
    assert len(queries.open_times(scene.short_visit, **asked)) == 7  # type: ignore[arg-type]


def test_two_clinicians_who_share_a_room_take_turns(scene: Scene, hazel: UUID, otto: UUID) -> None:
    room = service.add_room(scene.auburn, "Room 2", actor=SYSTEM, now=scene.now)
    people = [add_clinician(name, scene.now) for name in ("Cara Hill", "Dan Lake")]
    for who in people:
        service.add_session(
            clinician_id=who,
            location_id=scene.auburn,
            weekday=0,
            opens=time(13),
            closes=time(15),
            first_day=MONDAY,
            room_id=room,
            actor=SYSTEM,
            now=scene.now,
        )
    one = central(MONDAY, 13)
    book(scene, hazel, one, clinician=people[0], location=scene.auburn)
    left = [time.start for time in week(scene, clinicians=[people[1]])]
    assert left == [central(MONDAY, 14)]  # the buffer is the clinician's, not the room's
    with pytest.raises(TimeTaken):
        book(scene, otto, central(MONDAY, 13, 30), clinician=people[1], location=scene.auburn)
    book(scene, otto, central(MONDAY, 14), clinician=people[1], location=scene.auburn)
    assert queries.doctor_checks(scene.now) == []


def test_one_time_for_any_clinician_goes_to_the_one_with_fewer_visits(scene: Scene, hazel: UUID) -> None:
    cara = add_clinician("Cara Hill", scene.now)
    service.add_session(
        clinician_id=cara,
        location_id=scene.birmingham,
        weekday=0,
        opens=time(8),
        closes=time(12),
        first_day=MONDAY,
        actor=SYSTEM,
        now=scene.now,
    )
    book(scene, hazel, NINE)
    monday = [
        time
        for time in week(scene, any_clinician=True, locations=[scene.birmingham])
        if time.start < central(MONDAY, 13)
    ]
    assert len(monday) == len({time.start for time in monday}) == 13
    assert {time.clinician_id for time in monday} == {cara}


def test_a_limit_per_location(scene: Scene) -> None:
    times = week(scene, per_location=4)
    assert len(starts(times, scene.birmingham)) == len(starts(times, scene.auburn)) == 4


@pytest.mark.parametrize(
    ("change", "before", "after"), [(date(2027, 3, 14), 14, 13), (date(2026, 11, 1), 13, 14)]
)
def test_eight_stays_eight_when_the_clocks_change(
    scene: Scene, change: date, before: int, after: int
) -> None:
    for weekday in (5, 6):
        service.add_session(
            clinician_id=scene.anna,
            location_id=scene.birmingham,
            weekday=weekday,
            opens=time(8),
            closes=time(9),
            first_day=date(2026, 1, 1),
            actor=SYSTEM,
            now=scene.now,
        )
    first = central(change - timedelta(days=1), 0)
    times = week(
        scene, from_=first, until=first + timedelta(days=3), now=first - WEEK, locations=[scene.birmingham]
    )
    eights = {
        time.start.date(): time.start.hour for time in times if time.start.astimezone(CENTRAL).hour == 8
    }
    assert eights[change - timedelta(days=1)] == before
    assert eights[change] == after


@pytest.mark.parametrize("clinicians", [1, 6])
def test_statements_do_not_grow(scene: Scene, hazel: UUID, clinicians: int) -> None:
    for n in range(clinicians):
        service.add_session(
            clinician_id=add_clinician(f"Dr. {n}", scene.now),
            location_id=scene.auburn,
            weekday=n % 5,
            opens=time(8),
            closes=time(17),
            first_day=MONDAY,
            actor=SYSTEM,
            now=scene.now,
        )
    book(scene, hazel, NINE)
    with statements() as seen:
        assert len(week(scene, until=NINE + 8 * WEEK, patient_id=hazel)) > 100
    assert len(seen) == 2
    with statements() as seen:
        cards = queries.day_appointments(scene.birmingham, MONDAY, CENTRAL)
    assert (len(cards), len(seen)) == (1, 1)


def test_busy_times_come_by_the_index_of_live_visits(scene: Scene) -> None:
    with statements() as seen:
        week(scene)
    (plan,) = plans([one for one in seen if "FROM appointment" in one.text], few=True)
    assert "ix_appointment_clinician_live" in plan


def test_cards_and_lists(scene: Scene, hazel: UUID, otto: UUID) -> None:
    booked = book(scene, hazel, NINE)
    later = book(scene, hazel, NINE + WEEK)
    book(scene, otto, NINE, clinician=scene.ben, location=scene.auburn)
    card = queries.appointment_card(booked, patient_id=hazel)
    assert (card.clinician_name, card.visit_name, card.minutes) == ("Anna Rivers", "First consultation", 60)
    assert card.location.address == "1200 Quiet River Way, Birmingham, AL 35200"
    with pytest.raises(NotFound):
        queries.appointment_card(booked, patient_id=otto)
    assert [c.id for c in queries.appointments_of(hazel)] == [later, booked]
    following = queries.next_appointment(hazel, scene.now)
    assert following is not None
    assert following.id == booked
    days = (MONDAY, MONDAY + timedelta(days=10))
    assert [c.id for c in queries.coming_appointments(scene.birmingham, *days, CENTRAL)] == [booked, later]
    assert len(queries.coming_appointments(None, *days, CENTRAL)) == 3
    service.cancel(booked, actor=DESK, now=scene.now)
    assert queries.day_appointments(scene.birmingham, MONDAY, CENTRAL) == ()


def test_the_visit_type_follows_the_confirmed_phase(scene: Scene) -> None:
    assert queries.visit_type_for(None).id == scene.first_visit
    assert queries.visit_type_for(2).id == scene.short_visit
    with pytest.raises(NotFound):
        queries.visit_type_for(3)


def test_a_form_carries_a_time_there_and_back(scene: Scene) -> None:
    offered = week(scene)[0]
    assert read_wanted(offered.value, scene.first_visit) == offered.wanted


@pytest.mark.parametrize(
    "value", ["", "x", "1.2.3", "5.a", "-5.{0}.{0}", "99999999999.{0}.{0}", "1.{0}.{0}.{0}.{0}", "\0"]
)
def test_a_made_up_time_is_refused_in_words(value: str) -> None:
    with pytest.raises(Invalid, match="Choose one"):
        read_wanted(value.format(uuid4().hex), uuid4())


def test_setting_up_refuses_what_cannot_be(scene: Scene) -> None:
    hours = {"clinician_id": scene.anna, "location_id": scene.auburn, "weekday": 0, "first_day": MONDAY}
    for opens, closes in ((time(12), time(8)), (time(8, 2), time(12))):
        with pytest.raises(Invalid):
            service.add_session(**hours, opens=opens, closes=closes, actor=SYSTEM, now=scene.now)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        service.add_visit_type(
            service.NewVisitType(slug="odd", name="Odd", minutes=33), actor=SYSTEM, now=scene.now
        )
    with pytest.raises(Invalid):
        service.add_closure(
            first_day=MONDAY, last_day=MONDAY - WEEK, name="Backwards", actor=SYSTEM, now=scene.now
        )


def test_old_days_own_no_cells_after_the_sweep(scene: Scene, hazel: UUID) -> None:
    book(scene, hazel, NINE)
    service.sweep_cells(NINE + timedelta(days=1))
    assert queries.doctor_checks(NINE + timedelta(days=1)) == []
    assert queries.doctor_checks(NINE) != []  # that day's cells are gone indeed
