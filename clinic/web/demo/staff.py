"""The demo clinic: two places, visit types, five clinicians with their hours, two desks, one manager."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from clinic.accounts.rules import Role, permissions_of
from clinic.accounts.service import create_staff
from clinic.kernel.permissions import Actor, ActorKind
from clinic.scheduling.rules.setup import federal_holidays
from clinic.scheduling.service import (
    NewLocation,
    NewVisitType,
    add_closure,
    add_location,
    add_session,
    add_travel_time,
    add_visit_type,
    set_reminders,
)

PASSWORD = "paper lantern on the water"  # noqa: S105 - printed by `make run`, refused in production
DOMAIN = "example.com"
BRING = """A list of your medicines, with how much you take
A photo ID, and your insurance card if you have one
Letters or test results that you have at home
Someone you trust, if you like"""
LATE = "If you run late, call us. We keep your time for 20 minutes."

PLACES = (
    NewLocation(
        slug="birmingham",
        name="Birmingham",
        street="100 Quiet River Way",
        city="Birmingham",
        state="AL",
        zip_code="35203",
        phone="+12055550142",
        directions="The door on the river side has no steps.",
        parking="Free parking behind the house.",
        bring=BRING,
        lateness=LATE,
        position=1,
    ),
    NewLocation(
        slug="auburn",
        name="Auburn",
        street="20 Longleaf Lane",
        city="Auburn",
        state="AL",
        zip_code="36830",
        phone="+13345550117",
        directions="Door B is wide and has no steps.",
        parking="Free parking in front of the house.",
        bring=BRING,
        lateness=LATE,
        position=2,
    ),
)
# How many days ahead people of each priority may book.
WINDOW_DAYS = {"1": 14, "2": 14, "3": 30, "4": 60, "5": 90}
# The name and length of the first one are all that anybody sees before a clinician's decision. Booked before
# it, it fits whatever is decided; what is booked afterwards is the type of the confirmed phase, listed first.
VISIT_TYPES = (
    NewVisitType(
        slug="first",
        name="First consultation",
        minutes=60,
        phases=(1, 2, 3),
        before_decision=True,
        window_days=WINDOW_DAYS,
        position=9,
    ),
    *(
        NewVisitType(
            slug=slug,
            name=name,
            minutes=minutes,
            phases=(phase,),
            window_days=WINDOW_DAYS,
            position=1 + phase,
        )
        for slug, name, minutes, phase in (
            ("early", "Early care visit", 45, 1),
            ("ongoing", "Ongoing care visit", 60, 2),
            ("options", "Care options visit", 60, 3),
        )
    ),
)
MORNING, AFTERNOON = (time(8), time(12)), (time(13), time(17))
WAY_MINUTES = 120
HOLIDAYS_FOR = timedelta(days=550)
SHORT_DAY = (time(9), time(12)), (time(13), time(15, 30))

# name, title, e-mail, hours: (place, weekdays, parts of the day)
CLINICIANS = (
    ("Dr. Ada Fernwood", "MD", "ada.fernwood", [("birmingham", (0, 1, 2, 3), (MORNING, AFTERNOON))]),
    (
        "Dr. Silas Lark",
        "MD",
        "silas.lark",
        [("birmingham", (0, 2), (MORNING, AFTERNOON)), ("auburn", (1, 3), SHORT_DAY)],
    ),
    ("T. Marlow", "NP", "t.marlow", [("birmingham", (1, 2, 3, 4), (MORNING, AFTERNOON))]),
    ("Dr. Juno Brook", "DO", "juno.brook", [("auburn", (0, 1, 2, 3, 4), (MORNING, SHORT_DAY[1]))]),
    ("Dr. Wren Vale", "MD", "wren.vale", [("auburn", (0, 2, 4), SHORT_DAY)]),
)
OTHERS = (
    ("Front desk, Birmingham", "desk.birmingham", Role.FRONT_DESK),
    ("Front desk, Auburn", "desk.auburn", Role.FRONT_DESK),
    ("Practice manager", "manager", Role.ADMIN),
)


@dataclass(frozen=True, slots=True)
class Clinic:
    """What was set up, for the people who come."""

    clinicians: tuple[Actor, ...]
    desk: Actor
    manager: Actor
    places: dict[str, UUID]


def sign_ins() -> list[tuple[str, str]]:
    """Who can sign in: (what they are, e-mail address)."""
    named = [(name, f"{mail}@{DOMAIN}") for name, _, mail, _ in CLINICIANS]
    return [*named, *((name, f"{mail}@{DOMAIN}") for name, mail, _ in OTHERS)]


def set_up_clinic(first_day: date, now: datetime) -> Clinic:
    """Places, visit types, staff and hours from `first_day` on; closed on the federal holidays to come."""
    system = Actor.system()
    places = {given.slug: add_location(given, actor=system, now=now) for given in PLACES}
    for kind in VISIT_TYPES:
        add_visit_type(kind, actor=system, now=now)
    add_travel_time(places["birmingham"], places["auburn"], WAY_MINUTES, actor=system, now=now)
    set_reminders((72, 24), time(21), time(8), actor=system, now=now)
    for holiday in federal_holidays(first_day, first_day + HOLIDAYS_FOR):
        add_closure(
            first_day=holiday.day,
            last_day=holiday.day,
            name=holiday.name,
            holiday=True,
            actor=system,
            now=now,
        )
    clinicians = []
    for name, title, mail, hours in CLINICIANS:
        actor = _add(name, mail, Role.CLINICIAN, now, title)
        clinicians.append(actor)
        for place, weekdays, parts in hours:
            _add_hours(actor, places[place], weekdays, parts, first_day=first_day, now=now)
    others = [_add(name, mail, role, now) for name, mail, role in OTHERS]
    return Clinic(tuple(clinicians), others[0], others[-1], places)


def _add(name: str, mail: str, role: Role, now: datetime, title: str = "") -> Actor:
    address = f"{mail}@{DOMAIN}"
    staff_id = create_staff(address, name, [role], PASSWORD, actor=Actor.system(), now=now, title=title)
    return Actor(ActorKind.STAFF, staff_id, name, permissions_of([role]), role.value)


def _add_hours(
    who: Actor,
    place: UUID,
    weekdays: tuple[int, ...],
    parts: tuple[tuple[time, time], ...],
    *,
    first_day: date,
    now: datetime,
) -> None:
    assert who.id is not None  # noqa: S101 - staff have one
    for weekday in weekdays:
        for opens, closes in parts:
            add_session(
                clinician_id=who.id,
                location_id=place,
                weekday=weekday,
                opens=opens,
                closes=closes,
                first_day=first_day,
                actor=Actor.system(),
                now=now,
            )
