"""Goals 6, 7 and 8: the open times of twelve clinicians for sixty days, however much is past."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import event, select

from bench.house import Clinic, clinic, postgres, temporary
from bench.timing import Ratio, interleaved
from clinic.kernel.clock import CENTRAL
from clinic.platform.extensions import db
from clinic.scheduling.models import Appointment, ClinicianSession
from clinic.scheduling.queries import open_times
from clinic.scheduling.queries.horizon import IS_LIVE
from clinic.scheduling.rules import OpenTime

FEW_ROWS, DAYS = 1_000, 60
MANY_ROUNDS = 41  # of one search each: other work comes in bursts that are longer than a search
HOUR, GAP, RASTER, DAY = 12, 2, 3, 288  # of the visit type, in cells


def search_lines(rows: int) -> Iterator[str]:
    """Goals 6, 7 and 8 on both databases."""
    with temporary() as folder:
        urls = [f"sqlite:///{folder}/{name}.sqlite3" for name in ("few", "many")]
        yield from _lines(urls, Path(folder), rows, "sqlite")
        with postgres(2) as urls:
            yield from _lines(urls, Path(folder), rows, "postgresql")


def _lines(urls: list[str], folder: Path, rows: int, database: str) -> Iterator[str]:
    with clinic(urls[0], folder, FEW_ROWS) as few, clinic(urls[1], folder, rows) as many:
        ours, floor = interleaved(lambda: search(many), lambda: search(few), 1, rounds=MANY_ROUNDS)
        what = f"search with {rows:,} past visits over {FEW_ROWS:,}, {database}"
        yield Ratio(6, what, ours, floor, 1.2, 1.1).line()
        found = sorted((_cell(one.start), one.clinician_id) for one in search(many))
        assert found == by_hand(many), "the floor finds other times"
        ours, floor = interleaved(lambda: search(many), lambda: by_hand(many), 1, rounds=MANY_ROUNDS)
        yield Ratio(7, f"search over subtraction by hand, {database}", ours, floor, 3, 1.5).line()
        yield f"  8  statements of a search, {database}: {statements_of_a_search(many)} (must 5, goal 2)"


def search(held: Clinic) -> tuple[OpenTime, ...]:
    """Every open time of sixty days."""
    with held.app.app_context():
        until = held.now + timedelta(days=DAYS)
        found = open_times(held.kind, from_=held.now, until=until, now=held.now, with_notice=False)
        db.session.remove()
    return found


def by_hand(held: Clinic) -> list[tuple[int, UUID]]:
    """The floor of a search: two range queries, and integers taken from integers.

    It knows that everybody works in one place, without breaks and without buffers before.
    """
    hours, busy = _read(held)
    blocked: dict[UUID, set[int]] = {}
    for who, start, end in busy:
        first, last = _cell(start), _cell(end)
        blocked.setdefault(who, set()).update(range(first - GAP - HOUR + 1, last + GAP))
    found, cells = [], {}
    for day in range(DAYS + 1):
        date = (held.now + timedelta(days=day)).date()
        for who, weekday, opens, closes in hours:
            if weekday != date.weekday():
                continue
            if (date, opens, closes) not in cells:
                first, end = (_cell(datetime.combine(date, wall, CENTRAL)) for wall in (opens, closes))
                cells[date, opens, closes] = range(first, end - HOUR + 1, RASTER)
            taken = blocked.get(who, ())
            found += [(start, who) for start in cells[date, opens, closes] if start not in taken]
    earliest = -(-int(held.now.timestamp()) // 300)
    return sorted(one for one in found if earliest <= one[0] < earliest + DAYS * DAY)


def _read(held: Clinic) -> tuple[Sequence[Any], Sequence[Any]]:
    """Hours, and who is busy from when to when."""
    columns = ("clinician_id", "weekday", "opens", "closes")
    hours = select(*(getattr(ClinicianSession, name) for name in columns))
    busy = select(Appointment.clinician_id, Appointment.start_at, Appointment.end_at).where(
        IS_LIVE,
        Appointment.start_at >= held.now - timedelta(hours=12),
        Appointment.start_at < held.now + timedelta(days=DAYS, hours=12),
    )
    with held.app.app_context():
        found = db.session.execute(hours).all(), db.session.execute(busy).all()
        db.session.remove()
    return found


def _cell(instant: datetime) -> int:
    return int(instant.timestamp()) // 300


def statements_of_a_search(held: Clinic) -> int:
    """How many statements one search sends."""
    seen: list[str] = []

    def note(*given: object) -> None:
        if not str(given[2]).startswith("BEGIN"):
            seen.append(str(given[2]))

    with held.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    search(held)
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)
