"""Unknown and conflicting answers, each set to what it could be (triage rules, section 12)."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

from clinic.kernel.calendar import add_months
from clinic.triage.rules import wording
from clinic.triage.rules.case import Case
from clinic.triage.rules.changes import (
    PGIC_TRIED,
    Change,
    in_order,
    pgic_text,
    with_every_pgic,
    with_treatment,
)
from clinic.triage.rules.codes import Answer, Basis, Diagnosis, ListState, Precision, Status, Trend
from clinic.triage.rules.dates import band_of
from clinic.triage.rules.facts import DateAnswer, Facts, SymptomGroups
from clinic.triage.rules.table import BANDS
from clinic.triage.rules.trials import counted_treatments


def _example_days(case: Case) -> Iterator[tuple[str, date]]:
    """A day for each possible band, away from the edges and inside what is known of the onset."""
    reference, interval = case.facts.reference_date, case.interval
    clear = timedelta(days=case.settings.edge_days + 3)
    longest = max((one.given.length or 0 for one in in_order(case)), default=0)
    starts = [add_months(reference, -months) + clear for months in (3, 6, 12)]
    starts.append(min(add_months(reference, -18), reference - timedelta(weeks=longest)))
    for band, day in zip(BANDS, starts, strict=True):
        inside = max(day, interval.earliest or day)
        inside = min(inside, interval.latest or inside)
        possible = case.timing is None or band in case.timing.bands
        if possible and BANDS[band_of(inside, reference)] == band:
            yield band, inside


def plain_date(answer: DateAnswer) -> dict[str, Any]:
    """A date as it stands in FACTS."""
    limits = {name: getattr(answer, name) for name in ("earliest", "latest")}
    days = {name: None if day is None else day.isoformat() for name, day in limits.items()}
    return {
        "precision": answer.precision.value,
        "value": answer.value,
        **days,
        "basis": answer.basis.value,
    }


def _dated(case: Case, onset: DateAnswer) -> Facts:
    if case.recurrence:
        return replace(case.facts, current_episode_onset=onset)
    return replace(case.facts, onset=onset)


def onsets(case: Case, kind: str) -> Iterator[Change]:
    """The onset that counts, in each band that it may lie in."""
    field = "current_episode_onset" if case.recurrence else "onset"
    before: DateAnswer = getattr(case.facts, field)
    what = "the current episode" if case.recurrence else "first symptoms"
    for band, day in _example_days(case):
        after = DateAnswer(Precision.DAY, day.isoformat(), basis=Basis.SYMPTOMS, first=day, last=day)
        changed = _dated(case, after)
        text = f"If {what} began {wording.BANDS[band]} ago, for example on {wording.day(day)}."
        yield Change(kind, field, plain_date(before), plain_date(after), changed, text)


def _imprecise(case: Case) -> bool:
    if case.timing is None:
        return False
    undated = case.recurrence and not case.facts.current_episode_onset.known
    return undated or not case.onset_known or len(case.timing.core) > 1


def _lists(case: Case) -> Iterator[Change]:
    facts = case.facts
    if facts.treatment_list is not ListState.COMPLETE:
        changed = replace(facts, treatment_list=ListState.COMPLETE)
        before = facts.treatment_list.value
        yield Change(
            "missing", "treatment_list", before, "complete", changed, "If the list of treatments is complete."
        )


def _lengths(case: Case) -> Iterator[Change]:
    settings = case.settings
    values = {"a short time": settings.p1_min_weeks - 1, "long enough": settings.p1_firm_weeks}
    for one in in_order(case):
        if one.given.length is not None or one.is_procedure or one.is_advanced:
            continue
        for word, weeks in values.items():
            changed = with_treatment(case.facts, one.index, weeks=weeks)
            text = f"If it was tried {word} ({wording.weeks(weeks)}): {one.item.name}."
            yield Change("missing", one.path("weeks"), None, weeks, changed, text)


def _response(case: Case) -> Iterator[Change]:
    silent = any(reading.treated and reading.response.source is None for reading in case.readings)
    for pgic in PGIC_TRIED if silent else ():
        changed = replace(case.facts, overall_pgic=pgic)
        yield Change("missing", "overall_pgic", None, pgic, changed, pgic_text("overall_pgic", pgic))


def _statuses(case: Case) -> Iterator[Change]:
    words = {Status.PAST: "was had", Status.DECLINED: "was not had"}
    for one in in_order(case):
        for status, word in words.items() if one.given.status is Status.UNSURE else ():
            changed = with_treatment(case.facts, one.index, status=status)
            text = f"If it {word}: {one.item.name}."
            yield Change("missing", one.path("status"), "unsure", status.value, changed, text)


def _groups(case: Case) -> Iterator[Change]:
    facts = case.facts
    for one in fields(SymptomGroups) if facts.diagnosis_status is Diagnosis.NOT_DIAGNOSED else ():
        if getattr(facts.symptom_groups, one.name) is Answer.UNKNOWN:
            changed = replace(facts, symptom_groups=replace(facts.symptom_groups, **{one.name: Answer.YES}))
            text = f"If symptoms of this group were reported: {one.name.replace('_', ' and ')}."
            yield Change("missing", f"symptom_groups.{one.name}", "unknown", "yes", changed, text)


def missing(case: Case) -> Iterator[Change]:
    """Every unknown answer that may matter, set to each possible value."""
    if _imprecise(case):
        yield from onsets(case, "missing")
    for part in (_lists, _lengths, _response, _statuses, _groups):
        yield from part(case)


def _two_lists(facts: Facts) -> Iterator[Change]:
    text = "If the listed treatments are right and the box 'nothing tried' is not."
    yield Change("conflict", "nothing_tried", "yes", "no", replace(facts, nothing_tried=Answer.NO), text)
    empty = replace(facts, treatments=(), treatment_list=ListState.COMPLETE)
    before = [given.slug for given in facts.treatments]
    text = "If nothing has been tried, and the listed treatments are not right."
    yield Change("conflict", "treatments", before, [], empty, text)


def _two_responses(case: Case) -> Iterator[Change]:
    facts, response = case.facts, case.readings[0].response
    if response.rule == "RS6":
        text = "If the overall change is left aside."
        changed = replace(facts, overall_pgic=None)
        yield Change("conflict", "overall_pgic", facts.overall_pgic, None, changed, text)
        text = "If the change with each treatment is left aside."
        yield Change("conflict", "treatments[*].pgic", None, None, with_every_pgic(facts, None), text)
        return
    before, text = facts.trend.value, f"If the trend '{facts.trend.value}' is left aside."
    yield Change("conflict", "trend", before, "unknown", replace(facts, trend=Trend.UNKNOWN), text)
    pgic = 6 if facts.trend is Trend.WORSENING else 3
    if response.source == "overall":
        changed = replace(facts, overall_pgic=pgic)
        yield Change(
            "conflict",
            "overall_pgic",
            facts.overall_pgic,
            pgic,
            changed,
            pgic_text("overall_pgic", pgic),
        )
    else:
        path = "treatments[*].pgic"
        yield Change("conflict", path, None, pgic, with_every_pgic(facts, pgic), pgic_text(path, pgic))


def _impossible_dates(case: Case) -> Iterator[Change]:
    facts = case.facts
    if case.stop and case.stop.rule == "VD3" and facts.date_of_birth is not None:
        before, changed = facts.date_of_birth.isoformat(), replace(facts, date_of_birth=None)
        yield Change("conflict", "date_of_birth", before, None, changed, "If the date of birth is not right.")
    if case.stop and case.stop.rule == "VD4":
        for one in counted_treatments(facts.treatments, case.settings):
            changed = with_treatment(facts, one.index, for_crps=Answer.NO)
            text = f"If it was for another condition or an earlier time: {one.item.name}."
            yield Change("conflict", one.path("for_crps"), one.given.for_crps.value, "no", changed, text)
    yield from onsets(case, "conflict")


def conflicts(case: Case) -> Iterator[Change]:
    """Each reading of answers that contradict each other, alone."""
    if case.stop and case.stop.reason == "check_dates":
        yield from _impossible_dates(case)
    if case.two_lists:
        yield from _two_lists(case.facts)
    if case.conflict:
        yield from _two_responses(case)
