"""What can be set up: each refusal in a sentence beside its field, and what goes together."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.kernel.errors import Conflict, Invalid
from clinic.scheduling.rules import DatedKind
from clinic.scheduling.rules.setup import (
    REMINDERS_ID,
    Edit,
    Image,
    Kind,
    SetUp,
    Span,
    check_whole,
    checked,
    collide,
    federal_holidays,
    holiday_edits,
    packed,
    unpacked,
    warnings,
)

ANNA, BEN = UUID(int=11), UUID(int=12)
BIRMINGHAM, AUBURN = UUID(int=21), UUID(int=22)
ROOM, FIRST, MONDAY_HOURS = UUID(int=31), UUID(int=41), UUID(int=51)
MONDAY = date(2026, 12, 7)

PLACE: Image = {
    "slug": "",
    "name": "Birmingham",
    "street": "1 Quiet Way",
    "city": "Birmingham",
    "state": "al",
    "zip_code": " 35203 ",
    "phone": "(205) 555-0142",
    "zone": "America/Chicago",
    "directions": "",
    "parking": "",
    "bring": " A photo ID \n Insurance card ",
    "lateness": "",
    "position": 1,
}
VISIT_TYPE: Image = {
    "slug": "first",
    "name": "First consultation",
    "minutes": 60,
    "before_minutes": 0,
    "after_minutes": 10,
    "step_minutes": 15,
    "notice_minutes": 1440,
    "phases": (2, 1),
    "before_decision": True,
    "self_bookable": True,
    "window_days": {"2": 28, "1": 7},
    "offered": True,
    "position": 1,
    "clinicians": (BEN, ANNA),
}
SESSION: Image = {
    "clinician_id": ANNA,
    "location_id": BIRMINGHAM,
    "room_id": None,
    "weekday": 0,
    "opens": time(8),
    "closes": time(12),
    "first_day": MONDAY,
    "last_day": None,
    "breaks": ({"opens": time(10), "closes": time(10, 15)},),
    "visit_types": (),
}
EXTRA: Image = {
    "clinician_id": ANNA,
    "location_id": AUBURN,
    "room_id": None,
    "kind": DatedKind.EXTRA,
    "day": MONDAY,
    "opens": time(9),
    "closes": time(11),
    "name": "",
}
CLOSURE: Image = {
    "location_id": None,
    "clinician_id": None,
    "first_day": MONDAY,
    "last_day": MONDAY,
    "name": "Training",
    "holiday": False,
}
TRAVEL: Image = {"first_id": AUBURN, "second_id": BIRMINGHAM, "minutes": 120}
REMINDERS: Image = {"remind_hours": (24, 72), "quiet_from": time(21), "quiet_until": time(8)}
SOUND: Mapping[Kind, Image] = {
    Kind.LOCATION: PLACE,
    Kind.ROOM: {"location_id": BIRMINGHAM, "name": " Room 1 "},
    Kind.VISIT_TYPE: VISIT_TYPE,
    Kind.SESSION: SESSION,
    Kind.DATED_HOURS: EXTRA,
    Kind.CLOSURE: CLOSURE,
    Kind.TRAVEL: TRAVEL,
    Kind.REMINDERS: REMINDERS,
}


def clinic(**more: Mapping[UUID, Image]) -> SetUp:
    """Two places, a room, a visit type, Anna's Monday morning in Birmingham."""
    things: dict[Kind, Mapping[UUID, Image]] = {
        Kind.LOCATION: {
            BIRMINGHAM: {**PLACE, "slug": "birmingham"},
            AUBURN: {**PLACE, "slug": "auburn", "name": "Auburn"},
        },
        Kind.ROOM: {ROOM: {"location_id": AUBURN, "name": "Room 1"}},
        Kind.VISIT_TYPE: {FIRST: VISIT_TYPE},
        Kind.SESSION: {MONDAY_HOURS: SESSION},
    }
    things |= {Kind(kind): held for kind, held in more.items()}
    return SetUp(things, {ANNA: "Anna Rivers, MD", BEN: "Ben Woods, MD"})


def add(what: Kind, **changed: Any) -> Edit:
    return checked(Edit(what, uuid4(), {**SOUND[what], **changed}))


@pytest.mark.parametrize("kind", list(Kind))
def test_a_sound_image_is_brought_into_one_form_and_survives_storing(kind: Kind) -> None:
    edit = checked(Edit(kind, REMINDERS_ID, SOUND[kind]))
    assert checked(edit) == edit
    assert unpacked(packed(edit.image)) == edit.image


