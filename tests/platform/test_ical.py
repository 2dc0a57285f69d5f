"""Calendar files, read back by their own library and by two readers that share nothing with it."""

import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from clinic.kernel.clock import CENTRAL
from clinic.platform.ical import calendar_file
from tests.support.calendars import Entry, IcalJs, ical_js, read_with_vobject

START = datetime(2026, 12, 8, 10, 30, tzinfo=CENTRAL)
ALLOWED = {
    "UID",
    "SEQUENCE",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "SUMMARY",
    "LOCATION",
    "DESCRIPTION",
    "CLASS",
    "ORGANIZER",
    "ATTENDEE",
    "STATUS",
}
# The nights on which clocks in Alabama change.
SPRING, FALL = date(2027, 3, 14), date(2026, 11, 1)
INJECTIONS = (
    "x\r\nATTENDEE:mailto:a@example.com",
    "x\nEND:VEVENT\nBEGIN:VEVENT",
    "x\rMETHOD:CANCEL",
    "x\x00y\x0b\x85z",
    "\u2028ATTACH:x\u2029",
    "\U0001f642" * 200,
    "\U0001f469\u200d\U0001f4bb \u05d1\u05e8\u05d5\u05db\u05d9\u05dd \u202egnp.exe \u0645\u0631\u062d",
    "a" * 500,
    "\\n\\;\\,\"^n'%0D%0A",
)


def written(**changed: Any) -> bytes:
    """A calendar file, with something else about it."""
    values: dict[str, Any] = {
        "uid": "visit-1@example.com",
        "sequence": 0,
        "method": "REQUEST",
        "start": START,
        "end": START + timedelta(hours=1),
        "location": "1200 Quiet River Way, Suite 200; Birmingham",
        "description": "Please come 10 minutes early.\nBring a photo ID.",
        "organizer": "visits@example.com",
        "organizer_name": "Quiet River Clinic",
        "attendee": None if changed.get("method") == "PUBLISH" else "hazel@example.com",
        "now": datetime(2026, 12, 1, 15, tzinfo=UTC),
    }
    return calendar_file(**(values | changed))


@pytest.fixture(scope="module")
def thunderbird() -> Iterator[IcalJs]:
    with ical_js() as reader:
        yield reader


def both(reader: IcalJs, data: bytes) -> Entry:
    """What two independent readers understand; they must agree in everything."""
    one, other = read_with_vobject(data), reader.read(data)
    assert one == other
    return one


