"""The coarse grid of answers over which the properties hold (triage rules, section 15)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import product
from typing import NamedTuple

from clinic.triage.rules.axes import by_time, by_treatment
from clinic.triage.rules.case import Case
from clinic.triage.rules.checks import side_flags
from clinic.triage.rules.codes import Basis, Diagnosis, ListState, Precision, Status, Trend
from clinic.triage.rules.details import details_of, flags_of
from clinic.triage.rules.facts import DateAnswer, Facts, Treatment
from clinic.triage.rules.phases import ALL, decide
from clinic.triage.rules.settings import RuleSettings

REFERENCE = date(2026, 3, 31)
SETTINGS = RuleSettings()
ELAPSED: tuple[int | None, ...] = (
    *(0, 10, 21, 35, 50, 70, 88, 91, 100, 130, 170, 176, 181, 184, 200, 270, 330, 360, 364, 366, 380),
    *(500, 900, None),
)
UNKNOWN = -1
WEEKS: tuple[int | None, ...] = (None, 2, 5, 8, UNKNOWN)
GROUPS = ("-", "1 short", "1 long", "1 unknown", "2 short", "2 long", "2 unknown", "block")
PGIC: tuple[int | None, ...] = (None, 1, 3, 4, 6)
TRENDS = tuple(Trend)
LENGTHS = {"short": 5, "long": 14, "unknown": None}


class Point(NamedTuple):
    """One combination; medicine and pt in weeks, None for none and UNKNOWN for an unknown length."""

    elapsed: int | None
    medicine: int | None
    pt: int | None
    groups: str
    advanced: bool
    pgic: int | None
    trend: Trend
    complete: bool
    confirmed: bool


AXES = (ELAPSED, WEEKS, WEEKS, GROUPS, (False, True), PGIC, TRENDS, (True, False), (True, False))
SIZE = 1
for _axis in AXES:
    SIZE *= len(_axis)


def slices() -> list[tuple[Trend, bool, bool]]:
    """The grid in parts: no property compares two of them."""
    return list(product(TRENDS, (True, False), (True, False)))


def points(part: tuple[Trend, bool, bool]) -> Iterator[Point]:
    """Every combination of one part."""
    return (Point._make((*rest, *part)) for rest in product(*AXES[:6]))


def _treatments(point: Point) -> Iterator[Treatment]:
    for slug, weeks in (("gabapentin", point.medicine), ("pt", point.pt)):
        if weeks is not None:
            yield Treatment(slug, Status.PAST, weeks=None if weeks == UNKNOWN else weeks)
    if point.groups == "block":
        yield Treatment("nerve_block_unspecified", Status.PAST)
    elif point.groups != "-":
        count, length = point.groups.split(" ")
        for slug in ("topical", "cbt")[: int(count)]:
            yield Treatment(slug, Status.PAST, weeks=LENGTHS[length])
    if point.advanced:
        yield Treatment("scs", Status.PAST, weeks=1)


def onset_on(day: date) -> DateAnswer:
    """An onset known to the day."""
    return DateAnswer(Precision.DAY, day.isoformat(), basis=Basis.SYMPTOMS, first=day, last=day)


@cache
def _onset(elapsed: int | None) -> DateAnswer:
    return DateAnswer() if elapsed is None else onset_on(REFERENCE - timedelta(days=elapsed))


def facts_of(point: Point) -> Facts:
    """The facts of one point."""
    return Facts(
        reference_date=REFERENCE,
        date_of_birth=date(1979, 5, 2),
        diagnosis_status=Diagnosis.CONFIRMED if point.confirmed else Diagnosis.SUSPECTED,
        onset=_onset(point.elapsed),
        overall_pgic=point.pgic,
        trend=point.trend,
        treatment_list=ListState.COMPLETE if point.complete else ListState.INCOMPLETE,
        treatments=tuple(_treatments(point)),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What the properties compare; `before` is the set before PD15, empty when it does not compare (Q14).

    `flags` are left empty where no property asks for them: one phase, and nothing unknown.
    """

    before: frozenset[int]
    phases: frozenset[int]
    reason: str | None
    flags: frozenset[str]
    conflict: bool
    response_unknown: bool
    surely_good: bool
    never_full: bool


def _flags(case: Case) -> frozenset[str]:
    details = details_of(case, by_time(case), by_treatment(case))
    return frozenset(flags_of(case, side_flags(case.facts, case.settings), details))


def seen(case: Case) -> Seen:
    """The comparable part of a case."""
    unknown = any(reading.response.unknown for reading in case.readings)
    asked = len(case.phases) != 1 or unknown or not case.onset_known
    return Seen(
        before=ALL if case.stop and case.stop.rule == "PD15" else case.phases,
        phases=case.phases,
        reason=case.stop.reason if case.stop else None,
        flags=_flags(case) if asked else frozenset(),
        conflict=case.conflict,
        response_unknown=unknown,
        surely_good=any(reading.response.surely_good for reading in case.readings),
        never_full=any("full" not in each.ladder.care for each in case.looks),
    )


def facts_scored(point: Point, pgic: int | None) -> Facts:
    """The facts of a point, with one PGIC for every treatment unless that is None."""
    facts = facts_of(point)
    if pgic is None:
        return facts
    return replace(facts, treatments=tuple(replace(one, pgic=pgic) for one in facts.treatments))


@cache
def look(point: Point, pgic: int | None = None) -> Seen:
    """What a point gives; kept, because many properties compare it."""
    return seen(decide(facts_scored(point, pgic), SETTINGS))


def lower(one: frozenset[int], other: frozenset[int]) -> bool:
    """Is the second set lower than the first somewhere (section 2)? Sets of no phase do not compare."""
    return bool(one and other) and (min(other) < min(one) or max(other) < max(one))
