"""What would change the phases: one change at a time, applied and evaluated again (rules, section 12)."""

from collections.abc import Iterator
from dataclasses import replace

from clinic.triage.rules.case import Case
from clinic.triage.rules.changes import Change, diagnoses, flares, responses, trials
from clinic.triage.rules.flip_dates import date_text, turning_days
from clinic.triage.rules.missing import conflicts, missing
from clinic.triage.rules.outcome import Flip
from clinic.triage.rules.phases import decide


def _date(case: Case) -> Iterator[Flip]:
    if case.timing is None:  # a gate or an impossible date, which time alone does not settle
        return
    for on in turning_days(case.facts, case.settings):
        later = decide(replace(case.facts, reference_date=on), case.settings)
        if later.phases != case.phases:
            yield Flip("date", tuple(sorted(later.phases)), date_text(later), on=on)
            return


def _tried(case: Case, change: Change) -> Flip:
    phases = tuple(sorted(decide(change.facts, case.settings).phases))
    return Flip(change.kind, phases, change.text, change.on, change.fact, change.before, change.after)


def _flipping(case: Case, changes: Iterator[Change]) -> Iterator[Flip]:
    now = tuple(sorted(case.phases))
    return (flip for flip in (_tried(case, change) for change in changes) if flip.phases != now)


def _nearest(case: Case) -> Iterator[Flip]:
    yield from _date(case)
    yield from _flipping(case, trials(case))
    for up in (True, False):
        for flip in _flipping(case, responses(case, up)):
            yield flip
            break
    yield from _flipping(case, diagnoses(case))
    yield from _flipping(case, flares(case))
    yield from _flipping(case, missing(case))
    yield from _flipping(case, conflicts(case))


def _first(flips: Iterator[Flip], most: int) -> list[Flip]:
    found: list[Flip] = []
    for flip in flips:
        if len(found) == most:
            break
        found.append(flip)
    return found


def nearest_flips(case: Case) -> tuple[Flip, ...]:
    """At most `max_flips` changes that change the phases, in the order of section 12.

    Without a phase, the missing or conflicting answers are named even when none of them alone is enough.
    """
    most = case.settings.max_flips
    found = _first(_nearest(case), most)
    if not case.phases and not any(flip.kind in ("missing", "conflict") for flip in found):
        named = [change for part in (missing, conflicts) for change in part(case)]
        found += [_tried(case, change) for change in named][: most - len(found)]
    return tuple(found)
