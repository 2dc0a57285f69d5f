"""Two readers of calendar files that share no line with their writer, and a calendar that obeys the files."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import vobject

SCRIPT = Path(__file__).with_name("read_calendars.mjs")
NODE = Path(sys.executable).parent / "node"  # the Node of the asset build


@dataclass(frozen=True)
class Entry:
    """One event as a calendar program understands it; addresses without `mailto:`."""

    method: str
    uid: str
    sequence: int
    status: str
    stamp: datetime
    start: datetime
    end: datetime
    summary: str
    location: str
    description: str
    organizer: str
    attendees: tuple[str, ...]
    names: frozenset[str]  # of all properties, in capitals


def read_with_vobject(data: bytes) -> Entry:
    """As Radicale reads it."""
    (calendar,) = vobject.readComponents(data.decode())
    (event,) = calendar.components()
    assert event.name == "VEVENT"
    return Entry(
        method=calendar.method.value,
        uid=event.uid.value,
        sequence=int(event.sequence.value),
        status=event.status.value,
        stamp=event.dtstamp.value.astimezone(UTC),
        start=event.dtstart.value.astimezone(UTC),
        end=event.dtend.value.astimezone(UTC),
        summary=event.summary.value,
        location=event.location.value,
        description=event.description.value,
        organizer=_address(event.organizer.value),
        attendees=tuple(_address(one.value) for one in event.contents.get("attendee", ())),
        names=frozenset(line.name for line in event.lines()),
    )


class IcalJs:
    """As Thunderbird reads it: one Node process for many files."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [NODE, SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def read(self, data: bytes) -> Entry:
        """One file; whatever it cannot read fails the test."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(base64.b64encode(data).decode() + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "wrong" not in told, told
        instants = {name: datetime.fromisoformat(told[name]) for name in ("stamp", "start", "end")}
        return Entry(
            **{
                **told,
                **instants,
                "organizer": _address(told["organizer"]),
                "attendees": tuple(_address(one) for one in told["attendees"]),
                "names": frozenset(name.upper() for name in told["names"]),
            }
        )

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@contextmanager
def ical_js() -> Iterator[IcalJs]:
    """A reader for as long as it is needed."""
    made = IcalJs()
    try:
        yield made
    finally:
        made.close()


def _address(value: str) -> str:
    kind, _, address = value.partition(":")
    assert kind.lower() == "mailto"
    return unquote(address)


@dataclass
class CalendarProgram:
    """Somebody's calendar, kept by the rules of RFC 5546: entries by UID, the newest revision counts."""

    owner: str
    entries: dict[str, Entry] = field(default_factory=dict)
    _latest: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """Act on what came: keep, replace, remove, or leave alone what is older than what is known."""
        revision = (entry.sequence, entry.stamp)
        if revision < self._latest.get(entry.uid, (-1, entry.stamp)):
            return
        if entry.method == "PUBLISH":
            assert not entry.attendees, "3.2.1: what is published names nobody"
        else:
            assert self.owner in entry.attendees, "3.2.2, 3.2.5: whoever is not named does not act"
        self._latest[entry.uid] = revision
        if entry.method == "CANCEL":
            assert entry.status == "CANCELLED"
            self.entries.pop(entry.uid, None)
        else:
            assert entry.status == "CONFIRMED"
            self.entries[entry.uid] = entry


def calendar_part(mail: EmailMessage) -> bytes:
    """What a mail program with a calendar acts on (RFC 6047): the one text/calendar part beside the text.

    The attached copy must be the same, and of another type.
    """
    (together,) = (part for part in mail.walk() if part.get_content_type() == "multipart/alternative")
    kinds = [part.get_content_type() for part in together.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    (part,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert part.get_content_disposition() is None
    assert part.get_content_charset() == "utf-8"
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    method = part["Content-Type"].params["method"]
    assert f"\r\nMETHOD:{method}\r\n".encode() in data
    (file,) = mail.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("application/ics", "visit.ics")
    assert file.get_payload(decode=True) == data
    return data
