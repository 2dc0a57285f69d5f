"""Single changes of the answers, to see which of them would change the phases (triage rules, section 12)."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from clinic.triage.rules import wording
from clinic.triage.rules.case import Case
from clinic.triage.rules.codes import Answer, Diagnosis, Status
from clinic.triage.rules.facts import Facts, Treatment
from clinic.triage.rules.trials import Counted

PGIC_TRIED = (2, 3, 4, 6)


@dataclass(frozen=True, slots=True)
class Change:
    """One changed answer. `fact` is its JSON path; `treatments[*].pgic` are all given PGICs together."""

    kind: str
    fact: str
    before: Any
    after: Any
    facts: Facts
    text: str
    on: date | None = None


def with_treatment(facts: Facts, index: int, **values: Any) -> Facts:
    """The facts with one treatment changed."""
    changed = list(facts.treatments)
    changed[index] = replace(changed[index], **values)
    return replace(facts, treatments=tuple(changed))


def with_every_pgic(facts: Facts, pgic: int | None) -> Facts:
    """The facts with every PGIC of a treatment that was given set to the same."""

    def scored(given: Treatment) -> Treatment:
        return given if given.pgic is None else replace(given, pgic=pgic)

    return replace(facts, treatments=tuple(scored(given) for given in facts.treatments))


def in_order(case: Case) -> list[Counted]:
    """The counted treatments, in an order that does not depend on the list's."""
    counted = case.readings[0].counted if case.readings else ()
    return sorted(counted, key=lambda one: (one.given.slug, repr(one.given)))


def trials(case: Case) -> Iterator[Change]:
    """Each current treatment goes on to the next threshold, and time goes with it."""
    settings, facts = case.settings, case.facts
    thresholds = (settings.p1_min_weeks, settings.p1_firm_weeks, settings.p2_min_weeks)
    for one in in_order(case):
        weeks = one.given.weeks
        later = [length for length in thresholds if weeks is not None and weeks < length]
        if one.given.status is not Status.CURRENT or weeks is None or not later:
            continue
        on = facts.reference_date + timedelta(days=math.ceil((later[0] - weeks) * 7))
        changed = replace(with_treatment(facts, one.index, weeks=later[0]), reference_date=on)
        text = f"If it has gone on for {later[0]} weeks, on {wording.day(on)}: {one.item.name}."
        yield Change("trial", one.path("weeks"), weeks, later[0], changed, text, on)


def _overall(case: Case) -> tuple[int, str, Callable[[int], Facts]] | None:
    """The PGIC that speaks, its path, and how to set it."""
    facts = case.facts
    if facts.overall_pgic is not None:
        return facts.overall_pgic, "overall_pgic", lambda pgic: replace(facts, overall_pgic=pgic)
    given = [one.pgic for one in facts.treatments if one.pgic is not None]
    if not given:
        return None
    return min(given), "treatments[*].pgic", lambda pgic: with_every_pgic(facts, pgic)


def pgic_text(path: str, pgic: int) -> str:
    """A change of the response in words."""
    what = "the overall change" if path == "overall_pgic" else "the change with every treatment"
    return f"If {what} were '{wording.PGIC[pgic]}'."


def responses(case: Case, up: bool) -> Iterator[Change]:
    """The overall answer, nearest first, worse (`up`) or better."""
    found = _overall(case)
    if found is None:
        return
    now, path, setter = found
    for pgic in PGIC_TRIED if up else reversed(PGIC_TRIED):
        if pgic > now if up else pgic < now:
            yield Change("answer", path, now, pgic, setter(pgic), pgic_text(path, pgic))


def diagnoses(case: Case) -> Iterator[Change]:
    """The diagnosis confirmed, or another one."""
    facts = case.facts
    texts = {
        Diagnosis.CONFIRMED: "If the diagnosis were confirmed.",
        Diagnosis.OTHER: "If another diagnosis explained the pain.",
    }
    for status, text in texts.items():
        if facts.diagnosis_status is not status:
            changed = replace(facts, diagnosis_status=status)
            before = facts.diagnosis_status.value
            yield Change("answer", "diagnosis_status", before, status.value, changed, text)


def flares(case: Case) -> Iterator[Change]:
    """Whether a rehabilitation set off flares."""
    other = {Answer.YES: Answer.NO, Answer.NO: Answer.YES}
    for one in in_order(case):
        after = other.get(one.given.flare)
        if after is not None:
            changed = with_treatment(case.facts, one.index, flare=after)
            word = "had" if after is Answer.YES else "had not"
            text = f"If {one.item.name} {word} set off flares."
            yield Change("answer", one.path("flare"), one.given.flare.value, after.value, changed, text)
