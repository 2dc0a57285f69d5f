"""Calendar files: one visit, neutral words, times in UTC, safe against injected lines."""

from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText

SUMMARY = "Appointment"  # the constant title: a calendar is often shared
STATUS_BY_METHOD = {"REQUEST": "CONFIRMED", "PUBLISH": "CONFIRMED", "CANCEL": "CANCELLED"}


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
    now: datetime,
) -> bytes:
    """One event. `uid` stays the same for the life of a visit and `sequence` rises with every change.

    `method` is REQUEST, PUBLISH or CANCEL; `organizer` an e-mail address. The words are the caller's: no
    health words, no patient's name.

    Raises:
        ValueError: an unknown method, naive times, or an end that is not after the start.
    """
    if method not in STATUS_BY_METHOD:
        raise ValueError(f"no such method: {method}")
    if start.tzinfo is None or end.tzinfo is None or end <= start:
        raise ValueError("a visit needs aware times, the end after the start")
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", start.astimezone(UTC))
    event.add("dtend", end.astimezone(UTC))
    event.add("summary", vText(_one_line(summary)))
    event.add("location", vText(_plain(location)))
    event.add("description", vText(_plain(description)))
    event.add("organizer", vCalAddress(f"mailto:{_one_line(organizer)}"))
    event.add("status", STATUS_BY_METHOD[method])
    calendar = Calendar()
    calendar.add("prodid", "-//Clinic//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _one_line(text: str) -> str:
    return _plain(text).replace("\n", " ")


def _plain(text: str) -> str:
    """Without control characters; line breaks become plain ones, which the library escapes."""
    tidy = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in tidy if c == "\n" or c.isprintable())
