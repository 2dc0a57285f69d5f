"""Why a time is not offered, in the desk's words: each reason, what is fine, what was set aside."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from clinic.frontdesk.service.why_not import Answer
from clinic.kernel.wording import us_date_short, us_time
from clinic.scheduling.queries import LocationCard, Override
from clinic.scheduling.rules import CELL_MINUTES, Hindrance, OpenTime, Refusal, instant_of

R = Refusal
# On a visit that was squeezed in: what was set aside.
SET_ASIDE = {
    R.TOO_SOON: "Notice too short",
    R.TOO_LATE: "More than a year ahead",
    R.CLOSED: "Closed",
    R.AWAY: "Clinician away",
    R.OUTSIDE_HOURS: "Outside the sessions",
    R.BREAK: "In a break",
    R.VISIT_TYPE: "Another kind of visit",
    R.OFF_RASTER: "Off the usual start times",
    R.TAKEN: "Two visits at a time",
    R.HELD: "Held by somebody online",
    R.ROOM_TAKEN: "Room in use",
    R.BUFFER: "Too little time between visits",
    R.TRAVEL: "Too little time to travel",
}


def told(overrides: Iterable[Override]) -> list[tuple[Override, str]]:
    """Each time against the rule with what was set aside, in words."""
    return [(one, ", ".join(SET_ASIDE[reason] for reason in one.set_aside)) for one in overrides]


@dataclass(frozen=True, slots=True)
class Line:
    """One reason in words, with the visit that it is about."""

    text: str
    visit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """How the page calls the clinician and the places."""

    clinician: str
    places: Mapping[UUID, LocationCard]

    def place(self, location_id: UUID | None) -> str:
        """The name of a place."""
        known = self.places.get(location_id) if location_id else None
        return known.name if known else "another place"


def reasons(answer: Answer, names: Names) -> list[Line]:
    """Everything that speaks against the time."""
    return [
        Line(_words(one, answer, names), answer.why.visits.get(one)) for one in answer.why.found.hindrances
    ]


def _words(one: Hindrance, answer: Answer, names: Names) -> str:
    who, when = names.clinician, _when(one)
    if one.reason is R.VISIT_TYPE:
        return _kind(answer, names)
    if one.reason is R.OUTSIDE_HOURS:
        return _hours(answer, names)
    words = {
        R.PAST: "This time has passed",
        R.TOO_SOON: "Patients need more notice",
        R.TOO_LATE: "More than a year ahead",
        R.CLOSED: f"Closed: {one.name}" if one.name else "Closed that day",
        R.AWAY: f"{who} is away, {when}" + (f": {one.name}" if one.name else ""),
        R.BREAK: f"Break, {when}",
        R.OFF_RASTER: _raster(answer),
        R.PATIENT_BUSY: f"This person has a visit then, {when}, {names.place(one.location_id)}",
        R.TAKEN: f"Booked, {when}",
        R.HELD: f"Held online, {when}" + (f", until {us_time(one.held_until)}" if one.held_until else ""),
        R.ROOM_TAKEN: f"The room is in use, {when}",
        R.BUFFER: f"Too little time between this and the visit {when}",
        R.TRAVEL: f"Too little time to travel: {one.gap * CELL_MINUTES} minutes between here and "
        f"{names.place(one.location_id)}, visit there {when}",
    }
    return words[one.reason]


def _when(one: Hindrance) -> str:
    if one.first is None or one.end is None:
        return ""
    return f"{us_time(instant_of(one.first))} to {us_time(instant_of(one.end))}"


def _kind(answer: Answer, names: Names) -> str:
    terms = answer.why.terms
    if not terms.offered:
        return f"{terms.name} is not offered any more"
    if not answer.why.done_by_clinician:
        return f"{names.clinician} does not do this kind of visit: {terms.name}"
    return f"This session is not for this kind of visit: {terms.name}"


def _hours(answer: Answer, names: Names) -> str:
    place, spans = names.place(answer.wanted.location_id), answer.why.that_day
    if not spans:
        return f"{names.clinician} sees nobody in {place} that day"
    open_hours = ", ".join(f"{us_time(instant_of(s.first))} to {us_time(instant_of(s.end))}" for s in spans)
    return f"Outside the hours of {names.clinician} in {place} that day: {open_hours}"


def _raster(answer: Answer) -> str:
    start, step = answer.wanted.start, answer.why.terms.step_minutes
    for one in answer.why.that_day:
        if instant_of(one.first) <= start < instant_of(one.end):
            return f"Visits start every {step} minutes from {us_time(instant_of(one.first))}"
    return f"Visits start every {step} minutes"


def spoken(time: OpenTime, clinicians: Mapping[str, str], names: Names) -> str:
    """An open time with its place and clinician: Tue, Dec 8, 10:30 a.m., Birmingham, Anna Rivers."""
    who = clinicians.get(time.clinician_id.hex, "")
    parts = (us_date_short(time.start), us_time(time.start), names.place(time.location_id), who)
    return ", ".join(part for part in parts if part)


def fine(answer: Answer, *, patient_known: bool) -> Iterator[str]:
    """What does not stand in the way."""
    found = set(answer.why.found.reasons)
    groups: list[tuple[str, set[Refusal]]] = [
        ("In the coming year", {R.PAST, R.TOO_LATE}),
        ("Open that day", {R.CLOSED, R.AWAY}),
        ("Inside a session, at one of its start times", {R.OUTSIDE_HOURS, R.BREAK, R.OFF_RASTER}),
        ("This kind of visit is done", {R.VISIT_TYPE}),
        ("The clinician is free", {R.TAKEN, R.HELD}),
        ("Enough time before and after", {R.TAKEN, R.HELD, R.BUFFER, R.TRAVEL}),
    ]
    if answer.why.found.room_id is not None:
        groups.append(("The room is free", {R.ROOM_TAKEN}))
    if patient_known:
        groups.append(("The patient is free", {R.PATIENT_BUSY}))
    yield from (words for words, against in groups if not against & found)
