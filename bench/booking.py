"""Goals 1 and 2: bookings over HTTP, over the same rows written by pgbench and by a bare Flask and ORM."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from uuid import UUID

from sqlalchemy.engine import make_url

from bench.house import DESKS, House
from bench.rows import pgbench_script, row_counts, written_by
from bench.timing import Ratio, in_turn
from bench.web import Desk, ask, desks_of, served, status_of, together
from tests.support.pg_server import wheel_folder

CLIENTS, UNIT = DESKS, "bookings/s"
EACH, BARE_EACH, FLOOR_EACH = 25, 50, 250  # bookings of one client in one round
SECONDS = 60  # for one round of the floor; it takes two


@dataclass
class Sides:
    """The three sides of the comparison, each a number of bookings per second."""

    held: House
    folder: Path
    port: int
    desks: list[Desk]
    copied: UUID
    bare_port: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    bases: Iterator[int] = field(default_factory=lambda: count(1_000_000, 100_000))

    def ours(self) -> float:
        """The whole application."""
        work = [
            [
                desk.booking(next(self.held.waiting), next(self.held.slots), f"ours {n}")
                for n in self._some(EACH)
            ]
            for desk in self.desks
        ]
        return self._rate(self.port, work)

    def bare(self) -> float:
        """Flask and ORM."""
        work = [[self._bare_request() for _ in range(BARE_EACH)] for _ in self.desks]
        return self._rate(self.bare_port, work)

    def pgbench(self) -> float:
        """The database alone."""
        return pgbench(self.held.settings.database_url, self.script, next(self.bases))

    @property
    def script(self) -> Path:
        """What pgbench runs."""
        return self.folder / "booking.sql"

    def _some(self, how_many: int) -> list[int]:
        return [next(self.numbers) for _ in range(how_many)]

    def _bare_request(self) -> bytes:
        body = f"number={next(self.numbers)}"
        return (
            f"POST /book HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def _rate(self, port: int, work: list[list[bytes]]) -> float:
        answers, seconds = together(port, work)
        statuses = {status for held in answers for status, _ in held}
        assert statuses == {302}, statuses
        return sum(map(len, work)) / seconds


def booking_lines(held: House, folder: Path) -> Iterator[str]:
    """Goals 1 and 2, on the PostgreSQL of the house."""
    with served(held.environment(), folder) as port:
        desks = desks_of(held, port)
        sides = Sides(held, folder, port, desks, book_one(held, desks[0], "copied"))
        with held.app.app_context():
            sides.script.write_text(pgbench_script(written_by(sides.copied)))
        bare = held.environment() | {"BENCH_COPY": str(sides.copied)}
        with served(bare, folder, "bench.bare:app") as sides.bare_port:
            yield from _compare(sides)


def _compare(sides: Sides) -> Iterator[str]:
    check_rows(sides)
    for warm in (sides.ours, sides.bare, sides.pgbench):
        warm()
    ours, bare, floor = in_turn([sides.ours, sides.bare, sides.pgbench])
    what = "booking over HTTP over pgbench, the same rows"
    yield Ratio(1, what, ours, floor, 0.06, 0.12, at_least=True, unit=UNIT).line()
    what = "booking over HTTP over a bare Flask and ORM"
    yield Ratio(2, what, ours, bare, 0.5, 0.9, at_least=True, unit=UNIT).line()


def book_one(held: House, desk: Desk, key: str) -> UUID:
    """Book one visit; gives its id."""
    answer = ask(desk.port, desk.booking(next(held.waiting), next(held.slots), key)).decode()
    found = re.search(r"(?im)^location: /staff/visits/(\S+)", answer)
    assert found, answer[:500]
    return UUID(found[1])


def check_rows(sides: Sides) -> None:
    """All three write as many rows into each table; a floor that writes less would flatter nobody."""

    def one(book: object) -> dict[str, int]:
        with sides.held.app.app_context():
            before = row_counts()
            assert callable(book)
            book()
            after = row_counts()
        return {name: after[name] - before[name] for name in after if after[name] != before[name]}

    ours = one(lambda: book_one(sides.held, sides.desks[0], "counted"))
    bare = one(lambda: status_of(ask(sides.bare_port, sides._bare_request())))
    floor = one(lambda: pgbench(sides.held.settings.database_url, sides.script, 900_000, clients=1, each=1))
    assert ours == bare == floor, (ours, bare, floor)


def pgbench(url: str, script: Path, base: int, *, clients: int = CLIENTS, each: int = FLOOR_EACH) -> float:
    """Transactions per second, prepared, each client on a connection of its own."""
    held = make_url(url)
    command = [
        *(str(wheel_folder() / "bin/pgbench"), "-n", "-M", "prepared", "-f", str(script)),
        *("-c", str(clients), "-j", str(min(2, clients)), "-t", str(each)),
        *("-D", "i=0", "-D", f"base={base}"),
        *("-h", str(held.query["host"]), "-U", "postgres", str(held.database)),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)  # noqa: S603
    found = re.search(r"tps = ([\d.]+)", ended.stdout)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert found, ended.stdout + ended.stderr
    return float(found[1])
