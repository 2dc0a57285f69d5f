"""Does all that is set up go together? What stands, what a change makes of it, and what speaks against it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import combinations
from uuid import UUID

from clinic.kernel.errors import Conflict, Invalid
from clinic.kernel.wording import DAYS
from clinic.scheduling.rules.hours import DatedKind
from clinic.scheduling.rules.setup.kinds import Edit, Image, Kind

Things = Mapping[UUID, Image]
GONE = "This was taken away meanwhile."


@dataclass(frozen=True, slots=True)
class SetUp:
    """Everything that is set up, by kind and id, and the names of those who work here."""

    things: Mapping[Kind, Things]
    people: Mapping[UUID, str]

    def of(self, kind: Kind) -> Things:
        """All things of one kind."""
        return self.things.get(kind, {})

    def after(self, edits: Iterable[Edit]) -> "SetUp":
        """What it is once these edits are made."""
        things = {kind: dict(held) for kind, held in self.things.items()}
        for edit in edits:
            held = things.setdefault(edit.kind, {})
            if edit.image is None:
                held.pop(edit.id, None)
            else:
                held[edit.id] = edit.image
        return SetUp(things, self.people)

    def place(self, location_id: UUID) -> str:
        """The name of a location."""
        return str(self.of(Kind.LOCATION)[location_id]["name"])

    def way(self, one: UUID, other: UUID) -> int:
        """Minutes from one location to another; 0 when nothing is said."""
        for travel in self.of(Kind.TRAVEL).values():
            if {travel["first_id"], travel["second_id"]} == {one, other}:
                return int(travel["minutes"])
        return 0


def check_whole(before: SetUp, edits: Sequence[Edit]) -> SetUp:
    """What the edits make of it, if it goes together.

    Raises:
        Invalid: it does not; `field` is a name in the image of the edit that is at fault.
        Conflict: what is to be taken away is gone already.
    """
    if len({(edit.kind, edit.id) for edit in edits}) < len(edits):
        raise ValueError("one thing is edited twice in one change")
    after = before.after(edits)
    for edit in edits:
        if edit.image is None:
            if edit.id not in before.of(edit.kind):
                raise Conflict(GONE)
            _check_unused(after, edit)
        else:
            _check_pointers(after, edit.image)
            _check_single(after, edit, edit.image)
    for edit in edits:
        if edit.image is not None and edit.kind is Kind.SESSION:
            _check_one_place(after, edit.id, edit.image)
        if edit.image is not None and edit.kind is Kind.DATED_HOURS:
            _check_extra(after, edit.id, edit.image)
    return after


_POINTS_TO: Mapping[str, Kind] = {
    "location_id": Kind.LOCATION,
    "first_id": Kind.LOCATION,
    "second_id": Kind.LOCATION,
    "room_id": Kind.ROOM,
}
_USERS: Mapping[Kind, str] = {
    Kind.ROOM: "a room",
    Kind.SESSION: "weekly hours",
    Kind.DATED_HOURS: "hours of one date",
    Kind.CLOSURE: "a closure",
    Kind.TRAVEL: "a travel time",
}


def _check_unused(after: SetUp, edit: Edit) -> None:
    for kind, user in _USERS.items():
        for image in after.of(kind).values():
            if edit.id in _pointers(image) or edit.id in image.get("visit_types", ()):
                raise Invalid(f"This is still used by {user}. Change that first.")


def _pointers(image: Image) -> set[UUID]:
    return {image[name] for name in _POINTS_TO if image.get(name) is not None}


def _check_pointers(after: SetUp, image: Image) -> None:
    for name, kind in _POINTS_TO.items():
        if image.get(name) is not None and image[name] not in after.of(kind):
            raise Invalid(f"This {kind} was taken away meanwhile. Choose another one.", name)
    if not set(image.get("visit_types", ())) <= set(after.of(Kind.VISIT_TYPE)):
        raise Invalid("A visit type was taken away meanwhile. Choose again.", "visit_types")
    for name, who in (("clinician_id", [image.get("clinician_id")]), ("clinicians", image.get("clinicians"))):
        if not {one for one in who or () if one is not None} <= set(after.people):
            raise Invalid("Choose a clinician from the list.", name)
    room = image.get("room_id")
    if room is not None and after.of(Kind.ROOM)[room]["location_id"] != image["location_id"]:
        raise Invalid("This room is at another location.", "room_id")


# What no two things of a kind may share, in whose name it is told, and the sentence.
_SINGLE: Mapping[Kind, tuple[tuple[tuple[str, ...], str, str], ...]] = {
    Kind.LOCATION: (
        (("name",), "name", "There is a location of this name already."),
        (("slug",), "name", "There is a location with this short name already."),
    ),
    Kind.ROOM: ((("location_id", "name"), "name", "There is a room of this name at this location already."),),
    Kind.VISIT_TYPE: (
        (("name",), "name", "There is a visit type of this name already."),
        (("slug",), "name", "There is a visit type with this short name already."),
    ),
    Kind.TRAVEL: ((("first_id", "second_id"), "second_id", "The way between these two is set up already."),),
    Kind.REMINDERS: (((), "remind_hours", "The reminders are set up already."),),
}


def _check_single(after: SetUp, edit: Edit, image: Image) -> None:
    for names, field, words in _SINGLE.get(edit.kind, ()):
        for other_id, other in after.of(edit.kind).items():
            if other_id != edit.id and all(other[name] == image[name] for name in names):
                raise Invalid(words, field)


def _overlap(one: Image, other: Image) -> bool:
    return bool(one["opens"] < other["closes"] and other["opens"] < one["closes"])


def _same_days(one: Image, other: Image) -> bool:
    """Is there a date on which both weekly sessions take place?"""
    first = max(one["first_day"], other["first_day"])
    last = min(one["last_day"] or date.max, other["last_day"] or date.max)
    if one["weekday"] != other["weekday"] or first > last:
        return False
    return bool((one["weekday"] - first.weekday()) % 7 <= (last - first).days)


def _check_one_place(after: SetUp, session_id: UUID, image: Image) -> None:
    for other_id, other in after.of(Kind.SESSION).items():
        if (
            other_id != session_id
            and other["clinician_id"] == image["clinician_id"]
            and _same_days(other, image)
            and _overlap(other, image)
        ):
            who = after.people[image["clinician_id"]]
            raise Invalid(f"{who} already has hours then: {_hours_words(after, other)}.", "opens")


def _check_extra(after: SetUp, dated_id: UUID, image: Image) -> None:
    """Extra hours may lengthen a session; they put nobody into two places."""
    if image["kind"] is not DatedKind.EXTRA:
        return
    who = after.people[image["clinician_id"]]
    own = [
        other
        for other_id, other in after.of(Kind.DATED_HOURS).items()
        if other_id != dated_id
        and other["clinician_id"] == image["clinician_id"]
        and other["day"] == image["day"]
    ]
    for other in own:
        if other["kind"] is DatedKind.EXTRA and _overlap(other, image):
            raise Invalid(f"{who} already has extra hours then.", "opens")
    for session in after.of(Kind.SESSION).values():
        if (
            session["clinician_id"] == image["clinician_id"]
            and session["location_id"] != image["location_id"]
            and _takes_place(session, image["day"])
            and _overlap(session, image)
            and not _is_away(after, session, image, own)
        ):
            said = f"{who} is at {after.place(session['location_id'])} then. Enter time away there first."
            raise Invalid(said, "opens")


def _takes_place(session: Image, day: date) -> bool:
    return bool(
        session["weekday"] == day.weekday()
        and session["first_day"] <= day
        and (session["last_day"] is None or day <= session["last_day"])
    )


def _is_away(after: SetUp, session: Image, image: Image, own: Iterable[Image]) -> bool:
    """Is the clinician away from the session for as long as it overlaps the extra hours?"""
    opens, closes = max(session["opens"], image["opens"]), min(session["closes"], image["closes"])
    for away in sorted(
        (
            o
            for o in own
            if o["kind"] is DatedKind.AWAY and o["location_id"] in (None, session["location_id"])
        ),
        key=lambda o: o["opens"],
    ):
        if away["opens"] <= opens:
            opens = max(opens, away["closes"])
    return opens >= closes or any(
        closure["first_day"] <= image["day"] <= closure["last_day"]
        and closure["location_id"] in (None, session["location_id"])
        and closure["clinician_id"] in (None, session["clinician_id"])
        for closure in after.of(Kind.CLOSURE).values()
    )


def warnings(before: SetUp, after: SetUp, edits: Sequence[Edit]) -> tuple[str, ...]:
    """What may be meant so and is worth a second look, in sentences."""
    notes = [*_short_ways(after, edits), *_room_notes(before, edits), *_reminder_notes(edits)]
    return tuple(dict.fromkeys(notes))


def _short_ways(after: SetUp, edits: Sequence[Edit]) -> Iterator[str]:
    touched = {edit.id for edit in edits}
    for (one_id, one), (other_id, other) in combinations(after.of(Kind.SESSION).items(), 2):
        if one["clinician_id"] != other["clinician_id"] or one["location_id"] == other["location_id"]:
            continue
        if not ({one_id, other_id} & touched or _touches_way(edits, one, other)):
            continue
        if _same_days(one, other):
            first, then = sorted((one, other), key=lambda session: session["opens"])
            gap = _minutes(then["opens"]) - _minutes(first["closes"])
            way = after.way(one["location_id"], other["location_id"])
            if 0 <= gap < way:
                yield (
                    f"{after.people[one['clinician_id']]}: {_hours_words(after, first)}, then "
                    f"{_hours_words(after, then)}. The way takes {way} minutes."
                )


def _touches_way(edits: Sequence[Edit], one: Image, other: Image) -> bool:
    pair = {one["location_id"], other["location_id"]}
    return any(
        edit.kind is Kind.TRAVEL
        and edit.image is not None
        and {edit.image["first_id"], edit.image["second_id"]} == pair
        for edit in edits
    )


def _room_notes(before: SetUp, edits: Sequence[Edit]) -> Iterator[str]:
    stood = before.of(Kind.SESSION)
    changed = [(stood[edit.id], edit.image) for edit in edits if edit.id in stood and edit.image is not None]
    if any(old["room_id"] not in (None, new["room_id"]) for old, new in changed):
        yield "Visits that are booked already keep the room that they have."


def _reminder_notes(edits: Sequence[Edit]) -> Iterator[str]:
    if any(edit.kind is Kind.REMINDERS for edit in edits):
        yield "Visits that are booked already keep the reminders that they have."


def _minutes(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def _hours_words(after: SetUp, session: Image) -> str:
    hours = f"{_wall_words(session['opens'])} to {_wall_words(session['closes'])}"
    return f"{DAYS[session['weekday']]}, {hours}, {after.place(session['location_id'])}"


def _wall_words(wall: time) -> str:
    return f"{(wall.hour - 1) % 12 + 1}:{wall.minute:02} {'a.m.' if wall.hour < 12 else 'p.m.'}"