def tidied(text: str) -> str:
    """The text as it must come back: no control or direction characters, every space a plain one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    spaced = "".join(" " if unicodedata.category(one) == "Zs" else one for one in lines)
    return "".join(one for one in spaced if one == "\n" or one.isprintable())


def the_event(data: bytes) -> Event:
    """The only event, and nothing but allowed properties in it."""
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert isinstance(event, Event)
    assert ALLOWED - {"ATTENDEE"} <= set(event.keys()) <= ALLOWED
    return event


def test_a_file_says_when_where_and_nothing_about_why() -> None:
    event = the_event(written())
    assert event.decoded("dtstart") == START.astimezone(UTC)
    assert event.decoded("dtend") == START.astimezone(UTC) + timedelta(hours=1)
    assert str(event["summary"]) == "Appointment"
    assert str(event["location"]) == "1200 Quiet River Way, Suite 200; Birmingham"
    assert str(event["description"]) == "Please come 10 minutes early.\nBring a photo ID."
    assert str(event["organizer"]) == "mailto:visits@example.com"


def test_times_are_written_in_utc_on_both_sides_of_the_change_of_clocks() -> None:
    assert b"DTSTART:20261208T163000Z" in written()
    summer = START.replace(year=2027, month=7)
    assert b"DTSTART:20270708T153000Z" in written(start=summer, end=summer + timedelta(hours=1))


@pytest.mark.parametrize(
    ("method", "status"), [("REQUEST", "CONFIRMED"), ("PUBLISH", "CONFIRMED"), ("CANCEL", "CANCELLED")]
)
def test_the_method_tells_what_to_do_with_it(method: str, status: str) -> None:
    data = written(method=method, sequence=3)
    assert str(Calendar.from_ical(data)["method"]) == method
    event = the_event(data)
    assert (str(event["status"]), event["sequence"], str(event["uid"])) == (status, 3, "visit-1@example.com")


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH"])
def test_two_other_readers_understand_the_same(thunderbird: IcalJs, method: str) -> None:
    data = written(method=method, sequence=2)
    assert both(thunderbird, data) == Entry(
        method=method,
        uid="visit-1@example.com",
        sequence=2,
        status="CANCELLED" if method == "CANCEL" else "CONFIRMED",
        stamp=datetime(2026, 12, 1, 15, tzinfo=UTC),
        start=START.astimezone(UTC),
        end=START.astimezone(UTC) + timedelta(hours=1),
        summary="Appointment",
        location="1200 Quiet River Way, Suite 200; Birmingham",
        description="Please come 10 minutes early.\nBring a photo ID.",
        organizer="visits@example.com",
        attendees=() if method == "PUBLISH" else ("hazel@example.com",),
        names=frozenset(ALLOWED - ({"ATTENDEE"} if method == "PUBLISH" else set())),
    )


@pytest.mark.parametrize("change", [SPRING, FALL])
@pytest.mark.parametrize("days", [-1, 0, 1])
@pytest.mark.parametrize("wall", [time(0, 30), time(1, 30), time(3, 30), time(8), time(23, 30)])
def test_times_are_right_around_the_change_of_clocks(
    thunderbird: IcalJs, change: date, days: int, wall: time
) -> None:
    start = datetime.combine(change + timedelta(days=days), wall, tzinfo=CENTRAL)
    end = (start.astimezone(UTC) + timedelta(hours=2)).astimezone(
        CENTRAL
    )  # two hours of a visit, by any clock
    entry = both(thunderbird, written(start=start, end=end))
    assert entry.start.astimezone(CENTRAL).replace(tzinfo=None) == start.replace(tzinfo=None)
    assert entry.end - entry.start == timedelta(hours=2)


def test_nobody_is_asked_to_answer() -> None:
    data = written().replace(b"\r\n ", b"")
    (line,) = (line for line in data.split(b"\r\n") if line.startswith(b"ATTENDEE"))
    kind, _, address = line.partition(b":")
    assert set(kind.split(b";")) == {
        b"ATTENDEE",
        b"ROLE=REQ-PARTICIPANT",
        b"PARTSTAT=ACCEPTED",
        b"RSVP=FALSE",
    }
    assert address == b"mailto:hazel@example.com"


@pytest.mark.parametrize(
    "address", ["o'neil+visits@example.com", "a%0d%0ab?x&y=z@example.com", "a b@example.com"]
)
def test_an_address_stays_one_address(thunderbird: IcalJs, address: str) -> None:
    assert both(thunderbird, written(attendee=address)).attendees == (address,)


HOSTILE = st.one_of(
    st.text(max_size=500), st.lists(st.sampled_from(INJECTIONS), min_size=1, max_size=3).map(" ".join)
)


@given(place=HOSTILE, words=HOSTILE, name=HOSTILE)
def test_whatever_is_typed_is_read_back_and_adds_nothing(
    thunderbird: IcalJs, place: str, words: str, name: str
) -> None:
    data = written(location=place, description=words, summary=name, organizer_name=name)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    entry = both(thunderbird, data)
    assert (entry.location, entry.description) == (tidied(place), tidied(words))
    assert entry.summary == tidied(name).replace("\n", " ")
    assert entry.organizer == "visits@example.com"
    assert (entry.method, entry.attendees) == ("REQUEST", ("hazel@example.com",))
    assert entry.names == ALLOWED
    the_event(data)


@pytest.mark.parametrize("text", INJECTIONS)
def test_injected_lines_stay_text(thunderbird: IcalJs, text: str) -> None:
    data = written(
        location=text,
        description=text,
        summary=text,
        organizer=text,
        organizer_name=text,
        attendee=text,
        uid=text,
    )
    the_event(data)
    assert both(thunderbird, data).names == ALLOWED


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "REPLY"},
        {"start": START.replace(tzinfo=None)},
        {"end": START},
        {"end": START - timedelta(hours=1)},
        {"attendee": None},
        {"method": "CANCEL", "attendee": ""},
        {"method": "PUBLISH", "attendee": "hazel@example.com"},
    ],
)
def test_what_is_no_visit_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"visit|method"):
        written(**wrong)
