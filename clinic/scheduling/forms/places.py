"""What is typed about a place, its rooms, and the way between two places."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from clinic.kernel.us import STATES, zip_code
from clinic.kernel.wording import us_phone
from clinic.platform.forms import Choice, LongTextField, SelectField, TextField, UsPhoneField
from clinic.scheduling.forms.base import BoxesField, ChangeForm, edits_of, next_position
from clinic.scheduling.rules import CELL_MINUTES
from clinic.scheduling.rules.setup import Edit, Image, Kind, SetUp

NEW_ROOMS = 3
NEW_PLACE = {"state": "AL", "zone": "America/Chicago"}
"""What a new place begins with."""
LONGEST_WAY = 480
ZONES = (
    Choice("America/Chicago", "Central Time"),
    Choice("America/New_York", "Eastern Time"),
    Choice("America/Denver", "Mountain Time"),
    Choice("America/Phoenix", "Arizona"),
    Choice("America/Los_Angeles", "Pacific Time"),
    Choice("America/Anchorage", "Alaska"),
    Choice("Pacific/Honolulu", "Hawaii"),
)
STATE_CHOICES = (
    Choice("", "Choose a state"),
    *(Choice(code, f"{code} - {name}") for code, name in STATES.items() if code != "XX"),
)
PUBLIC = "Patients read this in mail and on the page of their visit."
Way = tuple[UUID, UUID]
_PLAIN = ("name", "street", "city", "state", "zip_code", "phone", "zone")
_WORDS = ("directions", "parking", "bring", "lateness")


class PlaceForm(ChangeForm):
    """A place and its rooms. A room whose name is emptied is taken away."""

    name = TextField("Name", required="Enter the name of the place", limit=80, hint=PUBLIC)
    street = TextField("Street", required="Enter the street", limit=120)
    city = TextField("City", required="Enter the city", limit=80)
    state = SelectField("State", required="Choose the state", choices=STATE_CHOICES)
    zip_code = TextField("ZIP code", required="Enter the ZIP code", kind="digits", limit=10, width="10")
    phone = UsPhoneField("Phone", required="Enter the phone number of the place", autocomplete="off")
    zone = SelectField("Time zone", required="Choose the time zone", choices=ZONES)
    directions = LongTextField("How to find it", limit=600)
    parking = LongTextField("Parking", limit=600)
    bring = LongTextField("What to bring", limit=600)
    lateness = LongTextField("Who runs late", limit=600, hint="What to do, and how long the time is kept.")
    rooms = BoxesField(
        "Rooms", stem="room", part="[0-9a-f]{32}|new[1-9]", noun="The name of a room", limit=60
    )

    def validate(self, extra_validators: object = None) -> bool:
        """A ZIP code has its form; no two rooms share a name."""
        good = super().validate(extra_validators)
        if self.zip_code.data and zip_code(self.zip_code.data) is None:
            self.add_error("zip_code", "Enter a ZIP code with 5 or 9 digits, like 35203")
        self._check_rooms()
        return good and not self.problems()

    def _check_rooms(self) -> None:
        seen: set[str] = set()
        for part, name in (self.rooms.data or {}).items():
            if name and name.casefold() in seen:
                self.rooms.refuse(part, f"Two rooms are called {name}")
            seen.add(name.casefold())

    def boxes(self, rooms: Mapping[UUID, Image]) -> Iterator[tuple[str, str, str, str]]:
        """Name, label, text and error of each room's box: those that are there, and a few empty ones."""
        typed: dict[str, str] = self.rooms.data or {}
        named = [(key.hex, str(image["name"])) for key, image in rooms.items()]
        parts = [*named, *((f"new{number}", "") for number in range(1, NEW_ROOMS + 1))]
        for number, (part, name) in enumerate(parts, 1):
            label = f"Room {number}" if name else "Another room"
            yield f"room-{part}", label, typed.get(part, name), self.rooms.wrong.get(part, "")

    def offer_zone(self, zone: str) -> None:
        """Let the zone that a place has already be kept, whichever it is."""
        if zone not in {one.value for one in self.zone.choices}:
            self.zone.choices = (*self.zone.choices, Choice(zone, zone))

    def edits(self, place_id: UUID | None, stands: SetUp) -> list[Edit]:
        """What differs: of the place, and of its rooms; `place_id` is None for a new one."""
        where = place_id or self.new_id()
        before = stands.of(Kind.LOCATION).get(where)
        values: dict[str, Any] = {name: self[name].data or "" for name in (*_PLAIN, *_WORDS)}
        values["zip_code"] = zip_code(values["zip_code"])
        image = {**(before or _new_place(stands)), **values}
        return edits_of(Kind.LOCATION, where, before, image) + list(self._room_edits(where, stands))

    def _room_edits(self, where: UUID, stands: SetUp) -> Iterator[Edit]:
        for part, name in (self.rooms.data or {}).items():
            room_id = self.new_id(int(part[3:])) if part.startswith("new") else UUID(part)
            before = stands.of(Kind.ROOM).get(room_id)
            if name:
                yield from edits_of(Kind.ROOM, room_id, before, {"location_id": where, "name": name})
            elif before is not None:
                yield Edit(Kind.ROOM, room_id, None)


