"""Words and addresses of the calendar's cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from flask import url_for

from clinic.frontdesk.calendar.grid import ROW_MINUTES, Cell, Kind
from clinic.frontdesk.calendar.reading import Calendar, Shown
from clinic.kernel.clock import central
from clinic.kernel.wording import us_date_short, us_time
from clinic.platform.templating import endpoint_exists

WORDS = {
    Kind.OFF: "Not working",
    Kind.ELSEWHERE: "In %s",
    Kind.CLOSED: "Closed",
    Kind.AWAY: "Away",
    Kind.BREAK: "Break",
    Kind.BUFFER: "Buffer",
    Kind.NO_FIT: "No fit",
    Kind.PAST: "",
}
# The class of each look in the sheet of the day.
LOOKS = {
    Kind.OFF: "away",
    Kind.ELSEWHERE: "away",
    Kind.CLOSED: "shut",
    Kind.AWAY: "away",
    Kind.BREAK: "lunch",
    Kind.BUFFER: "buf",
    Kind.NO_FIT: "lunch",
    Kind.PAST: "away",
}
ASKABLE = (Kind.CLOSED, Kind.AWAY, Kind.BREAK, Kind.BUFFER, Kind.NO_FIT, Kind.ELSEWHERE)
VISIT_LOOKS = {
    "held": "held",
    "requested": "held",
    "booked": "book",
    "arrived": "arr",
    "in_consultation": "in",
    "late": "late",
    "completed": "done",
    "no_show": "no",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Columns under one head: a place on a day, or a day of a week."""

    head: str
    columns: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One cell as the template prints it. `href` is empty where there is nothing to open."""

    cell: Cell
    look: str = ""
    words: str = ""
    href: str = ""
    name: str = ""


def groups(shown: Calendar, *, week: bool) -> tuple[Group, ...]:
    """The columns under their heads."""

    def head(one: Shown) -> str:
        return us_date_short(one.column.day) if week else one.place.name

    return tuple(Group(name, tuple(held)) for name, held in groupby(shown.columns, key=head))


def rows(shown: Calendar) -> tuple[tuple[time, tuple[Drawn, ...]], ...]:
    """Row by row what begins in it."""
    return tuple(
        (wall, tuple(_drawn(shown, one, one.cells[number]) for one in shown.columns if number in one.cells))
        for number, wall in enumerate(shown.rows)
    )


def now_row(shown: Calendar, days: Sequence[date], now: datetime) -> int | None:
    """The number of the row that the clock stands in; None when it is on another day or outside."""
    here = central(now)
    if here.date() not in days:
        return None
    minutes = here.hour * 60 + here.minute
    for number, wall in enumerate(shown.rows):
        if 0 <= minutes - (wall.hour * 60 + wall.minute) < ROW_MINUTES:
            return number
    return None


def _drawn(shown: Calendar, column: Shown, cell: Cell) -> Drawn:
    if cell.kind is Kind.VISIT:
        return Drawn(cell)
    if cell.kind is Kind.FREE:
        at = shown.open_time(column, cell)
        href = url_for("frontdesk.calendar_book", slot=at.value, type=shown.terms.slug)
        return Drawn(
            cell, "free", us_time(at.start), href, f"Book with {column.clinician} at {us_time(at.start)}"
        )
    words = cell.note or WORDS[cell.kind]
    if cell.kind is Kind.ELSEWHERE:
        words = "At the other place"
    return Drawn(cell, LOOKS[cell.kind], words, _why(shown, column, cell), words)


def _why(shown: Calendar, column: Shown, cell: Cell) -> str:
    """Where every reason is given, with the times that work."""
    if cell.kind not in ASKABLE or not endpoint_exists("frontdesk.why_not"):
        return ""
    return url_for(
        "frontdesk.why_not",
        type=shown.terms.id.hex,
        clinician=column.column.clinician_id.hex,
        place=column.column.location_id.hex,
        date=column.column.day.isoformat(),
        time=cell.wall.strftime("%H:%M"),
    )
