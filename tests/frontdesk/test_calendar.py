"""The calendar: what stands in its cells, from a free time to a visit, how much it weighs, who was seen."""

import gzip
import re
from datetime import date, datetime, time, timedelta
from html import unescape
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from clinic.accounts.rules import Role
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.frontdesk.calendar.grid import Column, Kind, cells_of, rows_between
from clinic.kernel.clock import CENTRAL, central_date
from clinic.kernel.permissions import Actor
from clinic.patients.models import Patient
from clinic.platform.extensions import db, now
from clinic.scheduling import service as scheduling
from clinic.scheduling.models import Appointment
from clinic.scheduling.queries import open_times, visit_type_for
from clinic.scheduling.rules import (
    Busy,
    ClosedDays,
    DatedKind,
    DatedSpan,
    Stretch,
    Supply,
    Timetable,
    Wanted,
    local_cell,
)
from clinic.web.demo.staff import set_up_clinic
from tests.frontdesk.test_views import CALLER, hidden
from tests.referrals.cast import staff_actor
from tests.scheduling.scene import DESK, add_patient
from tests.support.client import PageClient, text_of
from tests.support.proofs import note
from tests.support.staff import sign_in
from tests.support.statements import statements

WHO, HERE, THERE = uuid4(), uuid4(), uuid4()
DAY = date(2026, 12, 8)


@pytest.fixture
def desk(app: Flask, client: PageClient) -> PageClient:
    """The front desk, signed in, of a clinic with places and hours."""
    set_up_clinic(central_date(now()) - timedelta(days=1), now())
    sign_in(client, Role.FRONT_DESK)
    return client


def at(hour: int, minute: int = 0, day: date = DAY) -> int:
    return local_cell(day, time(hour, minute), CENTRAL)


def kinds(column: Column, supply: Supply, now_cell: int = 0) -> list[tuple[str, Kind, int]]:
    cells = cells_of(column, rows_between(time(8), time(12)), supply, now_cell)
    return [(cell.wall.strftime("%H:%M"), cell.kind, cell.rows) for _, cell in sorted(cells.items())]


def morning(**given: object) -> tuple[Column, Supply]:
    breaks = ((time(10), time(10, 30)),)
    stretch = Stretch(at(8), at(11), WHO, HERE, None, DAY, CENTRAL, breaks)
    column = Column(
        clinician_id=WHO,
        location_id=HERE,
        day=DAY,
        stretches=[stretch],
        open_starts=frozenset({at(8), at(9, 45)}),
        visits={},
    )
    table = Timetable(zones={HERE: CENTRAL, THERE: CENTRAL}, **given)  # type: ignore[arg-type]
    return column, Supply(table)


def test_each_row_says_what_is_there() -> None:
    column, supply = morning()
    visit = uuid4()
    column = Column(WHO, HERE, DAY, column.stretches, column.open_starts, {visit: (at(8, 30), at(9, 15))})
    supply = Supply(supply.table, clinicians={WHO: [Busy(at(8, 30), at(9, 15), 0, 3)]})
    assert kinds(column, supply) == [
        ("08:00", Kind.FREE, 1),
        ("08:15", Kind.NO_FIT, 1),
        ("08:30", Kind.VISIT, 3),
        ("09:15", Kind.BUFFER, 1),
        ("09:30", Kind.NO_FIT, 1),
        ("09:45", Kind.FREE, 1),
        ("10:00", Kind.BREAK, 2),
        ("10:30", Kind.NO_FIT, 1),
        ("10:45", Kind.NO_FIT, 1),
        ("11:00", Kind.OFF, 4),
    ]


def test_visits_that_overlap_on_purpose_share_a_cell_and_nothing_is_hidden() -> None:
    column, supply = morning()
    both = {uuid4(): (at(8, 10), at(9)), uuid4(): (at(8, 40), at(9, 20)), uuid4(): (at(9, 20), at(9, 50))}
    column = Column(WHO, HERE, DAY, column.stretches, frozenset(), both)
    cells = cells_of(column, rows_between(time(8), time(12)), supply, 0)
    seen = [key for _, cell in sorted(cells.items()) for key in cell.visits]
    assert seen == list(both)
    rows = rows_between(time(8), time(12))
    assert sum(cell.rows for cell in cells.values()) == len(rows)


