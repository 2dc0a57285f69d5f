"""Flags and details: what staff are told beside the phases (triage rules, sections 9.1 and 9.2)."""

from collections.abc import Iterator, Mapping

from clinic.triage.rules.case import Case, Look
from clinic.triage.rules.codes import (
    NO_ACCESS,
    NOT_TOLERATED,
    Adherence,
    Answer,
    Basis,
    Diagnosis,
    Status,
    Trend,
)

Found = Iterator[tuple[str, bool]]


def _reported(case: Case) -> Found:
    """Details of the answers as such, whether or not a phase was looked up."""
    facts, counts = case.facts, case.settings.counts
    listed = facts.treatments
    yield "DX_UNCONFIRMED", facts.diagnosis_status is not Diagnosis.CONFIRMED
    yield "SPREAD", facts.spread is Answer.YES
    yield "NOT_COUNTED", any(not counts[one.slug] for one in listed)
    yield "NOT_TOLERATED", any(one.stop_reason in NOT_TOLERATED for one in listed)
    yield (
        "ACCESS_BARRIER",
        any(one.stop_reason in NO_ACCESS or one.status is Status.NOT_OFFERED for one in listed),
    )
    yield "LOW_ADHERENCE", any(one.adherence in (Adherence.SOME, Adherence.RARELY) for one in listed)
    yield "RECURRENCE", case.recurrence
    yield "ONSET_UNKNOWN", not case.onset_known


def _timed(case: Case) -> Found:
    """Details of the onset and the list, once the checks are passed."""
    if case.timing is None:
        return
    facts, given = case.facts, case.readings[0]
    guessed = facts.onset.basis in (Basis.INJURY, Basis.DIAGNOSIS)
    yield "ONSET_APPROX", guessed or (case.onset_known and len(case.timing.core) > 1)
    yield "BOUNDARY", bool(case.timing.added)
    yield "UNTREATED", any(reading.complete and not reading.treated for reading in case.readings)
    yield "REHAB_FLARE", any(one.given.flare is Answer.YES for one in given.counted)
    yield "P3_PRIOR", case.advanced
    yield (
        "P3_UNSURE",
        any(one.is_advanced and one.given.status is Status.UNSURE for one in given.counted),
    )


def _gap_two(look: Look, case: Case) -> bool:
    full = look.ladder.surely_full and look.ladder.groups_low < case.settings.p2_groups_min
    return look.band == "D" and full and not case.advanced and not look.reading.response.surely_good


def _evaluated(case: Case) -> Found:
    """Details of the cells that were looked up."""
    looks, facts = case.looks, case.facts
    if not looks:
        return
    known = [look for look in looks if case.onset_known]
    later = [look for look in known if look.band in ("C", "D")]
    yield "CHECK_DATES", case.advanced and any(look.band == "A" for look in known)
    yield "TREATMENT_UNKNOWN", any(look.row_u for look in looks)
    yield "RESPONSE_MISSING", any(look.response_missing for look in looks)
    yield "BORDERLINE_TRIAL", any("full" in look.ladder.care and look.ladder.borderline for look in looks)
    yield "GAP_P1", any(look.band != "A" and not look.ladder.may_be_full for look in known)
    yield "GAP_P2", any(_gap_two(look, case) for look in known)
    yield "WORSENING", any(reading.response.worse for reading in case.readings)
    untreated = not any(reading.treated or reading.advanced for reading in case.readings)
    yield "WORSENING_UNTREATED", facts.trend is Trend.WORSENING and untreated
    yield "RESPONDING", bool(later) and all(reading.response.improving for reading in case.readings)
    yield (
        "ADVANCED_OPTIONS_INFO",
        any(look.band == "C" for look in later) and not surely_good(case),
    )


def surely_good(case: Case) -> bool:
    """Is the response good, whatever the unknown answers are?"""
    return all(reading.response.surely_good for reading in case.readings)


def details_of(case: Case, by_time: tuple[int, ...], by_treatment: tuple[int, ...]) -> tuple[str, ...]:
    """Every detail that holds, sorted."""
    found = {name for part in (_reported, _timed, _evaluated) for name, holds in part(case) if holds}
    found |= set(case.stop.details if case.stop else ())
    if by_time and by_treatment and max(by_treatment) > max(by_time):
        found.add("EARLY_ADVANCE")
    return tuple(sorted(found))


def _undetermined(look: Look) -> bool:
    """TL3: does an unknown component of Phase One care leave more than one value?"""
    unknown = Answer.UNKNOWN in (look.ladder.medicine, look.ladder.rehabilitation)
    return unknown and not look.reading.advanced


def _incomplete(case: Case, details: tuple[str, ...]) -> bool:
    facts = case.facts
    if facts.diagnosis_status is Diagnosis.UNKNOWN or {"P3_UNSURE", "ONSET_UNKNOWN"} & set(details):
        return True
    if case.recurrence and not facts.current_episode_onset.known:
        return True
    if case.timing is not None and len(case.timing.core) > 1:
        return True
    return any(look.row_u or look.response_missing or _undetermined(look) for look in case.looks)


def _judgement(case: Case) -> bool:
    doubted = case.recurrence or case.conflict or case.two_lists or len(case.phases) == 2
    return doubted or any(look.row_u and look.band != "A" for look in case.looks)


def flags_of(case: Case, side: Mapping[str, str], details: tuple[str, ...]) -> tuple[str, ...]:
    """Every flag that holds, sorted."""
    found = set(side) | set(case.stop.flags if case.stop else ())
    undiagnosed = case.facts.diagnosis_status is Diagnosis.NOT_DIAGNOSED
    if undiagnosed and not (case.stop and case.stop.rule == "GT2"):  # GT3
        found |= {"not_crps", "incomplete_data", "needs_clinician_judgement"}
    if _incomplete(case, details):
        found.add("incomplete_data")
    if _judgement(case):
        found.add("needs_clinician_judgement")
    if case.conflict or case.two_lists:
        found.add("contradictory_data")
    return tuple(sorted(found))
