"""Calendar files, read back by a parser."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from clinic.kernel.clock import CENTRAL
from clinic.platform.ical import calendar_file

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
    "ORGANIZER",
    "STATUS",
}


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
        "now": datetime(2026, 12, 1, 15, tzinfo=UTC),
    }
    return calendar_file(**(values | changed))


def the_event(data: bytes) -> Event:
    """The only event, and nothing but allowed properties in it."""
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert isinstance(event, Event)
    assert set(event.keys()) == ALLOWED
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


@given(text=st.text(max_size=300))
def test_no_text_can_add_a_line_and_no_line_is_too_long(text: str) -> None:
    data = written(location=text, description=text, summary=text, organizer=text)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    the_event(data)
    assert len(Calendar.from_ical(data).subcomponents) == 1


@pytest.mark.parametrize(
    "text",
    [
        "x\r\nATTENDEE:mailto:a@example.com",
        "x\nEND:VEVENT\nBEGIN:VEVENT",
        "x\x00y",
        "\U0001f642" * 200,
        "\u2028ATTACH:x",
    ],
)
def test_injected_lines_stay_text(text: str) -> None:
    the_event(written(location=text, description=text, summary=text, organizer=text, uid=text))


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "REPLY"},
        {"start": START.replace(tzinfo=None)},
        {"end": START},
        {"end": START - timedelta(hours=1)},
    ],
)
def test_what_is_no_visit_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"visit|method"):
        written(**wrong)