def test_closed_days_absences_and_the_other_place_are_told() -> None:
    closed = [ClosedDays(DAY, DAY, None, None, "Water shut off")]
    column, supply = morning(closed=closed)
    column = Column(WHO, HERE, DAY, column.stretches, frozenset(), {})
    assert kinds(column, supply)[0] == ("08:00", Kind.CLOSED, 12)
    away = [DatedSpan(DatedKind.AWAY, WHO, DAY, time(8), time(9), None, None, "Training")]
    column, supply = morning(dated=away)
    column = Column(WHO, HERE, DAY, column.stretches, frozenset(), {})
    assert kinds(column, supply)[0] == ("08:00", Kind.AWAY, 4)
    there = Stretch(at(11), at(12), WHO, THERE, None, DAY, CENTRAL)
    column = Column(WHO, HERE, DAY, [*column.stretches, there], frozenset(), {})
    assert kinds(column, supply)[-1] == ("11:00", Kind.ELSEWHERE, 4)


@pytest.mark.parametrize("day", [date(2027, 3, 14), date(2026, 11, 1), date(2028, 2, 29)])
def test_rows_keep_the_wall_clock_when_the_clocks_change(day: date) -> None:
    stretch = Stretch(at(8, day=day), at(12, day=day), WHO, HERE, None, day, CENTRAL)
    starts = frozenset(range(at(8, day=day), at(12, day=day), 3))
    column = Column(WHO, HERE, day, [stretch], starts, {})
    cells = cells_of(column, rows_between(time(8), time(12)), Supply(Timetable(zones={HERE: CENTRAL})), 0)
    assert [cell.kind for cell in cells.values()] == [Kind.FREE] * 16


def free_cells(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'<a class="free" href="([^"]+)" aria-label="([^"]+)"', page)
    return [(unescape(href), name) for href, name in found]


