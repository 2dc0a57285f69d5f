"""`make bench`: the speed of what matters, as ratios within one run. Nothing here fails a test.

Each line names the number of its goal, the ratio, and whether it holds. `--rows` is the number of past visits
and of referrals (100,000 unless told otherwise): visits on SQLite, referrals on a PostgreSQL of the run.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import event, select

from bench.history import NOW, set_up
from bench.timing import ROUNDS, Ratio, interleaved
from bench.triage import triage_lines
from bench.worklist import worklist_lines
from clinic.platform.extensions import db
from clinic.platform.orm import Base
from clinic.scheduling.models import Appointment, ClinicianSession
from clinic.scheduling.queries import open_times
from tests.support.app import build

FEW_ROWS = 1_000
DAYS = 60


@contextmanager
def clinic(rows: int) -> Iterator[UUID]:
    """An application on a fresh SQLite file with that much past; gives the visit type."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        app = build(f"sqlite:///{folder}/clinic.sqlite3", Path(folder))
        with app.app_context():
            Base.metadata.create_all(db.engine)
            yield set_up(rows)
            db.session.remove()
            db.engine.dispose()


def search(kind: UUID) -> int:
    """Every open time of sixty days."""
    found = len(open_times(kind, from_=NOW, until=NOW + timedelta(days=DAYS), now=NOW))
    db.session.rollback()
    return found


def median_search(rows: int) -> float:
    """Median milliseconds of a search with that much past."""
    with clinic(rows) as kind:
        search(kind)
        times = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            search(kind)
            times.append((time.perf_counter() - started) * 1000)
    return sorted(times)[len(times) // 2]


def by_hand(kind: UUID) -> int:
    """The floor of a search: range queries, and the same starts found by integer subtraction."""
    hours = db.session.execute(
        select(ClinicianSession.clinician_id, ClinicianSession.weekday).where(
            ClinicianSession.last_day.is_(None)
        )
    ).all()
    busy: dict[UUID, list[tuple[int, int]]] = {}
    rows = db.session.execute(
        select(Appointment.clinician_id, Appointment.start_at, Appointment.end_at).where(
            Appointment.start_at >= NOW, Appointment.start_at < NOW + timedelta(days=DAYS)
        )
    )
    for who, start, end in rows:
        busy.setdefault(who, []).append((int(start.timestamp()) // 300, int(end.timestamp()) // 300))
    db.session.rollback()
    midnight, found = int(NOW.timestamp()) // 300 // 288 * 288, []
    for day in range(DAYS):
        opens = midnight + day * 288 + 14 * 12
        for who, weekday in hours:
            if weekday == (NOW + timedelta(days=day)).weekday():
                taken = busy.get(who, ())
                found += [
                    (start, who)
                    for start in range(opens, opens + 8 * 12 - 12 + 1, 3)
                    if not any(first < start + 12 and start < last for first, last in taken)
                ]
    return len(sorted(found))


def statements_of_a_search(kind: UUID) -> int:
    """How many statements one search sends."""
    seen: list[str] = []

    def note(*given: object) -> None:
        seen.append(str(given[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    search(kind)
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def import_ratio() -> Ratio:
    """Starting the application, over importing the libraries that it cannot do without."""

    def started(code: str) -> object:
        return subprocess.run(  # noqa: S603 - our own two lines of code
            [sys.executable, "-c", code], check=True, capture_output=True
        )

    ours, floor = interleaved(
        lambda: started("import clinic"), lambda: started("import flask, sqlalchemy.orm, psycopg"), 1
    )
    return Ratio(14, "importing the application over its libraries", ours, floor, 2.0, 1.5)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    few, many = median_search(FEW_ROWS), median_search(rows)
    print(Ratio(6, f"search with {rows:,} past visits over {FEW_ROWS:,}", many, few, 1.2, 1.1).line())
    with clinic(FEW_ROWS) as kind:
        ours, floor = interleaved(lambda: search(kind), lambda: by_hand(kind), 2)
        print(Ratio(7, "search over a range query and subtraction by hand", ours, floor, 3, 1.5).line())
        print(f"  8  statements of a search: {statements_of_a_search(kind)} (must 5, goal 2)")
    print(import_ratio().line())
    for line in (*worklist_lines(rows), *triage_lines()):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
