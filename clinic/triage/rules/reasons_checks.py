"""Reasons from side flags, gates, validity and dates (rules SF, GT, VD, DT)."""

from collections.abc import Iterator

from clinic.triage.rules import checks, paths, wording
from clinic.triage.rules.case import Case
from clinic.triage.rules.codes import KETAMINE_PRECAUTIONS, PROCEDURE_PRECAUTIONS, Basis, Diagnosis, Trend
from clinic.triage.rules.flip_dates import elapsed
from clinic.triage.rules.outcome import Reason
from clinic.triage.rules.trials import counted_treatments

GATES = {
    "GT1": "A clinician says that the pain is explained by something else: no phase is stated.",
    "GT2": "Not diagnosed, and too few groups of symptoms reported ({groups} of 4): no phase is stated.",
    "GT4": "Blackened or dead skin is reported and the diagnosis is not confirmed: no phase is stated.",
    "VD1": "The onset lies after the reference date: no phase is stated.",
    "VD2": "The earliest possible onset lies after the latest: no phase is stated.",
    "VD3": "The onset lies before the date of birth: no phase is stated.",
    "VD4": "{weeks} of treatment is longer than the time since first symptoms: no phase is stated.",
    "VD7": "No CRPS symptoms now: no phase is stated.",
}


def _codes(case: Case) -> tuple[list[str], list[str]]:
    answers = case.facts.ketamine_answers
    raised = [code for code, answer in answers.items() if answer in checks.RAISING]
    return (
        [code for code in raised if code in KETAMINE_PRECAUTIONS],
        [code for code in raised if code in PROCEDURE_PRECAUTIONS],
    )


def side(case: Case) -> Iterator[Reason]:
    """Why a side flag is up."""
    facts = case.facts
    up = checks.side_flags(facts, case.settings)
    if "urgent_safety" in up:
        flags = [
            (index, flag)
            for index, flag in enumerate(facts.red_flags)
            if flag.is_open and flag.tier in checks.URGENT
        ]
        codes = ", ".join(sorted({f"{flag.code} ({flag.tier})" for _, flag in flags}))
        yield Reason("SF1", f"Open: {codes}.", tuple(f"red_flags[{index}].code" for index, _ in flags))
    ketamine, procedure = _codes(case)
    if ketamine:
        found = tuple(f"ketamine_answers.{code}" for code in ketamine)
        yield Reason("SF2", f"Points to discuss before ketamine: {', '.join(ketamine)}.", found)
    if "advanced_therapy_precaution" in up:
        implants = [(f"implants[{index}].kind", one.kind) for index, one in enumerate(facts.implants)]
        words = ", ".join([*procedure, *sorted({kind.value.replace("_", " ") for _, kind in implants})])
        found = (*(f"ketamine_answers.{code}" for code in procedure), *(path for path, _ in implants))
        yield Reason("SF3", f"Points to settle before a procedure: {words}.", found)
    if "minor" in up:
        text = f"Under {case.settings.adult_age} years on the reference date."
        yield Reason("SF4", text, ("date_of_birth", "reference_date"))


def _stop_paths(case: Case, rule: str) -> tuple[str, ...]:
    facts, when = case.facts, (paths.of_date("onset", case.facts.onset), "reference_date")
    groups = ("sensory", "vasomotor", "sudomotor_edema", "motor_trophic")
    dead = tuple(
        f"red_flags[{index}].code"
        for index, flag in enumerate(facts.red_flags)
        if flag.code == "RF-WOUND-DEAD" and flag.is_open
    )
    known = {
        "GT2": ("diagnosis_status", *(f"symptom_groups.{group}" for group in groups)),
        "GT4": ("diagnosis_status", *dead),
        "VD3": (when[0], "date_of_birth"),
        "VD4": (*paths.listed(facts, "weeks"), *paths.onset(case)),
        "VD7": ("trend", "symptoms_now"),
    }
    return known.get(rule, ("diagnosis_status",) if rule == "GT1" else when)


