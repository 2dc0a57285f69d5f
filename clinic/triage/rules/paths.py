"""Which answers a reason rests on, as JSON paths into FACTS."""

from clinic.triage.rules.case import Case
from clinic.triage.rules.codes import Precision, Trend
from clinic.triage.rules.facts import DateAnswer, Facts

_FIELD = {Precision.RANGE: "earliest", Precision.UNKNOWN: "precision"}


def of_date(field: str, answer: DateAnswer) -> str:
    """The part of a date that says when."""
    return f"{field}.{_FIELD.get(answer.precision, 'value')}"


def onset(case: Case) -> tuple[str, ...]:
    """The date that the clock runs from."""
    facts = case.facts
    if case.recurrence and facts.current_episode_onset.known:
        return (of_date("current_episode_onset", facts.current_episode_onset),)
    gap = ("symptom_free_months",) if case.recurrence and facts.symptom_free_months is not None else ()
    return (of_date("onset", facts.onset), *gap)


def listed(facts: Facts, field: str) -> tuple[str, ...]:
    """One field of every treatment; the list itself when it is empty."""
    return tuple(f"treatments[{index}].{field}" for index in range(len(facts.treatments))) or (
        "treatment_list",
    )


def response(case: Case) -> tuple[str, ...]:
    """The answers that the response was read from."""
    facts = case.facts
    trend = () if facts.trend is Trend.UNKNOWN else ("trend",)
    if facts.overall_pgic is not None:
        return ("overall_pgic", *trend)
    scored = tuple(
        f"treatments[{index}].pgic" for index, given in enumerate(facts.treatments) if given.pgic is not None
    )
    return (*(scored or ("overall_pgic",)), *trend)
