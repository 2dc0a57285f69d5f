"""Calendar files: one visit, neutral words, times in UTC, safe against injected lines (RFC 5545 and 5546)."""

import unicodedata
from datetime import UTC, datetime
from urllib.parse import quote

from icalendar import Calendar, Event, vCalAddress, vText

SUMMARY = "Appointment"  # the constant title: a calendar is often shared
STATUS_BY_METHOD = {"REQUEST": "CONFIRMED", "PUBLISH": "CONFIRMED", "CANCEL": "CANCELLED"}
# RFC 5546, 3.2: a request and a cancellation name whom they concern, or programs do not act on them; what is
# published must name nobody.
TO_SOMEBODY = ("REQUEST", "CANCEL")
# RFC 6068: what may stand in a mailto address as it is; everything else is written in percents.
_PLAIN_IN_ADDRESS = "@!$'*+"


def calendar_file(
    *,
    uid: str,
    sequence: int,
    method: str,
    start: datetime,
    end: datetime,
    summary: str = SUMMARY,
    location: str,
    description: str,
    organizer: str,
    organizer_name: str = "",
    attendee: str | None = None,
    now: datetime,
) -> bytes:
    """One event. `uid` stays the same for the life of a visit and `sequence` rises with every change.

    `method` is REQUEST, PUBLISH or CANCEL; `organizer` and `attendee` are e-mail addresses. Calendar programs
    keep the entry of the highest sequence, of two equal ones the one with the later `now`. The words are the
    caller's: no health words, no patient's name.

    Raises:
        ValueError: an unknown method, naive times, an end that is not after the start, or an attendee where
            the method has none or none where it needs one.
    """
    _check(method, attendee, start, end)
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", start.astimezone(UTC))
    event.add("dtend", end.astimezone(UTC))
    event.add("summary", vText(_one_line(summary)))
    event.add("location", vText(_plain(location)))
    event.add("description", vText(_plain(description)))
    event.add("class", "PRIVATE")  # whoever shares the calendar sees that the hour is taken, and no more
    event.add("organizer", _organizer(organizer, organizer_name))
    if attendee:
        event.add("attendee", _attendee(attendee))
    event.add("status", STATUS_BY_METHOD[method])
    calendar = Calendar()
    calendar.add("prodid", "-//Clinic//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _check(method: str, attendee: str | None, start: datetime, end: datetime) -> None:
    if method not in STATUS_BY_METHOD:
        raise ValueError(f"no such method: {method}")
    if (method in TO_SOMEBODY) != bool(attendee):
        raise ValueError(f"the method {method} has {'an attendee' if method in TO_SOMEBODY else 'none'}")
    if start.tzinfo is None or end.tzinfo is None or end <= start:
        raise ValueError("a visit needs aware times, the end after the start")


def _organizer(address: str, name: str) -> vCalAddress:
    found = _mailto(address)
    if name:
        # Inside the quotes of a parameter readers differ about what these three mean (RFC 6868).
        found.params["CN"] = vText(_one_line(name).translate(str.maketrans('"\\^', "'/ ")))
    return found


def _attendee(address: str) -> vCalAddress:
    """Somebody who has chosen the time already: nothing is asked of them, and no answer is wanted."""
    found = _mailto(address)
    found.params["ROLE"] = vText("REQ-PARTICIPANT")
    found.params["PARTSTAT"] = vText("ACCEPTED")
    found.params["RSVP"] = vText("FALSE")
    return found


def _mailto(address: str) -> vCalAddress:
    return vCalAddress(f"mailto:{quote(_one_line(address), safe=_PLAIN_IN_ADDRESS)}")


def _one_line(text: str) -> str:
    return _plain(text).replace("\n", " ")


def _plain(text: str) -> str:
    """Without control and direction characters; line breaks become plain ones, which the library escapes."""
    tidy = text.replace("\r\n", "\n").replace("\r", "\n")
    spaced = (" " if unicodedata.category(one) == "Zs" else one for one in tidy)
    return "".join(one for one in spaced if one == "\n" or one.isprintable())
