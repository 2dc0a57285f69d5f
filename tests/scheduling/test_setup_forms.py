"""What is typed into the pages of setting up: bad input is said beside its control, good input is kept."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from clinic.scheduling.rules import DatedKind
from clinic.scheduling.rules.setup import REMINDERS_ID, Kind, federal_holidays
from tests.scheduling.setup_browsing import TUESDAY, House, day
from tests.support.app import FixedClock

WEDNESDAY = date(2026, 12, 2)  # tomorrow
NEXT_WEEK = date(2026, 12, 15)


@pytest.mark.parametrize(
    ("typed", "at", "words"),
    [
        ({"opens": "12", "closes": "8"}, "closes", "The end must be later than the start"),
        ({"opens": "8:03"}, "opens", "The start must be in steps of 5 minutes, like 8:00 or 8:05"),
        ({"opens": "noonish"}, "opens", "The start must be a time of day, like 8:30 a.m. or 1 p.m."),
        ({"closes": ""}, "closes", "Enter when the hours end"),
        ({"closes": "2"}, "opens", "already has hours then: Tuesday, 1:00 p.m. to 5:00 p.m., Birmingham."),
        ({"break_1_opens": "10"}, "break_1_closes", "Enter both times of the break, or none"),
        (
            {"break_1_opens": "7", "break_1_closes": "9"},
            "break_1_opens",
            "The break must lie inside the hours",
        ),
        (
            {"break_1_opens": "10", "break_1_closes": "9"},
            "break_1_closes",
            "The break must end later than it starts",
        ),
        (
            {"break_1_opens": "9", "break_1_closes": "10", "break_2_opens": "9:30", "break_2_closes": "11"},
            "break_2_opens",
            "The breaks must be in order and must not overlap",
        ),
        (
            {"closes": "11", **day("first_day", date(2026, 11, 30))},
            "first_day",
            "must be Tuesday, December 1, 2026 or later",
        ),
        (day("last_day", date(2026, 12, 1)), "last_day", "The last day must not be before the first"),
        ({"first_day-month": "13"}, "first_day", "The first day must be a real date"),
        ({"weekday": "7"}, "weekday", "Choose one of the answers on the page"),
    ],
)
def test_hours_that_cannot_be_are_refused_beside_their_control(
    house: House, typed: dict[str, Any], at: str, words: str
) -> None:
    page = house.at.opens(f"/sessions/{house.session(house.ada, 1)}")
    page.sends(status=422, **typed)
    assert words in page.error_of(at)
    assert words in page.words.partition("Change hours")[0]  # and in the summary
    assert {name: page.held(name) for name in typed if name != "weekday"} == {
        name: text for name, text in typed.items() if name != "weekday"
    }
    assert house.changes() == 0


def test_other_hours_from_a_day_on_end_the_old_ones_and_begin_new_ones_as_one_change(house: House) -> None:
    old = house.session(house.ada, 1)
    page = house.at.opens(f"/sessions/{old}")
    page.sends(
        opens="8:30", closes="noon", break_1_opens="10", break_1_closes="10:15", **day("first_day", TUESDAY)
    )
    page.sees("It goes on", "Monday, December 7, 2026", "8:30 a.m. to 12:00 p.m.", "10:00 a.m. to 10:15 a.m.")
    page.sends("make", status=303)
    sessions = house.things(Kind.SESSION)
    assert sessions[old]["last_day"] == TUESDAY - timedelta(days=1)
    (new,) = [one for one in sessions.values() if one["opens"] == time(8, 30)]
    assert (new["first_day"], new["last_day"], new["weekday"]) == (TUESDAY, None, 1)
    assert [(one["opens"], one["closes"]) for one in new["breaks"]] == [(time(10), time(10, 15))]
    assert house.changes() == 1
    page.opens(f"/changes/{house.last_change().id}/undo").sends("", status=303)
    assert house.things(Kind.SESSION)[old]["last_day"] is None
    assert [one for one in house.things(Kind.SESSION).values() if one["opens"] == time(8, 30)] == []


def test_another_end_alone_begins_nothing_new(house: House) -> None:
    old = house.session(house.ada, 1)
    count = len(house.things(Kind.SESSION))
    page = house.at.opens(f"/sessions/{old}")
    page.sends(status=422).sees("Nothing is different")
    page.sends(**day("first_day", date(2026, 9, 22)), **day("last_day", NEXT_WEEK)).sends("make", status=303)
    assert house.things(Kind.SESSION)[old]["last_day"] == NEXT_WEEK
    assert len(house.things(Kind.SESSION)) == count


def test_hours_for_several_days_are_one_change(house: House) -> None:
    wren = house.who(4)
    page = house.at.opens(f"/hours/{wren}/new")
    typed: dict[str, Any] = {"opens": "8", "closes": "11", "location_id": str(house.clinic.places["auburn"])}
    page.sends(status=422, **typed)
    assert page.error_of("weekdays") == "Choose a day of the week"
    page.sends(weekdays=["1", "3"]).sees("Tuesdays", "Thursdays")
    page.sends("make", status=303)
    assert house.session(wren, 1) != house.session(wren, 3)
    assert house.changes() == 1
    page.opens(f"/hours/{wren}").sees("Tuesday", "8:00 a.m. to 11:00 a.m.", "From December 2, 2026")


def test_hours_end_or_are_taken_away(house: House) -> None:
    old = house.session(house.ada, 1)
    page = house.at.opens(f"/sessions/{old}/end")
    page.sends(status=422, **day("last_day", date(2026, 11, 1)))
    assert "or later" in page.error_of("last_day")
    page.sends(**day("last_day", NEXT_WEEK)).sends("make", status=303)
    assert house.things(Kind.SESSION)[old]["last_day"] == NEXT_WEEK
    page.opens(f"/sessions/{old}/remove", status=409).sees("End them on a day instead")


def test_a_place_is_added_with_rooms_which_are_renamed_and_taken_away(house: House) -> None:
    page = house.at.opens("/places/new").sends(status=422)
    for name, words in (
        ("name", "Enter the name of the place"),
        ("street", "Enter the street"),
        ("phone", "Enter the phone number of the place"),
    ):
        assert page.error_of(name) == words
    told: dict[str, Any] = {
        "name": "Huntsville",
        "street": "1 Rocket Road",
        "city": "Huntsville",
        "state": "AL",
    }
    told |= {"zip_code": "3580", "phone": "256-555-0101", "room-new1": "Room 1", "room-new2": "room 1"}
    page.sends(status=422, **told)
    assert page.error_of("zip_code") == "Enter a ZIP code with 5 or 9 digits, like 35203"
    assert page.error_of("room-new2") == "Two rooms are called room 1"
    assert page.held("room-new1") == "Room 1"
    rooms_fixed: dict[str, Any] = {"zip_code": "35801", "room-new2": "Room 2"}
    page.sends(**rooms_fixed).sees("Place Huntsville", "Room 2 at Huntsville")
    page.sends("make", status=303)
    (place,) = [key for key, one in house.things(Kind.LOCATION).items() if one["name"] == "Huntsville"]
    assert house.things(Kind.LOCATION)[place]["phone"] == "+12565550101"
    rooms = {one["name"]: key for key, one in house.things(Kind.ROOM).items()}
    assert set(rooms) == {"Room 1", "Room 2"}
    page.opens(f"/places/{place}")
    page.sends(**box(f"room-{rooms['Room 1'].hex}", ""), **box(f"room-{rooms['Room 2'].hex}", "Blue room"))
    page.sees("Taken away", "Blue room").sends("make", status=303)
    assert [one["name"] for one in house.things(Kind.ROOM).values()] == ["Blue room"]
    page.opens(f"/places/{place}").sends(status=422, name="Auburn")
    assert "already" in page.error_of("name")


def test_a_visit_type_is_changed_in_all_its_fields(house: House) -> None:
    first = house.visit_type()
    page = house.at.opens(f"/visit-types/{first}")
    page.sends(status=422, minutes="52", notice_hours="one day", window_3="0")
    assert page.error_of("minutes") == "Length must be in steps of 5 minutes"
    assert page.error_of("notice_hours") == "Notice must be a number between 0 and 720"
    assert page.error_of("window_3") == "Days for 3 Soon must be a number between 1 and 365"
    typed: dict[str, Any] = {
        "minutes": "50",
        "notice_hours": "48",
        "window_3": "21",
        "window_5": "",
        "self_bookable": "no",
    }
    page.sends(**typed, clinicians=[str(house.ada)], phases=["1", "2"]).sees("48 hours", "Dr. Ada Fernwood")
    page.sends("make", status=303)
    image = house.things(Kind.VISIT_TYPE)[first]
    assert (image["minutes"], image["notice_minutes"], image["self_bookable"]) == (50, 48 * 60, False)
    assert (image["clinicians"], image["phases"]) == ((house.ada,), (1, 2))
    assert (image["window_days"]["3"], "5" in image["window_days"]) == (21, False)
    page.opens("/visit-types/new").sends(name="Group visit").sends("make", status=303)
    assert house.things(Kind.VISIT_TYPE)[house.visit_type("group-visit")]["offered"] is True


def test_an_exception_is_added_changed_and_taken_away(house: House) -> None:
    page = house.at.opens("/exceptions/new").sends(status=422)
    for name in ("kind", "clinician_id", "day", "opens", "closes", "name"):
        assert page.error_of(name), name
    typed = {
        "kind": "extra",
        "clinician_id": str(house.ada),
        "opens": "5 pm",
        "closes": "7 pm",
        "name": "Late",
    }
    page.sends(status=422, **typed, **day("day", TUESDAY))
    assert page.error_of("location_id") == "Choose where the extra hours are"
    page.sends(
        status=422, **day("day", date(2026, 11, 30)), location_id=str(house.clinic.places["birmingham"])
    )
    assert "or later" in page.error_of("day")
    page.sends(**day("day", TUESDAY)).sees("Extra hours: Dr. Ada Fernwood").sends("make", status=303)
    ((key, image),) = house.things(Kind.DATED_HOURS).items()
    assert (image["kind"], image["opens"], image["closes"]) == (DatedKind.EXTRA, time(17), time(19))
    page.opens("").sees("Extra hours: Dr. Ada Fernwood", "5:00 p.m. to 7:00 p.m., Birmingham; Late")
    page.opens(f"/exceptions/{key}").sends(closes="8 p.m.").sends("make", status=303)
    assert house.things(Kind.DATED_HOURS)[key]["closes"] == time(20)
    page.opens(f"/exceptions/{key}/remove").sees("Taken away").sends("make", status=303)
    assert house.things(Kind.DATED_HOURS) == {}
    assert house.changes() == 3


def test_a_clinician_on_vacation_is_a_closure_of_their_own(house: House) -> None:
    page = house.at.opens("/closures/new")
    page.sends(status=422, **day("first_day", TUESDAY), **day("last_day", WEDNESDAY), name="Vacation")
    assert page.error_of("last_day") == "The last day must not be before the first"
    page.sends(clinician_id=str(house.ada), **day("last_day", NEXT_WEEK)).sees("Away: Dr. Ada Fernwood")
    page.sends("make", status=303)
    (key,) = [key for key, one in house.things(Kind.CLOSURE).items() if one["clinician_id"] == house.ada]
    page.opens(f"/closures/{key}").sends(name="Conference").sees("Conference").sends("make", status=303)
    page.opens(f"/closures/{key}/remove").sends("make", status=303)
    assert house.closures() == []


def test_holidays_are_ticked_and_unticked_as_one_change(house: House) -> None:
    coming = federal_holidays(date(2026, 12, 1), date(2027, 3, 31))
    page = house.at.opens("/holidays")
    page.sees("Christmas Day", "Friday, December 25, 2026")
    days = [one.day.isoformat() for one in coming if one.name != "Christmas Day"]
    page.sends(days=days).sees("Holiday: Christmas Day", "Taken away")
    page.sends("make", status=303)
    kept = {one["first_day"] for one in house.things(Kind.CLOSURE).values() if one["first_day"] >= TUESDAY}
    assert kept == {one.day for one in coming if one.name != "Christmas Day"}
    page.opens("").sees("Closed on")
    page.opens("/holidays").sends(status=422, days=["2026-12-24"])


def box(name: str, text: str) -> dict[str, Any]:
    """One box."""
    return {name: text}


def test_the_way_between_two_places(house: House) -> None:
    ((key, image),) = house.things(Kind.TRAVEL).items()
    name = f"way-{image['first_id'].hex}-{image['second_id'].hex}"
    page = house.at.opens("/travel")
    assert page.held(name) == str(image["minutes"])
    for wrong in ("7", "0", "481", "1 h"):
        page.sends(status=422, **box(name, wrong))
        assert page.error_of(name) == "Enter minutes from 5 to 480, in steps of 5"
        assert page.held(name) == wrong
    page.sends(**box(name, "95")).sees("1 hour 35 minutes").sends("make", status=303)
    assert house.things(Kind.TRAVEL)[key]["minutes"] == 95
    page.opens("/travel").sends(**box(name, "")).sees("Taken away").sends("make", status=303)
    assert house.things(Kind.TRAVEL) == {}
    page.opens("/travel").sends(**box(name, "100")).sends("make", status=303)
    assert len(house.things(Kind.TRAVEL)) == 1


def test_reminders_and_quiet_hours(house: House) -> None:
    page = house.at.opens("/reminders")
    page.sends(status=422, hours_1="24", hours_2="24", quiet_from="9", quiet_until="9 pm")
    assert page.error_of("hours_2") == "Two reminders go out at the same time"
    assert page.error_of("quiet_until") == "Quiet hours must end at another time than they begin"
    page.sends(hours_1="2", hours_2="48", hours_3="", quiet_until="7")
    page.sees("48 hours and 2 hours before the visit", "9:00 p.m. to 7:00 a.m.").sends("make", status=303)
    image = house.things(Kind.REMINDERS)[REMINDERS_ID]
    assert image["remind_hours"] == (48, 2)
    assert (image["quiet_from"], image["quiet_until"]) == (time(21), time(7))


def test_the_history_is_turned_page_by_page(house: House, clock: FixedClock) -> None:
    for count in range(21):
        clock.advance(timedelta(minutes=1))
        house.at.opens("/reminders").sends(hours_1=str(90 + count)).sends("make", status=303)
    house.at.opens("/changes").sees("Earlier changes", "110 hours")
    house.at.sees_no("72 hours")  # what stood before the first change
    after = house.at.page.partition("after=")[2].partition('"')[0]
    house.at.opens(f"/changes?after={UUID(after)}").sees("72 hours", "The latest")
    house.at.opens("/changes?after=nonsense").sees("110 hours")
