"""What must hold at every point of the grid, as checks that name the property they break."""

from collections import Counter
from collections.abc import Iterator

from clinic.triage.rules.axes import by_time, by_treatment
from clinic.triage.rules.case import Case
from clinic.triage.rules.checks import side_flags
from clinic.triage.rules.codes import ListState, Trend
from clinic.triage.rules.details import details_of, flags_of
from clinic.triage.rules.phases import decide
from tests.triage.grid import ELAPSED, PGIC, SETTINGS, Point, facts_of, look, lower, points, seen

Broken = Iterator[str]


def _flags(case: Case) -> tuple[str, ...]:
    details = details_of(case, by_time(case), by_treatment(case))
    return flags_of(case, side_flags(case.facts, case.settings), details)


def total(point: Point, case: Case) -> Broken:
    """Q1: an outcome always; no phase comes with a reason and a flag."""
    reason = case.stop.reason if case.stop else None
    if bool(case.phases) == bool(reason) or (not case.phases and not _flags(case)):
        yield "Q1"
    if case.phases and sorted(case.phases) not in ([1], [2], [3], [1, 2], [2, 3]):
        yield "Q1"


def response_is_monotone(point: Point, case: Case) -> Broken:
    """Q2: a worse overall answer never gives a lower set."""
    if point.pgic is None:
        return
    here = seen(case)
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


def treatment_is_monotone(point: Point, case: Case) -> Broken:
    """Q3: one more adequate treatment without benefit never gives a lower set."""
    if point.pgic is not None and point.pgic < 3:
        return
    own = 4 if point.pgic is None else None
    here = look(point, own).before
    for more in _added(point):
        if lower(here, look(more, own).before):
            yield "Q3"


def time_is_monotone(point: Point, case: Case) -> Broken:
    """Q4: an earlier onset never gives a lower set."""
    here = seen(case)
    if point.elapsed is None or not here.before:
        return
    for elapsed in ELAPSED[ELAPSED.index(point.elapsed) + 1 : -1]:
        later = look(point._replace(elapsed=elapsed))
        if later.before:
            if lower(here.before, later.before):
                yield "Q4"
            return


def unknown_is_not_lowest(point: Point, case: Case) -> Broken:
    """Q5: neither an unknown onset nor an unknown response is read as the lowest."""
    flags = _flags(case)
    if point.elapsed is None and (case.phases == {1} or "incomplete_data" not in flags):
        yield "Q5"
    if point.pgic is None and case.phases == {1} and "incomplete_data" not in flags:
        others = [look(point._replace(pgic=pgic)).phases for pgic in PGIC if pgic]
        if any(phases != {1} for phases in others) and case.readings[0].response.unknown:
            yield "Q5"


def two_phases_need_judgement(point: Point, case: Case) -> Broken:
    """Q8."""
    if len(case.phases) == 2 and "needs_clinician_judgement" not in _flags(case):
        yield "Q8"


def three_needs_grounds(point: Point, case: Case) -> Broken:
    """Q11: Three alone is never said without care, diagnosis and a poor response."""
    if case.phases != {3}:
        return
    little = any("full" not in each.ladder.care for each in case.looks)
    good = any(reading.response.surely_good for reading in case.readings)
    listed = case.facts.treatment_list is ListState.COMPLETE
    if not point.confirmed or (not point.advanced and ((listed and little) or good)):
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
    case = decide(facts_of(point), SETTINGS)
    return Counter(name for check in CHECKS for name in check(point, case))


def broken_in(part: tuple[Trend, bool, bool]) -> tuple[int, Counter[str]]:
    """How many points a part of the grid has, and the properties that they break."""
    look.cache_clear()
    count, broken = 0, Counter[str]()
    for point in points(part):
        count += 1
        broken.update(broken_at(point))
    return count, broken
