"""What must hold at every point of the grid, as checks that name the property they break."""

from collections import Counter
from collections.abc import Iterator

from clinic.triage.rules.codes import Trend
from tests.triage.grid import ELAPSED, PGIC, Point, look, lower, points

Broken = Iterator[str]
SETS = ({1}, {2}, {3}, {1, 2}, {2, 3})


def total(point: Point) -> Broken:
    """Q1: an outcome always; no phase comes with a reason and a flag."""
    here = look(point)
    if here.phases:
        if here.phases not in SETS or here.reason:
            yield "Q1"
    elif not here.reason or not here.flags:
        yield "Q1"


def response_is_monotone(point: Point) -> Broken:
    """Q2: a worse overall answer never gives a lower set."""
    if point.pgic is None:
        return
    here = look(point)
    for pgic in PGIC:
        if pgic is not None and pgic > point.pgic:
            worse = look(point._replace(pgic=pgic))
            if not (here.conflict or worse.conflict) and lower(here.before, worse.before):
                yield "Q2"


def _added(point: Point) -> Iterator[Point]:
    if point.medicine is None:
        yield from (point._replace(medicine=weeks) for weeks in (5, 8))
    if point.pt is None:
        yield from (point._replace(pt=weeks) for weeks in (5, 8))
    if point.groups == "-":
        yield from (point._replace(groups=groups) for groups in ("1 short", "1 long", "2 short", "2 long"))
    if not point.advanced:
        yield point._replace(advanced=True)


def treatment_is_monotone(point: Point) -> Broken:
    """Q3: one more adequate treatment without benefit never gives a lower set."""
    if point.pgic is not None and point.pgic < 3:
        return
    own = 4 if point.pgic is None else None
    here = look(point, own).before
    for more in _added(point):
        if lower(here, look(more, own).before):
            yield "Q3"


def time_is_monotone(point: Point) -> Broken:
    """Q4: an earlier onset never gives a lower set."""
    here = look(point)
    if point.elapsed is None or not here.before:
        return
    for elapsed in ELAPSED[ELAPSED.index(point.elapsed) + 1 : -1]:
        later = look(point._replace(elapsed=elapsed))
        if later.before:
            if lower(here.before, later.before):
                yield "Q4"
            return


def unknown_is_not_lowest(point: Point) -> Broken:
    """Q5: neither an unknown onset nor an unknown response is read as the lowest."""
    here = look(point)
    incomplete = "incomplete_data" in here.flags
    if point.elapsed is None and (here.phases == {1} or not incomplete):
        yield "Q5"
    if here.response_unknown and here.phases == {1} and not incomplete:
        others = [look(point._replace(pgic=pgic)).phases for pgic in PGIC if pgic is not None]
        if any(phases != {1} for phases in others):
            yield "Q5"


def two_phases_need_judgement(point: Point) -> Broken:
    """Q8."""
    here = look(point)
    if len(here.phases) == 2 and "needs_clinician_judgement" not in here.flags:
        yield "Q8"


def three_needs_grounds(point: Point) -> Broken:
    """Q11: Three alone is never said without care, diagnosis and a poor response."""
    here = look(point)
    if here.phases != {3}:
        return
    groundless = (point.complete and here.never_full) or here.surely_good
    if not point.confirmed or (not point.advanced and groundless):
        yield "Q11"


CHECKS = (
    total,
    response_is_monotone,
    treatment_is_monotone,
    time_is_monotone,
    unknown_is_not_lowest,
    two_phases_need_judgement,
    three_needs_grounds,
)


def broken_at(point: Point) -> Counter[str]:
    """The properties that a point breaks."""
    return Counter(name for check in CHECKS for name in check(point))


def broken_in(part: tuple[Trend, bool, bool]) -> tuple[int, Counter[str]]:
    """How many points a part of the grid has, and the properties that they break."""
    look.cache_clear()
    count, broken = 0, Counter[str]()
    for point in points(part):
        count += 1
        broken.update(broken_at(point))
    return count, broken