def test_what_people_type_is_written_in_one_way() -> None:
    place = checked(Edit(Kind.LOCATION, BIRMINGHAM, PLACE)).image
    assert place is not None
    assert (place["slug"], place["state"], place["zip_code"]) == ("birmingham", "AL", "35203")
    assert place["phone"] == "+12055550142"
    visit_type = checked(Edit(Kind.VISIT_TYPE, FIRST, VISIT_TYPE)).image
    assert visit_type is not None
    assert (visit_type["phases"], visit_type["clinicians"]) == ((1, 2), (ANNA, BEN))
    travel = checked(Edit(Kind.TRAVEL, uuid4(), TRAVEL)).image
    assert travel == {"first_id": BIRMINGHAM, "second_id": AUBURN, "minutes": 120}
    reminders = checked(Edit(Kind.REMINDERS, REMINDERS_ID, REMINDERS)).image
    assert reminders is not None
    assert reminders["remind_hours"] == (72, 24)


@pytest.mark.parametrize(
    ("kind", "changed", "field", "words"),
    [
        (Kind.LOCATION, {"name": " "}, "name", "Enter the name"),
        (Kind.LOCATION, {"name": "?"}, "name", "letters or digits"),
        (Kind.LOCATION, {"name": "x" * 81}, "name", "80 characters"),
        (Kind.LOCATION, {"street": ""}, "street", "street"),
        (Kind.LOCATION, {"city": ""}, "city", "city"),
        (Kind.LOCATION, {"state": "XX"}, "state", "Choose a state"),
        (Kind.LOCATION, {"zip_code": "3520"}, "zip_code", "ZIP code"),
        (Kind.LOCATION, {"phone": "911"}, "phone", "area code"),
        (Kind.LOCATION, {"zone": "America/Birmingham"}, "zone", "time zone"),
        (Kind.LOCATION, {"zone": "../etc/passwd"}, "zone", "time zone"),
        (Kind.LOCATION, {"zone": ""}, "zone", "time zone"),
        (Kind.LOCATION, {"position": 1000}, "position", "from 0 to 999"),
        (Kind.ROOM, {"name": ""}, "name", "name of the room"),
        (Kind.VISIT_TYPE, {"minutes": 33}, "minutes", "steps of five"),
        (Kind.VISIT_TYPE, {"minutes": 0}, "minutes", "from 5 to 480"),
        (Kind.VISIT_TYPE, {"after_minutes": 125}, "after_minutes", "from 0 to 120"),
        (Kind.VISIT_TYPE, {"step_minutes": 0}, "step_minutes", "from 5 to 480"),
        (Kind.VISIT_TYPE, {"notice_minutes": -1}, "notice_minutes", "from 0 to"),
        (Kind.VISIT_TYPE, {"phases": (4,)}, "phases", "Phase One"),
        (Kind.VISIT_TYPE, {"window_days": {"6": 7}}, "window_days", "1 to 5"),
        (Kind.VISIT_TYPE, {"window_days": {"1": 0}}, "window_days", "1 to 365"),
        (Kind.VISIT_TYPE, {"window_days": {"1": 366}}, "window_days", "1 to 365"),
        (Kind.SESSION, {"closes": time(8)}, "closes", "later than the start"),
        (Kind.SESSION, {"opens": time(8, 1)}, "opens", "steps of five"),
        (Kind.SESSION, {"weekday": 7}, "weekday", "from 0 to 6"),
        (Kind.SESSION, {"last_day": date(2026, 12, 6)}, "last_day", "before the first"),
        (Kind.SESSION, {"breaks": ({"opens": time(7), "closes": time(9)},)}, "breaks", "inside"),
        (Kind.SESSION, {"breaks": ({"opens": time(9), "closes": time(9)},)}, "breaks", "later than"),
        (
            Kind.SESSION,
            {
                "breaks": (
                    {"opens": time(9), "closes": time(10)},
                    {"opens": time(9, 30), "closes": time(11)},
                )
            },
            "breaks",
            "overlap",
        ),
        (Kind.DATED_HOURS, {"location_id": None}, "location_id", "where"),
        (Kind.DATED_HOURS, {"kind": DatedKind.AWAY, "room_id": ROOM}, "room_id", "no room"),
        (Kind.DATED_HOURS, {"opens": time(12)}, "closes", "later than"),
        (Kind.CLOSURE, {"name": ""}, "name", "reason"),
        (Kind.CLOSURE, {"last_day": date(2026, 12, 6)}, "last_day", "before the first"),
        (Kind.TRAVEL, {"second_id": AUBURN}, "second_id", "different"),
        (Kind.TRAVEL, {"minutes": 0}, "minutes", "from 5 to 480"),
        (Kind.REMINDERS, {"remind_hours": (1, 2, 3, 4, 5)}, "remind_hours", "at most 4"),
        (Kind.REMINDERS, {"remind_hours": (337,)}, "remind_hours", "1 to 336"),
        (Kind.REMINDERS, {"remind_hours": (0,)}, "remind_hours", "1 to 336"),
        (Kind.REMINDERS, {"quiet_until": time(21)}, "quiet_until", "different times"),
        (Kind.REMINDERS, {"quiet_until": time(19, 5)}, "quiet_until", "at least two hours"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    kind: Kind, changed: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        add(kind, **changed)
    assert refused.value.field == field


def test_an_image_holds_every_field_of_its_kind() -> None:
    with pytest.raises(ValueError, match="closes"):
        checked(Edit(Kind.SESSION, uuid4(), {k: v for k, v in SESSION.items() if k != "closes"}))
    with pytest.raises(ValueError, match="colour"):
        checked(Edit(Kind.ROOM, uuid4(), {**SOUND[Kind.ROOM], "colour": "green"}))


@pytest.mark.parametrize(
    ("edit", "field", "words"),
    [
        (add(Kind.LOCATION), "name", "location of this name"),
        (add(Kind.LOCATION, name="Birmingham South", slug="auburn"), "name", "short name"),
        (add(Kind.ROOM, location_id=AUBURN), "name", "room of this name"),
        (add(Kind.VISIT_TYPE), "name", "visit type of this name"),
        (add(Kind.SESSION, room_id=ROOM), "room_id", "another location"),
        (add(Kind.SESSION, room_id=uuid4()), "room_id", "taken away"),
        (add(Kind.SESSION, location_id=uuid4()), "location_id", "taken away"),
        (add(Kind.SESSION, clinician_id=uuid4()), "clinician_id", "from the list"),
        (add(Kind.SESSION, visit_types=(uuid4(),)), "visit_types", "taken away"),
        (add(Kind.VISIT_TYPE, name="Other", slug="", clinicians=(uuid4(),)), "clinicians", "from the list"),
        (
            add(Kind.SESSION, location_id=AUBURN, opens=time(11, 55), closes=time(16), breaks=()),
            "opens",
            r"Anna Rivers, MD already has hours then: Monday, 8:00 a.m. to 12:00 p.m., Birmingham",
        ),
        (add(Kind.DATED_HOURS), "opens", "is at Birmingham then"),
    ],
)
def test_what_does_not_go_together_is_refused(edit: Edit, field: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        check_whole(clinic(), [edit])
    assert refused.value.field == field


@pytest.mark.parametrize(
    "changed",
    [
        {"opens": time(12), "closes": time(16), "breaks": ()},  # right after
        {"weekday": 1},
        {"clinician_id": BEN},
        {"first_day": date(2026, 12, 1), "last_day": date(2026, 12, 6)},  # no Monday in common
    ],
)
def test_hours_beside_others_are_fine(changed: dict[str, Any]) -> None:
    check_whole(clinic(), [add(Kind.SESSION, **changed)])


def test_extra_hours_elsewhere_need_time_away() -> None:
    away = {"kind": DatedKind.AWAY, "location_id": None, "opens": time(8), "closes": time(12)}
    check_whole(clinic(), [add(Kind.DATED_HOURS, **away), add(Kind.DATED_HOURS)])
    check_whole(clinic(), [add(Kind.CLOSURE, clinician_id=ANNA), add(Kind.DATED_HOURS)])
    with pytest.raises(Invalid, match="is at Birmingham"):
        check_whole(clinic(), [add(Kind.DATED_HOURS, **away | {"closes": time(10)}), add(Kind.DATED_HOURS)])
    with pytest.raises(Invalid, match="already has extra hours"):
        check_whole(clinic(), [add(Kind.DATED_HOURS, **away), add(Kind.DATED_HOURS), add(Kind.DATED_HOURS)])


@pytest.mark.parametrize(
    ("kind", "one", "words"),
    [
        (Kind.LOCATION, BIRMINGHAM, "weekly hours"),
        (Kind.LOCATION, AUBURN, "a room"),
        (Kind.VISIT_TYPE, FIRST, "weekly hours"),
    ],
)
def test_what_is_used_is_not_taken_away(kind: Kind, one: UUID, words: str) -> None:
    used = clinic(session={MONDAY_HOURS: {**SESSION, "visit_types": (FIRST,)}})
    with pytest.raises(Invalid, match=words):
        check_whole(used, [Edit(kind, one, None)])


def test_what_is_taken_away_with_all_its_users_goes() -> None:
    check_whole(clinic(), [Edit(Kind.SESSION, MONDAY_HOURS, None), Edit(Kind.LOCATION, BIRMINGHAM, None)])


def test_what_is_gone_is_not_taken_away_again() -> None:
    with pytest.raises(Conflict, match="taken away meanwhile"):
        check_whole(clinic(), [Edit(Kind.SESSION, uuid4(), None)])


def test_a_way_that_is_too_long_is_worth_a_second_look() -> None:
    stands = clinic(travel={uuid4(): {"first_id": BIRMINGHAM, "second_id": AUBURN, "minutes": 120}})
    for opens, said in ((time(13, 55), 1), (time(14), 0)):
        edit = add(Kind.SESSION, location_id=AUBURN, opens=opens, closes=time(17), breaks=())
        found = warnings(stands, check_whole(stands, [edit]), [edit])
        assert len(found) == said
    both = clinic(
        session={MONDAY_HOURS: SESSION, uuid4(): {**SESSION, "location_id": AUBURN, "opens": time(13)}}
    )
    edit = add(Kind.TRAVEL)
    (sentence,) = warnings(both, check_whole(both, [edit]), [edit])
    assert "Anna Rivers, MD" in sentence
    assert "120 minutes" in sentence


def test_what_stays_as_it_was_booked_is_said() -> None:
    room = uuid4()
    stands = clinic(
        room={room: {"location_id": BIRMINGHAM, "name": "Room 2"}},
        session={MONDAY_HOURS: {**SESSION, "room_id": room}},
    )
    edit = checked(Edit(Kind.SESSION, MONDAY_HOURS, SESSION))
    assert "keep the room" in warnings(stands, check_whole(stands, [edit]), [edit])[0]
    reminders = checked(Edit(Kind.REMINDERS, REMINDERS_ID, REMINDERS))
    assert "keep the reminders" in warnings(stands, check_whole(stands, [reminders]), [reminders])[0]


@given(st.dates(date(2024, 1, 1), date(2035, 12, 31)))
def test_federal_holidays_are_observed_on_weekdays(first: date) -> None:
    last = date(first.year + 1, first.month, 1)
    found = federal_holidays(first, last)
    assert all(first <= holiday.day <= last and holiday.day.weekday() < 5 for holiday in found)
    assert 9 <= len(found) <= 12


@pytest.mark.parametrize(
    ("year", "observed", "name"),
    [
        (2026, date(2026, 7, 3), "Independence Day"),  # the 4th is a Saturday
        (2027, date(2027, 7, 5), "Independence Day"),  # the 4th is a Sunday
        (2027, date(2027, 12, 31), "New Year's Day"),  # of 2028, a Saturday
        (2026, date(2026, 6, 19), "Juneteenth"),
        (2026, date(2026, 11, 26), "Thanksgiving"),
    ],
)
def test_a_holiday_is_on_the_day_on_which_it_is_observed(year: int, observed: date, name: str) -> None:
    found = {one.day: one.name for one in federal_holidays(date(year, 1, 1), date(year, 12, 31))}
    assert name in found[observed]


def test_a_holiday_is_a_choice() -> None:
    first, last = date(2027, 1, 1), date(2027, 12, 31)
    known = federal_holidays(first, last, clinic())
    assert not any(holiday.chosen for holiday in known)
    (edit,) = holiday_edits(known, [date(2027, 7, 5)])
    chosen = check_whole(clinic(), [checked(edit)])
    again = federal_holidays(first, last, chosen)
    assert [holiday.day for holiday in again if holiday.chosen] == [date(2027, 7, 5)]
    assert holiday_edits(again, [date(2027, 7, 5)]) == ()
    assert holiday_edits(again, []) == (Edit(Kind.CLOSURE, edit.id, None),)


@pytest.mark.parametrize(
    ("start", "after", "before", "way", "collides"),
    [
        (12, 2, 0, 0, False),
        (12, 2, 3, 0, True),
        (12, 3, 0, 0, True),
        (9, 0, 0, 0, True),
        (12, 0, 0, 15, True),
        (13, 0, 0, 15, False),
    ],
)
def test_the_larger_of_buffers_and_way_lies_between(
    start: int, after: int, before: int, way: int, collides: bool
) -> None:
    there = AUBURN if way else BIRMINGHAM
    one = Span(0, 10, 0, after, BIRMINGHAM)
    other = Span(start, start + 4, before, 0, there)
    assert collide(one, other, way) is collides
    assert collide(other, one, way) is collides
