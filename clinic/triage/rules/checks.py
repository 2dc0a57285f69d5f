"""Gates, impossible dates, remission and recurrence, before any phase is looked up (rules, 5.1 to 5.3)."""

from dataclasses import dataclass
from datetime import date

from clinic.kernel.calendar import add_months
from clinic.triage.rules.codes import (
    KETAMINE_PRECAUTIONS,
    PROCEDURE_PRECAUTIONS,
    Answer,
    Basis,
    Diagnosis,
    Episode,
    KetamineAnswer,
    StopReason,
    Tier,
    Trend,
)
from clinic.triage.rules.dates import Interval
from clinic.triage.rules.facts import DateAnswer, Facts
from clinic.triage.rules.settings import RuleSettings
from clinic.triage.rules.trials import Counted

URGENT = frozenset({Tier.T0, Tier.T0_S, Tier.T1})
RAISING = (KetamineAnswer.YES, KetamineAnswer.NOT_SURE)


@dataclass(frozen=True, slots=True)
class Stop:
    """No phase, for this rule and this reason."""

    rule: str
    reason: str
    flags: tuple[str, ...]
    details: tuple[str, ...] = ()


def open_tiers(facts: Facts) -> set[Tier]:
    """The tiers of the open red flags."""
    return {flag.tier for flag in facts.red_flags if flag.is_open}


def has_open(facts: Facts, code: str) -> bool:
    """Is this red flag open?"""
    return any(flag.code == code and flag.is_open for flag in facts.red_flags)


def _is_minor(facts: Facts, settings: RuleSettings) -> bool:
    born = facts.date_of_birth
    return born is not None and add_months(born, 12 * settings.adult_age) > facts.reference_date


def side_flags(facts: Facts, settings: RuleSettings) -> dict[str, str]:
    """The flags that never depend on a gate, each with its rule (SF1 to SF4)."""
    raised = {code for code, answer in facts.ketamine_answers.items() if answer in RAISING}
    found = {
        "urgent_safety": ("SF1", bool(open_tiers(facts) & URGENT)),
        "ketamine_precaution": ("SF2", bool(raised & KETAMINE_PRECAUTIONS)),
        "advanced_therapy_precaution": ("SF3", bool(raised & PROCEDURE_PRECAUTIONS or facts.implants)),
        "minor": ("SF4", _is_minor(facts, settings)),
    }
    return {flag: rule for flag, (rule, holds) in found.items() if holds}


def gate(facts: Facts, settings: RuleSettings) -> Stop | None:
    """Is there a CRPS question to answer (GT1, GT2, GT4)?"""
    status = facts.diagnosis_status
    if status is Diagnosis.OTHER:
        return Stop("GT1", "not_crps", ("not_crps",))
    groups = facts.symptom_groups.reported()
    if status is Diagnosis.NOT_DIAGNOSED and groups < settings.not_diagnosed_min_groups:
        return Stop("GT2", "not_established", ("not_crps", "incomplete_data"))
    if has_open(facts, "RF-WOUND-DEAD") and status is not Diagnosis.CONFIRMED:
        return Stop("GT4", "dead_tissue_first", ("not_crps", "needs_clinician_judgement"))
    return None


def impossible(onset: DateAnswer, facts: Facts) -> str | None:
    """Which of VD1 to VD3 a date breaks, as given."""
    if onset.first is not None and onset.first > facts.reference_date:
        return "VD1"
    if onset.first is not None and onset.last is not None and onset.first > onset.last:
        return "VD2"
    born = facts.date_of_birth
    return "VD3" if born is not None and onset.last is not None and onset.last < born else None


def check_dates(rule: str) -> Stop:
    """The stop for dates that cannot be (VD1 to VD4)."""
    flags = ("contradictory_data", "incomplete_data", "needs_clinician_judgement")
    return Stop(rule, "check_dates", flags, ("CHECK_DATES",))


def remission(facts: Facts) -> Stop | None:
    """VD7: no symptoms now, so no phase is stated."""
    if facts.trend is not Trend.REMISSION and facts.symptoms_now is not Answer.NO:
        return None
    unconfirmed = () if facts.diagnosis_status is Diagnosis.CONFIRMED else ("not_crps",)
    return Stop("VD7", "remission", ("needs_clinician_judgement", *unconfirmed), ("REMISSION",))


def is_recurrence(facts: Facts, settings: RuleSettings) -> bool:
    """VD8: a relapse, or a symptom-free gap long enough to be one."""
    gap = facts.symptom_free_months
    return facts.trend is Trend.RELAPSED or (gap is not None and gap >= settings.recurrence_gap_months)


def _span(onset: DateAnswer) -> Interval:
    if onset.basis is Basis.DIAGNOSIS:
        return Interval(None, onset.last)  # VD6: symptoms began before the diagnosis
    return Interval(onset.first, onset.last)


def _after_gap(onset: Interval, facts: Facts) -> date | None:
    gap = facts.symptom_free_months
    if gap is None or onset.earliest is None:
        return None
    again = add_months(onset.earliest, int(gap))
    return again if again <= facts.reference_date else None


def clock(facts: Facts, recurrence: bool) -> Interval:
    """The interval of the onset that counts, cut off at the reference date (VD5, VD6, VD9)."""
    onset = _span(facts.onset)
    if recurrence and facts.current_episode_onset.known:
        onset = _span(facts.current_episode_onset)
    elif recurrence and (again := _after_gap(onset, facts)) is not None:
        onset = Interval(again, facts.reference_date)
    return onset.until(facts.reference_date) if onset.known else onset


def _of_earlier_episode(one: Counted) -> bool:
    """Did it belong to, or end, the earlier episode?"""
    given = one.given
    ended_it = given.stop_reason is StopReason.FINISHED_COURSE and given.pgic in (1, 2)
    return given.episode is Episode.PREVIOUS or (given.episode is Episode.UNKNOWN and ended_it)


def of_this_episode(counted: tuple[Counted, ...]) -> tuple[Counted, ...]:
    """The treatments that belong to the current episode; advanced ones are never ignored (VD10)."""
    return tuple(one for one in counted if one.is_advanced or not _of_earlier_episode(one))


def longest_weeks(counted: tuple[Counted, ...], recurrence: bool) -> float:
    """The length in weeks of the longest treatment of this episode; 0 without one (VD4, DT8)."""
    lengths = (one.given.length for one in counted if not (recurrence and _of_earlier_episode(one)))
    return max((weeks for weeks in lengths if weeks is not None), default=0)


def overruns(weeks: float, interval: Interval, reference: date, settings: RuleSettings) -> bool:
    """VD4: is the longest treatment older than the episode can be?"""
    days = interval.longest(reference)
    return days is not None and weeks * 7 > days + settings.overrun_weeks * 7
