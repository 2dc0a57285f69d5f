"""Clinics and changes of them by chance, on the real tables, for the property test of the undo."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from clinic.kernel.clock import CENTRAL
from clinic.kernel.errors import Conflict, Invalid
from clinic.kernel.permissions import Actor, Permission
from clinic.scheduling import queries, service
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules import DatedKind, NotBookable, Wanted
from clinic.scheduling.rules.setup import REMINDERS_ID, Edit, Image, Kind, SetUp
from clinic.scheduling.service import setup
from tests.scheduling.scene import DESK, MONDAY, Scene, add_patient

# Close together, so that changes meet visits.
DAYS = [MONDAY + timedelta(days=n) for n in range(5)]


@dataclass
class Chance:
    """Dice, and what they are thrown about."""

    dice: Random
    scene: Scene
    manager: Actor
    # What new things are made like; the things themselves may be gone by then.
    first: SetUp = field(default_factory=set_up)

    @property
    def places(self) -> list[UUID]:
        return list(set_up().of(Kind.LOCATION))

    def wall(self, first: int = 7, last: int = 18) -> time:
        minutes = self.dice.randrange(first * 60, last * 60, 5)
        return time(minutes // 60, minutes % 60)

    def walls(self, first: int = 7, last: int = 18) -> tuple[time, time]:
        opens, closes = sorted(self.dice.sample(range(first * 12, last * 12), 2))
        return time(opens // 12, opens % 12 * 5), time(closes // 12, closes % 12 * 5)

    def day(self) -> date:
        return self.dice.choice(DAYS)

    def who(self) -> UUID:
        return self.dice.choice((self.scene.anna, self.scene.ben))

    def some(self, ids: Sequence[UUID]) -> tuple[UUID, ...]:
        return tuple(one for one in ids if self.dice.random() < 0.3)

    def room_at(self, place: UUID | None) -> UUID | None:
        rooms = [one for one, image in set_up().of(Kind.ROOM).items() if image["location_id"] == place]
        return self.dice.choice([None, *rooms])


def _location(chance: Chance, old: Image | None) -> Image:
    name = f"{chance.dice.choice(('North', 'South', 'West'))} {chance.dice.randrange(9)}"
    known = old or chance.first.of(Kind.LOCATION)[chance.scene.auburn]
    zone = chance.dice.choice(("America/Chicago", "America/Chicago", "America/New_York"))
    return {**known, "slug": "", "name": name, "zone": zone, "parking": "In front."}


def _room(chance: Chance, old: Image | None) -> Image:
    place = old["location_id"] if old else chance.dice.choice([*chance.places, chance.scene.auburn])
    return {"location_id": place, "name": f"Room {chance.dice.randrange(6)}"}


def _visit_type(chance: Chance, old: Image | None) -> Image:
    known = old or {
        **chance.first.of(Kind.VISIT_TYPE)[chance.scene.short_visit],
        "name": f"Visit {chance.dice.randrange(9)}",
        "slug": "",
    }
    return {
        **known,
        "minutes": chance.dice.choice((15, 30, 60, 90)),
        "after_minutes": chance.dice.choice((0, 10, 20)),
        "before_minutes": chance.dice.choice((0, 10)),
        "offered": chance.dice.random() < 0.8,
        "window_days": chance.dice.choice(({}, {"1": 14})),
        "clinicians": chance.some([chance.scene.anna, chance.scene.ben]),
    }


def _session(chance: Chance, old: Image | None) -> Image:
    opens, closes = chance.walls()
    place = chance.dice.choice([*chance.places, chance.scene.auburn])
    lunch = {"opens": time(11), "closes": time(11, 30)}
    fits = opens <= lunch["opens"] and lunch["closes"] <= closes
    return {
        "clinician_id": old["clinician_id"] if old else chance.who(),
        "location_id": old["location_id"] if old and chance.dice.random() < 0.7 else place,
        "room_id": None,
        "weekday": old["weekday"] if old else chance.dice.randrange(5),
        "opens": opens,
        "closes": closes,
        "first_day": chance.dice.choice((MONDAY - timedelta(days=30), MONDAY + timedelta(days=3))),
        "last_day": chance.dice.choice((None, None, MONDAY + timedelta(days=8))),
        "breaks": (lunch,) if fits and chance.dice.random() < 0.5 else (),
        "visit_types": chance.some(list(set_up().of(Kind.VISIT_TYPE))),
    }


def _session_in_room(chance: Chance, old: Image | None) -> Image:
    image = _session(chance, old)
    return {**image, "room_id": chance.room_at(image["location_id"])}


def _dated_hours(chance: Chance, old: Image | None) -> Image:
    opens, closes = chance.walls()
    extra = chance.dice.random() < 0.4
    return {
        "clinician_id": chance.who(),
        "location_id": chance.dice.choice([*chance.places, chance.scene.auburn]) if extra else None,
        "room_id": None,
        "kind": DatedKind.EXTRA if extra else DatedKind.AWAY,
        "day": chance.day(),
        "opens": opens,
        "closes": closes,
        "name": "Conference",
    }


def _closure(chance: Chance, old: Image | None) -> Image:
    first = chance.day()
    return {
        "location_id": chance.dice.choice((None, *chance.places)),
        "clinician_id": chance.dice.choice((None, None, chance.who())),
        "first_day": first,
        "last_day": first + timedelta(days=chance.dice.randrange(3)),
        "name": "Closed",
        "holiday": False,
    }


def _travel(chance: Chance, old: Image | None) -> Image:
    both = sorted(chance.first.of(Kind.LOCATION))
    pair = (old["first_id"], old["second_id"]) if old else chance.dice.sample([*both, *chance.places], 2)
    return {"first_id": pair[0], "second_id": pair[1], "minutes": chance.dice.choice((30, 60, 240))}


def _reminders(chance: Chance, old: Image | None) -> Image:
    hours = tuple(chance.dice.sample((4, 24, 48, 72), 2))
    return {"remind_hours": hours, "quiet_from": time(20), "quiet_until": time(7)}


MAKERS: dict[Kind, Callable[[Chance, Image | None], Image]] = {
    Kind.LOCATION: _location,
    Kind.ROOM: _room,
    Kind.VISIT_TYPE: _visit_type,
    Kind.SESSION: _session_in_room,
    Kind.DATED_HOURS: _dated_hours,
    Kind.CLOSURE: _closure,
    Kind.TRAVEL: _travel,
    Kind.REMINDERS: _reminders,
}
# Sessions, dates and closures hit visits; the others come along.
_WEIGHTS = (1, 1, 2, 5, 3, 4, 2, 1)


def some_edit(chance: Chance, stands: SetUp) -> Edit:
    """Something added, changed or taken away."""
    (kind,) = chance.dice.choices(list(Kind), _WEIGHTS)
    known = list(stands.of(kind))
    if known and (kind is Kind.REMINDERS or chance.dice.random() < 0.6):
        one = chance.dice.choice(known)
        if chance.dice.random() < 0.35:
            return Edit(kind, one, None)
        return Edit(kind, one, MAKERS[kind](chance, stands.of(kind)[one]))
    return Edit(kind, REMINDERS_ID if kind is Kind.REMINDERS else uuid4(), MAKERS[kind](chance, None))


def some_edits(chance: Chance, most: int = 4) -> list[Edit]:
    """A few edits of different things that go together."""
    stands, found = set_up(), list[Edit]()
    for _ in range(chance.dice.randrange(1, most + 1)):
        edit = some_edit(chance, stands)
        if edit.id in {known.id for known in found}:
            continue
        try:
            setup.preview([*found, edit], actor=chance.manager, now=chance.scene.now)
        except (Invalid, Conflict):
            continue
        found.append(edit)
    return found


def furnish(chance: Chance) -> None:
    """Make the small clinic larger by a change or two."""
    for _ in range(chance.dice.randrange(3)):
        edits = some_edits(chance)
        if edits:
            shown = setup.preview(edits, actor=chance.manager, now=chance.scene.now)
            given: dict[str, Any] = {"choices": {}, "actor": chance.manager, "now": chance.scene.now}
            setup.change(edits, "Furnished", digest=shown.digest, **given)


VERBS = ("book", "book", "confirmed", "request", "hold", "override", "override")


def some_visits(chance: Chance, most: int = 9) -> None:
    """Visits that are booked, asked for or held at open times, and some squeezed in wherever it may be."""
    for n in range(chance.dice.randrange(1, most + 1)):
        patient = add_patient(chance.scene.now, f"Guest{n}")
        verb = chance.dice.choice(VERBS)
        wanted = _anytime(chance) if verb == "override" else _open_time(chance)
        if wanted is not None:
            with suppress(NotBookable):
                _visit(chance, patient, verb, wanted)


def _anytime(chance: Chance) -> Wanted | None:
    kinds = list(set_up().of(Kind.VISIT_TYPE))
    start = datetime.combine(chance.day(), chance.wall(), tzinfo=CENTRAL)
    place = chance.dice.choice(chance.places)
    return Wanted(start, chance.who(), place, chance.dice.choice(kinds)) if kinds else None


def _open_time(chance: Chance) -> Wanted | None:
    day = datetime.combine(chance.day(), time(6), tzinfo=CENTRAL)
    kinds = list(set_up().of(Kind.VISIT_TYPE))
    if not kinds:
        return None
    given: dict[str, Any] = {"now": chance.scene.now, "with_notice": False}
    times = queries.open_times(chance.dice.choice(kinds), from_=day, until=day + timedelta(days=2), **given)
    return chance.dice.choice(times).wanted if times else None


def _visit(chance: Chance, patient: UUID, verb: str, wanted: Wanted) -> None:
    now, given = chance.scene.now, {"patient_id": patient, "key": uuid4().hex, "now": chance.scene.now}
    if verb == "override":
        allowed = frozenset({Permission.APPOINTMENT_CHANGE, Permission.APPOINTMENT_OVERRIDE})
        boss = replace(chance.manager, permissions=allowed)
        service.book(wanted, **given, actor=boss, override="In pain today.")  # type: ignore[arg-type]
        return
    take = getattr(service, "book" if verb == "confirmed" else verb)
    row = take(wanted, **given, actor=DESK)
    if verb == "confirmed":
        service.confirm_attendance(row.id, actor=Actor.patient(patient), now=now)
