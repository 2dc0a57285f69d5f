"""Goal 13: how long the unluckiest bookings on SQLite take, when sixteen connections write at once."""

import statistics
from collections.abc import Iterator
from pathlib import Path

from bench.house import DESKS, House
from bench.timing import ROUNDS, Ratio, bounded, percentile
from bench.web import Desk, desks_of, served, together

CONNECTIONS, EACH = 16, 8


def tail_lines(held: House, folder: Path) -> Iterator[str]:
    """Sixteen connections to the server of production; then one worker and database connection each."""
    for workers, what in ((2, "16 connections"), (CONNECTIONS, "16 connections, 16 writing processes")):
        with served(held.environment(), folder, workers=workers) as port:
            desks = desks_of(held, port) * (CONNECTIONS // DESKS)
            p99, median = _tail(held, desks)
        yield Ratio(13, f"SQLite: p99 of a booking over its median, {what}", p99, median, 10, 4).line()


def _tail(held: House, desks: list[Desk]) -> tuple[float, float]:
    """Medians over the rounds of p99 and of the median, in milliseconds."""
    sides: tuple[list[float], list[float]] = ([], [])
    for number in bounded(ROUNDS + 1):
        work = [
            [
                desk.booking(next(held.waiting), next(held.slots), f"tail {desks[0].port} {number} {n} {m}")
                for m in range(EACH)
            ]
            for n, desk in enumerate(desks)
        ]
        answers, _ = together(desks[0].port, work)
        statuses = {status for one in answers for status, _ in one}
        assert statuses == {302}, statuses
        seconds = [taken for one in answers for _, taken in one]
        if number:  # the first one warms the workers up
            sides[0].append(percentile(seconds, 0.99) * 1000)
            sides[1].append(statistics.median(seconds) * 1000)
    return statistics.median(sides[0]), statistics.median(sides[1])