def checked(case: Case) -> Iterator[Reason]:
    """Gates and validity: what stopped the evaluation, or what it went on with."""
    facts, stop = case.facts, case.stop
    if stop and stop.rule in GATES:
        counted = counted_treatments(facts.treatments, case.settings)
        longest = wording.weeks(checks.longest_weeks(counted, case.recurrence))
        text = GATES[stop.rule].format(groups=facts.symptom_groups.reported(), weeks=longest)
        yield Reason(stop.rule, text, _stop_paths(case, stop.rule))
    gated = stop is not None and stop.rule in ("GT1", "GT2")
    if facts.diagnosis_status is Diagnosis.NOT_DIAGNOSED and not gated:
        count = facts.symptom_groups.reported()
        text = f"Not diagnosed, {count} of 4 groups of symptoms reported: a phase above Two is not stated."
        yield Reason("GT3", text, _stop_paths(case, "GT2"))
    if facts.diagnosis_status in (Diagnosis.SUSPECTED, Diagnosis.UNKNOWN):
        word = "suspected" if facts.diagnosis_status is Diagnosis.SUSPECTED else "not known"
        yield Reason("GT5", f"Diagnosis {word}: Three alone is not stated.", ("diagnosis_status",))
    if case.recurrence:
        yield from _recurrence(case)


def _recurrence(case: Case) -> Iterator[Reason]:
    facts = case.facts
    gap = facts.symptom_free_months
    words = "Symptoms came back." if gap is None else f"Symptom-free for {gap:g} months, then again."
    came = ("trend",) if facts.trend is Trend.RELAPSED else ()
    found = (*came, "symptom_free_months") if gap is not None else came
    yield Reason("VD8", words, found)
    if case.timing is None:
        return
    if facts.current_episode_onset.known:
        text = "Time counts from the start of the current episode."
    elif case.interval.latest == facts.reference_date and case.interval.earliest != facts.onset.first:
        text = "The start of the current episode is not known: it lies after the symptom-free time."
    else:
        text = "The start of the current episode is not known: time counts from the onset as given."
    unknown = () if facts.current_episode_onset.known else ("current_episode_onset.precision",)
    yield Reason("VD9", text, (*paths.onset(case), *unknown))
    kept = {one.index for one in case.readings[0].counted}
    every = counted_treatments(facts.treatments, case.settings)
    left = [one for one in every if one.index not in kept]
    if left:
        names = ", ".join(sorted({one.item.name for one in left}))
        yield Reason("VD10", f"Of an earlier episode: {names}.", tuple(one.path("episode") for one in left))


_ADDED = {
    "DT5": "An edge of time is reached within {days} days: {band} as well.",
    "DT6": "Exactly 6 months: {band} as well.",
    "DT7": "The edge falls on the last day of a shorter month: {band} as well.",
}


def dated(case: Case) -> Iterator[Reason]:
    """The bands of time, and why some were added or left out."""
    timing, facts = case.timing, case.facts
    if timing is None:
        return
    where = paths.onset(case)
    if facts.onset.last is not None and facts.onset.last > facts.reference_date:
        yield Reason("VD5", "The onset as given reaches past the reference date: cut off there.", where)
    if facts.onset.basis is Basis.DIAGNOSIS:
        yield Reason("VD6", "The date is that of the diagnosis: symptoms began before it.", ("onset.basis",))
    if not case.onset_known:
        yield Reason("PD13", "The onset is not known: time alone says nothing.", where)
        return
    bands = " or ".join(f"band {band} ({wording.BANDS[band]})" for band in timing.core)
    months = elapsed(case).replace(" month", " completed month")
    text = f"{months} since first symptoms: {bands}." if months else f"Time since first symptoms: {bands}."
    yield Reason("DT4" if len(timing.core) > 1 else "DT3", text, (*where, "reference_date"))
    for rule, band in zip(timing.rules, timing.added, strict=True):
        text = _ADDED[rule].format(days=case.settings.edge_days, band=wording.BANDS[band])
        yield Reason(rule, text, (*where, "reference_date"))
    if timing.dropped:
        words = wording.listed(wording.BANDS[band] for band in timing.dropped)
        text = f"A treatment has lasted longer than {words}: left out."
        yield Reason("DT8", text, paths.listed(facts, "weeks"))
    if case.ignored:
        words = wording.listed(wording.BANDS[band] for band in case.ignored)
        yield Reason("DT9", f"Near an edge only, and it would add every phase: {words} left out.", where)
