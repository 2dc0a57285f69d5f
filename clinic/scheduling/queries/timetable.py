"""All that is set up about one kind of visit and some days, in one statement: terms, hours, places, ways."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Boolean,
    Date,
    Integer,
    Select,
    String,
    Time,
    Uuid,
    bindparam,
    cast,
    exists,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from clinic.kernel.errors import NotFound
from clinic.platform.reading import run
from clinic.scheduling.models import (
    ClinicianSession,
    Closure,
    DatedHours,
    Location,
    SessionBreak,
    SessionVisitType,
    TravelTime,
    VisitType,
    VisitTypeClinician,
)
from clinic.scheduling.queries.visit_types import TERMS, VisitTerms, terms_of
from clinic.scheduling.rules import (
    ClosedDays,
    DatedKind,
    DatedSpan,
    Timetable,
    WeeklyHours,
    Window,
    cells_in,
)

# What the rows of the one statement have beside the terms of the visit type; each kind fills some of them.
_COLUMNS: dict[str, Any] = {
    "kind": String(),
    "id": Uuid(),
    "clinician_id": Uuid(),
    "location_id": Uuid(),
    "room_id": Uuid(),
    "first_day": Date(),
    "last_day": Date(),
    "opens": Time(),
    "closes": Time(),
    "number": Integer(),
    "serves": Boolean(),
    "text": String(),
}
_TERMS = {column.key: column for column in TERMS if column.key != "id"}


@dataclass(frozen=True, slots=True)
class Provision:
    """The terms of a visit type, when people are seen, and how far the locations lie apart (cells)."""

    terms: VisitTerms
    table: Timetable
    travel: dict[tuple[UUID, UUID], int]


def provision(
    visit_type_id: UUID,
    window: Window,
    *,
    locations: Collection[UUID] | None = None,
    clinicians: Collection[UUID] | None = None,
) -> Provision:
    """What is set up for the days around the window, at some locations and of some clinicians or of all.

    Raises:
        NotFound: no such visit type.
    """
    given: dict[str, Any] = {
        "visit_type_id": visit_type_id,
        # A day more on both sides: the window is in UTC, the days are local.
        "first_day": (window.first - timedelta(days=1)).date(),
        "last_day": (window.end + timedelta(days=1)).date(),
    }
    if locations is not None:
        given["locations"] = list(locations)
    if clinicians is not None:
        given["clinicians"] = list(clinicians)
    chosen = _statement(by_location=locations is not None, by_clinician=clinicians is not None)
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in run(chosen, given):
        rows[row.kind].append(row)
    if not rows["terms"]:
        raise NotFound
    terms = terms_of(rows["terms"][0]._mapping)
    return Provision(terms, _table(terms, rows), _ways(rows["way"]))


def _table(terms: VisitTerms, rows: dict[str, list[Any]]) -> Timetable:
    zones = {row.id: ZoneInfo(row.text) for row in rows["place"]}
    breaks = defaultdict(list)
    for row in rows["break"]:
        breaks[row.id].append((row.opens, row.closes))
    performers = frozenset(row.clinician_id for row in rows["performer"]) or None
    return Timetable(
        weekly=[
            WeeklyHours(
                clinician_id=row.clinician_id,
                location_id=row.location_id,
                weekday=row.number,
                opens=row.opens,
                closes=row.closes,
                first_day=row.first_day,
                zone=zones[row.location_id],
                last_day=row.last_day,
                room_id=row.room_id,
                breaks=tuple(breaks.get(row.id, ())),
                serves=row.serves,
            )
            for row in rows["session"]
        ],
        dated=_dated(rows),
        closed=[
            ClosedDays(row.first_day, row.last_day, row.location_id, row.clinician_id, row.text)
            for row in rows["closure"]
        ],
        zones=zones,
        performers=performers,
        offered=terms.offered,
    )


def _dated(rows: dict[str, list[Any]]) -> list[DatedSpan]:
    return [
        DatedSpan(
            kind=DatedKind(kind),
            clinician_id=row.clinician_id,
            day=row.first_day,
            opens=row.opens,
            closes=row.closes,
            location_id=row.location_id,
            room_id=row.room_id,
            name=row.text,
        )
        for kind in (DatedKind.AWAY, DatedKind.EXTRA)
        for row in rows[kind.value]
    ]


def _ways(rows: Iterable[Any]) -> dict[tuple[UUID, UUID], int]:
    return {(row.location_id, row.id): cells_in(row.number) for row in rows}


@cache
def _statement(*, by_location: bool, by_clinician: bool) -> Any:
    """Built once: putting a statement together costs more than running it."""

    def limited(chosen: Select[Any], table: Any, *, anywhere: bool = False) -> Select[Any]:
        if by_clinician:
            chosen = chosen.where(table.clinician_id.in_(bindparam("clinicians", expanding=True)))
        if by_location:
            here = table.location_id.in_(bindparam("locations", expanding=True))
            chosen = chosen.where(or_(table.location_id.is_(None), here) if anywhere else here)
        return chosen

    valid = (
        ClinicianSession.first_day <= bindparam("last_day"),
        or_(ClinicianSession.last_day.is_(None), ClinicianSession.last_day >= bindparam("first_day")),
    )
    breaks = _part("break", id=SessionBreak.session_id, opens=SessionBreak.opens, closes=SessionBreak.closes)
    breaks = breaks.join(ClinicianSession, ClinicianSession.id == SessionBreak.session_id)
    return union_all(
        _part("terms", id=VisitType.id, **_TERMS).where(VisitType.id == bindparam("visit_type_id")),
        _part("performer", clinician_id=VisitTypeClinician.clinician_id).where(
            VisitTypeClinician.visit_type_id == bindparam("visit_type_id")
        ),
        _part("place", id=Location.id, text=Location.zone),
        _part("way", location_id=TravelTime.first_id, id=TravelTime.second_id, number=TravelTime.minutes),
        limited(_sessions().where(*valid), ClinicianSession),
        limited(breaks.where(*valid), ClinicianSession),
        *(limited(_dates(kind), DatedHours, anywhere=True) for kind in DatedKind),
        _part(
            "closure",
            first_day=Closure.first_day,
            last_day=Closure.last_day,
            location_id=Closure.location_id,
            clinician_id=Closure.clinician_id,
            text=Closure.name,
        ).where(Closure.last_day >= bindparam("first_day"), Closure.first_day <= bindparam("last_day")),
    )


def _part(kind: str, **columns: Any) -> Select[Any]:
    """Rows of one kind: what they do not have is an empty column of its type."""
    types = _COLUMNS | {name: column.type for name, column in _TERMS.items()}
    filled = {"kind": literal_column(f"'{kind}'"), **columns}
    return select(*(filled.get(name, cast(null(), of)).label(name) for name, of in types.items()))


def _sessions() -> Select[Any]:
    limits = select(SessionVisitType.session_id).where(SessionVisitType.session_id == ClinicianSession.id)
    wanted = limits.where(SessionVisitType.visit_type_id == bindparam("visit_type_id"))
    return _part(
        "session",
        id=ClinicianSession.id,
        clinician_id=ClinicianSession.clinician_id,
        location_id=ClinicianSession.location_id,
        room_id=ClinicianSession.room_id,
        first_day=ClinicianSession.first_day,
        last_day=ClinicianSession.last_day,
        opens=ClinicianSession.opens,
        closes=ClinicianSession.closes,
        number=ClinicianSession.weekday,
        serves=or_(~exists(limits), exists(wanted)),
    )


def _dates(kind: DatedKind) -> Select[Any]:
    return _part(
        kind.value,
        clinician_id=DatedHours.clinician_id,
        location_id=DatedHours.location_id,
        room_id=DatedHours.room_id,
        first_day=DatedHours.day,
        opens=DatedHours.opens,
        closes=DatedHours.closes,
        text=DatedHours.name,
    ).where(
        DatedHours.kind == kind,
        DatedHours.day >= bindparam("first_day"),
        DatedHours.day <= bindparam("last_day"),
    )