def _new_place(stands: SetUp) -> Image:
    return {"slug": "", "position": next_position(stands, Kind.LOCATION)}


def typed_place(image: Image) -> dict[str, Any]:
    """A place as the form shows it."""
    return {**{name: image[name] for name in (*_PLAIN, *_WORDS)}, "phone": us_phone(image["phone"])}


class TravelForm(ChangeForm):
    """How long it takes between two places, for each pair."""

    ways = BoxesField("Minutes", stem="way", part="[0-9a-f]{32}-[0-9a-f]{32}", noun="The minutes", limit=4)

    def validate(self, extra_validators: object = None) -> bool:
        """Each way has whole minutes in fives, or none."""
        good = super().validate(extra_validators)
        for part, typed in (self.ways.data or {}).items():
            if typed and part not in self.ways.wrong and not _is_a_way(typed):
                words = f"Enter minutes from {CELL_MINUTES} to {LONGEST_WAY}, in steps of {CELL_MINUTES}"
                self.ways.refuse(part, words)
        return good and not self.ways.wrong

    def boxes(
        self,
        ways: Iterable[tuple[UUID, UUID]],
        minutes: Mapping[tuple[UUID, UUID], str],
        names: Mapping[UUID, str],
    ) -> Iterator[tuple[str, str, str, str]]:
        """Name, label, text and error of the box of each way."""
        typed: dict[str, str] = self.ways.data or {}
        for one, other in ways:
            part = f"{one.hex}-{other.hex}"
            label = f"{names[one]} and {names[other]}"
            shown = typed.get(part, minutes.get((one, other), ""))
            yield f"way-{part}", label, shown, self.ways.wrong.get(part, "")

    def edits(self, stands: SetUp) -> list[Edit]:
        """The ways that differ; an empty box takes a way's minutes away."""
        travel = stands.of(Kind.TRAVEL)
        known = {(image["first_id"], image["second_id"]): key for key, image in travel.items()}
        found = []
        for number, (part, typed) in enumerate((self.ways.data or {}).items()):
            first, second = (UUID(one) for one in part.split("-"))
            way_id = known.get((first, second))
            if typed:
                image = {"first_id": first, "second_id": second, "minutes": int(typed)}
                new_id = way_id or self.new_id(number)
                found += edits_of(Kind.TRAVEL, new_id, travel.get(new_id), image)
            elif way_id:
                found.append(Edit(Kind.TRAVEL, way_id, None))
        return found


def _is_a_way(typed: str) -> bool:
    if not (typed.isascii() and typed.isdecimal()):
        return False
    return CELL_MINUTES <= int(typed) <= LONGEST_WAY and int(typed) % CELL_MINUTES == 0


def pairs(stands: SetUp) -> list[Way]:
    """Each two places once, the smaller id first as the table has it, in the order of the clinic."""
    ids = list(stands.of(Kind.LOCATION))
    return [
        (min(one, other), max(one, other)) for number, one in enumerate(ids) for other in ids[number + 1 :]
    ]