def test_from_a_free_cell_a_caller_is_booked_at_exactly_that_time(desk: PageClient) -> None:
    page = desk.get("/staff/calendar?day=2026-12-02").text
    href, name = free_cells(page)[4]
    assert name.startswith("Book with ")
    chosen = desk.get(href).text
    link = re.search(r'href="(/staff/caller[^"]+)"', chosen)
    assert link
    form = desk.get(unescape(link[1])).text
    checked = re.search(r'name="slot" value="([^"]+)"[^>]*checked', form)
    assert checked
    kept = {name: hidden(form, name) for name in ("key", "first_day")}
    desk.post("/staff/caller", CALLER | kept | {"slot": checked[1]}, status=302)
    db.session.rollback()
    visit = db.session.scalars(select(Appointment)).one()
    assert f"{visit.clinician_id.hex}" in href
    assert str(int(visit.start_at.timestamp()) // 300) in href
    page = desk.get("/staff/calendar?day=2026-12-02").text
    assert "Ivy Madeup" in page
    assert href not in [one for one, _ in free_cells(page)]


def test_a_chosen_time_is_kept_when_something_else_is_missing(desk: PageClient) -> None:
    href, _ = free_cells(desk.get("/staff/calendar?day=2026-12-04").text)[-1]
    slot = href.split("slot=")[1].split("&")[0]
    form = desk.get(f"/staff/caller?slot={slot}").text
    kept = {name: hidden(form, name) for name in ("key", "first_day")}
    page = desk.post("/staff/caller", CALLER | kept | {"slot": slot, "last_name": ""}, status=422).text
    assert re.search(rf'value="{re.escape(slot)}"[^>]*checked', page)


def test_every_free_cell_of_a_week_is_open_and_no_open_time_is_left_out(desk: PageClient) -> None:
    monday = date(2026, 12, 7)
    page = desk.get(f"/staff/calendar?view=week&day={monday}").text
    shown = {href.split("slot=")[1].split("&")[0] for href, _ in free_cells(page)}
    who = next(iter(shown)).split(".")[2]
    first = datetime.combine(monday, time(0), CENTRAL)
    found = open_times(
        visit_type_for(None).id, from_=first, until=first + timedelta(days=7), now=now(), with_notice=False
    )
    assert shown == {one.value for one in found if one.clinician_id.hex == who}


def fill_a_day(day: date, most: int, actor: Actor) -> None:
    """Book what is open, then squeeze further visits in on purpose, until there are so many."""
    kind = visit_type_for(None).id
    first = datetime.combine(day, time(0), CENTRAL)
    wishes: list[Wanted] = []
    for number in range(most):
        found = open_times(
            kind, from_=first, until=first + timedelta(days=1), now=now(), with_notice=False, per_location=1
        )
        wanted = found[0].wanted if found else wishes[number % len(wishes)]
        wishes.append(wanted)
        scheduling.book(
            wanted,
            patient_id=add_patient(now(), f"Person{number}"),
            key=uuid4().hex,
            actor=actor,
            now=now(),
            override=None if found else "Squeezed in on purpose.",
        )


@pytest.mark.parametrize("query", ["day=2026-12-02", "day=2026-12-02&view=week"])
def test_sixty_visits_take_as_many_statements_as_none_and_are_small(desk: PageClient, query: str) -> None:
    url = f"/staff/calendar?{query}"
    squeezer = staff_actor(Role.FRONT_DESK, "Sam Squeeze")
    fill_a_day(date(2026, 12, 2), 1, squeezer)
    desk.get(url)
    with statements() as few:
        desk.get(url)
    fill_a_day(date(2026, 12, 2), 59, squeezer)
    with statements() as many:
        page = desk.get(url).text
    assert len(many) == len(few)
    if "week" not in query:
        assert page.count('class="ap ') == 60
    weight = len(gzip.compress(page.encode()))
    note("calendar with sixty visits", query=query, statements=len(many), gzip_bytes=weight)
    assert weight < 40_000


def test_who_was_on_it_is_recorded_and_admins_see_nobody(desk: PageClient, app: Flask) -> None:
    fill_a_day(date(2026, 12, 2), 2, DESK)
    desk.get("/staff/calendar?day=2026-12-02")
    (seen,) = [
        one.facts["patients"]
        for one in db.session.scalars(select(AuditEvent))
        if one.action == Action.DAY_VIEWED and one.subject_kind == "calendar"
    ]
    assert set(seen) == {str(key) for key in db.session.scalars(select(Patient.id))}


@pytest.mark.parametrize(
    "query",
    [
        "day=never",
        "day=9999-12-31&view=week",
        "day=0001-01-01&view=week",
        "place=nowhere",
        "clinician=nobody",
        "type=nothing",
        "view=month",
    ],
)
def test_a_made_up_address_shows_a_calendar(desk: PageClient, query: str) -> None:
    desk.get(f"/staff/calendar?{query}")


def test_a_made_up_time_is_for_nobody(desk: PageClient) -> None:
    desk.get("/staff/calendar/book?slot=1.2.3", status=404)
    desk.get("/staff/calendar/book", status=404)


def test_a_place_and_a_clinician_narrow_it_down(desk: PageClient) -> None:
    page = desk.get("/staff/calendar?day=2026-12-02&place=auburn").text
    heads = re.findall(r'<th scope="colgroup"[^>]*>([^<]+)<', page)
    assert heads == ["Auburn"]
    assert 'aria-label="Book with Dr. Brook' in page


def test_a_blocked_cell_says_why(desk: PageClient) -> None:
    fill_a_day(date(2026, 12, 2), 1, DESK)
    page = desk.get("/staff/calendar?day=2026-12-02").text
    found = re.search(r'<a class="buf" href="([^"]+)"', page)
    assert found
    told = text_of(desk.get(unescape(found[1])).text)
    assert "visit" in told
    assert "Dr. " in told or "NP" in told
