"""Setting up through its pages: nothing is kept before its effects were shown, and everything typed stays."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from clinic.accounts.models import Staff
from clinic.kernel.clock import central
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.safety.rules import CallBackKind
from clinic.scheduling import queries
from clinic.scheduling.rules import State
from clinic.scheduling.rules.setup import Edit, Kind
from clinic.scheduling.service import setup
from tests.scheduling.setup_browsing import BASE, TUESDAY, House, day
from tests.scheduling.setup_scene import change, open_calls, session
from tests.support.statements import statements

CLOSED: dict[str, Any] = {**day("first_day", TUESDAY), "name": "Water shut off"}


def test_nothing_is_kept_before_its_effects_were_shown(house: House) -> None:
    house.books("Hazel", time(9))
    at = house.at.opens("/closures/new").sends(**CLOSED)
    at.sees("What this changes", "Closed, all places", "1 coming visit no longer fits")
    at.sees("Tuesday, December 8, 9:00 a.m.", "Leave it: the desk calls", "gets an email with the new time")
    assert house.closures() == []
    at.sends("make", status=303)
    (made,) = house.closures()
    assert (made["name"], made["first_day"], made["last_day"]) == ("Water shut off", TUESDAY, TUESDAY)


def test_a_visit_is_named_by_its_reference_and_never_by_its_patient(house: House) -> None:
    visit = queries.appointment_card(house.books("Hazel", time(9)))
    who = ("Hazel", "Testcase", "hazel@example.com", "(205) 555-0142 ", str(visit.patient_id))
    at = house.at.opens("/closures/new").sends(**CLOSED)
    at.sees(visit.reference).sees_no(*who)
    at.sends("fill").sees(visit.reference).sees_no(*who)
    at.sends("make", status=303)
    for path in ("/changes", f"/changes/{house.last_change().id}/undo"):
        at.opens(path).sees(visit.reference, "Closed, all places").sees_no(*who)
    at.opens("").sees("1 visit moved").sees_no(*who[:3])


def test_one_visit_is_moved_one_is_left_and_both_come_back(house: House) -> None:
    moved, left = house.books("Hazel", time(9)), house.books("Otto", time(13))
    at = house.at.opens("/closures/new").sends(**CLOSED)
    at.sees("2 coming visits no longer fit")
    at.sends("fill")
    assert at.held(f"move-{moved.hex}")
    assert at.held(f"move-{left.hex}")
    at.sends("make", status=303, **{f"move-{left.hex}": ""})
    assert queries.appointment_card(moved).start_at.date() != TUESDAY
    assert queries.appointment_card(left).start_at.date() == TUESDAY
    at.opens("").sees("Done. Closed, all places", "Undo", "1 visit moved")
    at.opens("").sees_no("Done. Closed")
    at.opens("/changes").sees(
        "Before and after", "asked to call about 1 visit", queries.appointment_card(moved).reference
    )

    at.opens(f"/changes/{house.last_change().id}/undo")
    at.sees(
        "What comes back", "Taken away", "Visits that move back", queries.appointment_card(moved).reference
    )
    at.sends("", status=303)
    assert house.closures() == []
    assert queries.appointment_card(moved).start_at.date() == TUESDAY
    assert {queries.appointment_card(one).state for one in (moved, left)} == {State.BOOKED}
    at.opens("/changes").sees("Undone Tue, Dec 1")
    at.opens(f"/changes/{house.last_change().id}/undo").sees("This cannot be undone.", "already")
    at.sends("", status=409).sees("already")


def test_a_visit_booked_since_is_named_before_the_undo_and_again_if_another_came(house: House) -> None:
    place = house.clinic.places["birmingham"]
    more = session(house.ada, place, weekday=TUESDAY.weekday(), opens=time(18), closes=time(21))
    change([more], house.clinic.manager, house.now)
    first = queries.appointment_card(house.books("Hazel", time(18)))
    at = house.at.opens(f"/changes/{house.last_change().id}/undo")
    at.sees("1 visit booked since would no longer fit", first.reference, "outside the hours")
    second = queries.appointment_card(house.books("Otto", time(19, 30)))
    at.sends("", status=409).sees("Something has changed", "2 visits booked since", second.reference)
    at.sends("", status=303)
    assert {queries.appointment_card(one.id).state for one in (first, second)} == {State.BOOKED}
    assert open_calls() == {(one.id, CallBackKind.VISIT_NO_LONGER_FITS) for one in (first, second)}


def test_going_back_keeps_everything_typed(house: House) -> None:
    typed = {
        **CLOSED,
        "location_id": str(house.clinic.places["auburn"]),
        **day("last_day", date(2026, 12, 9)),
    }
    at = house.at.opens("/closures/new").sends(**typed).sends("back")
    at.sees("Close days")
    at.sees_no("There is a problem")
    assert {name: at.held(name) for name in typed} == typed
    assert house.changes() == 0


def test_a_double_press_makes_one_change(house: House) -> None:
    at = house.at.opens("/closures/new").sends(**CLOSED)
    page = at.page
    for _ in range(2):
        at.page = page
        at.sends("make", status=303)
    assert house.changes() == 1
    assert len(house.closures()) == 1


def test_a_double_press_on_hours_that_change_ends_them_once(house: House) -> None:
    at = house.at.opens(f"/sessions/{house.session(house.ada, 1)}").sends(closes="11")
    page = at.page
    for _ in range(2):
        at.page = page
        at.sends("make", status=303)
    assert house.changes() == 1


def test_two_admins_at_one_form_the_later_one_compares(house: House) -> None:
    path = f"/places/{house.clinic.places['auburn']}"
    at = house.at.opens(path)
    mine = at.page
    at.sends(parking="Behind the house.").sends("make", status=303)
    at.url, at.page = BASE + path, mine
    at.sends(street="22 Longleaf Lane", status=409)
    at.sees("Somebody changed this while you were looking at it", "Set up now", "Behind the house.")
    assert at.held("street") == "22 Longleaf Lane"
    at.sends(parking="Behind the house.").sees("20 Longleaf Lane", "22 Longleaf Lane")
    at.sends("make", status=303)
    assert house.things(Kind.LOCATION)[house.clinic.places["auburn"]]["parking"] == "Behind the house."


def test_two_admins_at_one_button_the_later_one_sees_the_effects_afresh(house: House) -> None:
    house.books("Hazel", time(9))
    at = house.at.opens("/closures/new").sends(**CLOSED)
    house.books("Otto", time(13))
    at.sends("make", status=409)
    at.sees("Something has changed since this page was shown", "2 coming visits no longer fit")
    assert house.changes() == 0
    at.sends("make", status=303)
    assert house.changes() == 1


def test_a_time_that_was_taken_meanwhile_is_told_and_others_are_offered(house: House) -> None:
    moved = house.books("Hazel", time(9))
    at = house.at.opens("/closures/new").sends(**CLOSED)
    value = at.sends("fill").held(f"move-{moved.hex}")
    instant = queries.appointment_card(moved).start_at
    cell = int(value.split(".")[0]) * 300
    house.books("Otto", *clock_of(cell))
    at.sends("make", status=409)
    assert value not in at.page or at.held(f"move-{moved.hex}") != value
    assert queries.appointment_card(moved).start_at == instant


def clock_of(seconds: int) -> tuple[time, date]:
    """The local time and day of an instant."""
    local = central(datetime.fromtimestamp(seconds, UTC))
    return local.time(), local.date()


def test_what_is_gone_meanwhile_is_said_in_words(house: House) -> None:
    session = house.session(house.ada, 1)
    at = house.at.opens(f"/sessions/{session}")
    mine = at.page
    remove(house, session)
    at.url, at.page = f"{BASE}/sessions/{session}", mine
    at.sends(closes="11", status=409).sees("Somebody took this away while you were looking at it")
    at.opens(f"/sessions/{session}", status=404)


def remove(house: House, session: UUID) -> None:
    """Somebody else takes hours away."""
    edits, manager = [Edit(Kind.SESSION, session, None)], house.clinic.manager
    digest = setup.preview(edits, actor=manager, now=house.now).digest
    setup.change(edits, "Gone", digest=digest, choices={}, actor=manager, now=house.now)


@pytest.mark.parametrize(
    "path",
    [
        "/places/{id}",
        "/visit-types/{id}",
        "/hours/{id}",
        "/hours/{id}/new",
        "/sessions/{id}",
        "/sessions/{id}/end",
        "/sessions/{id}/remove",
        "/exceptions/{id}",
        "/exceptions/{id}/remove",
        "/closures/{id}",
        "/closures/{id}/remove",
        "/changes/{id}/undo",
    ],
)
def test_an_unknown_id_is_not_found(house: House, path: str) -> None:
    house.at.opens(path.format(id=uuid4()), status=404)


def test_a_desk_has_no_hours(house: House) -> None:
    house.at.opens(f"/hours/{house.clinic.desk.id}", status=404)


def test_the_hours_of_somebody_who_left_can_still_be_ended(house: House) -> None:
    with transaction():
        db.session.execute(update(Staff).where(Staff.id == house.ada).values(active=False))
    at = house.at.opens("").sees("Dr. Ada Fernwood")
    at.opens(f"/hours/{house.ada}").sees("Monday", "8:00 a.m. to 12:00 p.m.")
    at.opens("/closures/new")
    assert str(house.ada) not in at.page


def test_nothing_different_is_said(house: House) -> None:
    at = house.at.opens(f"/places/{house.clinic.places['auburn']}").sends(status=422)
    at.sees("Nothing is different from what is set up")
    house.at.opens("/reminders").sends(status=422).sees("Nothing is different")


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"key": "nonsense"}, 422),
        ({"moves": "1"}, 422),
        ({"holiday": "1"}, 422),
        ({"move-" + "0" * 32: "5.5.5"}, 409),
        ({"digest": "x"}, 409),
        ({"location_id": "elsewhere"}, 422),
        ({"first_day-month": ""}, 422),
    ],
)
def test_a_page_that_was_tampered_with_changes_nothing(
    house: House, changed: dict[str, Any], status: int
) -> None:
    at = house.at.opens("/closures/new").sends(**CLOSED)
    at.sends("make", status=status, **changed)
    assert house.changes() == 0


def test_a_time_of_ones_own_making_is_refused(house: House) -> None:
    visit = house.books("Hazel", time(9))
    at = house.at.opens("/closures/new").sends(**CLOSED)
    at.sends("make", status=422, **{f"move-{visit.hex}": "5.5.5"})
    assert house.changes() == 0


def test_the_pages_cost_the_same_however_much_was_changed(house: House) -> None:
    counts: list[int] = []
    for name, start in (("Hazel", time(8)), ("Otto", time(9, 15)), ("Willa", time(10, 30))):
        house.books(name, start)
        at = house.at.opens("/reminders").sends(hours_1=str(80 + len(counts)))
        at.sends("make", status=303)
        at.opens("")  # takes the flashed words away
        with statements() as asked:
            house.at.opens("")
            house.at.opens("/changes")
        counts.append(len(asked))
    assert len(set(counts)) == 1


def test_who_has_no_address_is_left_to_a_call(house: House) -> None:
    visit = house.books("Hazel", time(9), mail=False)
    at = house.at.opens("/closures/new").sends(**CLOSED)
    at.sees("There is no email address: when it is moved, the desk is asked to call the patient.")
    assert at.held(f"move-{visit.hex}") == ""
