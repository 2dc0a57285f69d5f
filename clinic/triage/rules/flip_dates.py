"""The days on which the phases may change while every answer stays (rules, section 12, kind `date`)."""

import math
from collections.abc import Iterator
from datetime import date, timedelta

from clinic.kernel.calendar import add_months, completed_months
from clinic.triage.rules import wording
from clinic.triage.rules.case import Case
from clinic.triage.rules.facts import Facts
from clinic.triage.rules.settings import BAND_EDGES_MONTHS, RuleSettings
from clinic.triage.rules.trials import counted_treatments

FARTHEST_DAYS = 800


def _anchors(facts: Facts) -> Iterator[date]:
    """Every day that an elapsed time may be counted from."""
    for answer in (facts.onset, facts.current_episode_onset):
        yield from (day for day in (answer.first, answer.last) if day is not None)
    if facts.onset.first is not None and facts.symptom_free_months is not None:
        yield add_months(facts.onset.first, int(facts.symptom_free_months))


def _from_anchor(anchor: date, lengths: set[float], settings: RuleSettings) -> Iterator[date]:
    yield anchor
    yield anchor + timedelta(weeks=settings.p1_min_weeks)  # AT1, AT5
    for weeks in lengths:  # VD4, when a gap moves the onset
        yield anchor + timedelta(days=max(0, math.ceil(weeks * 7) - settings.overrun_weeks * 7))
    for months in BAND_EDGES_MONTHS:  # DT3, DT5, DT6, DT7
        edge = add_months(anchor, months)
        yield from (edge - timedelta(days=settings.edge_days), edge, edge + timedelta(days=1))


def turning_days(facts: Facts, settings: RuleSettings) -> list[date]:
    """The later days, in order, on which the phases can differ from the day before."""
    gap = facts.symptom_free_months is not None
    counted = counted_treatments(facts.treatments, settings) if gap else ()
    lengths = {one.given.length for one in counted if one.given.length is not None}
    found = {day for anchor in _anchors(facts) for day in _from_anchor(anchor, lengths, settings)}
    last = facts.reference_date + timedelta(days=FARTHEST_DAYS)
    return sorted(day for day in found if facts.reference_date < day <= last)


def elapsed(case: Case) -> str:
    """Completed months since the onset, as a range when the onset is one; empty when it is open."""
    earliest, latest = case.interval.earliest, case.interval.latest
    if earliest is None or latest is None:
        return ""
    reference = case.facts.reference_date
    most, least = completed_months(earliest, reference), completed_months(latest, reference)
    unit = "month" if most == 1 else "months"
    return f"{most} {unit}" if most == least else f"{least} to {most} months"


def date_text(case: Case) -> str:
    """The flip in words."""
    months = elapsed(case)
    return f"If the answers stay the same on {wording.day(case.facts.reference_date)}" + (
        f" ({months})." if months else "."
    )
