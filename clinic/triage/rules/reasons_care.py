"""Reasons from trials, the treatment ladder and the response (rules AT, TL, RS)."""

from collections.abc import Iterable, Iterator

from clinic.triage.rules import paths, wording
from clinic.triage.rules.case import Case, Look, Reading
from clinic.triage.rules.codes import NO_ACCESS, STIMULATORS, Answer, Status, Trend
from clinic.triage.rules.ladder import BOTH_PHASES, LEADING, Ladder
from clinic.triage.rules.outcome import Reason
from clinic.triage.rules.response import own_pgic
from clinic.triage.rules.trials import Trial, either

_PARTS = {
    "TL1": ("p1_medicine", "medicine", "Phase One medicine"),
    "TL2": ("p1_rehab", "rehabilitation", "Phase One rehabilitation"),
}
_TRIED = {
    Answer.YES: "tried long enough",
    Answer.NO: "not tried long enough",
    Answer.UNKNOWN: "not known whether it was tried long enough",
}


def _places(trials: Iterable[Trial], field: str = "weeks") -> tuple[str, ...]:
    return tuple(trial.counted.path(field) for trial in trials)


_USED = {
    "AT1": ("status",),
    "AT2": ("flare", "weeks"),
    "AT3": ("stop_reason", "weeks"),
    "AT4": ("stated_adequate",),
    "AT6": ("weeks", "stated_adequate"),
    "AT8": ("adherence", "weeks"),
}


def _trials(ladder: Ladder) -> Iterator[Reason]:
    for trial in ladder.trials:
        one = trial.counted
        if one.is_advanced:
            continue
        banded = one.given.weeks is None and one.given.length is not None
        fields = _USED.get(trial.rule, ("status",) if one.is_procedure else ("weeks",))
        used = tuple(one.path("weeks_band" if banded and name == "weeks" else name) for name in fields)
        yield Reason(trial.rule, wording.trial(trial), used)


def _left_out(case: Case) -> Iterator[Reason]:
    given = list(enumerate(case.facts.treatments))
    uncounted = [(index, one) for index, one in given if not case.settings.counts[one.slug]]
    if uncounted:
        names = ", ".join(sorted({wording.name(one.slug) for _, one in uncounted}))
        found = tuple(f"treatments[{index}].slug" for index, _ in uncounted)
        yield Reason("TL10", f"Listed, but not counted: {names}.", found)
    barred = [
        (index, one)
        for index, one in given
        if one.stop_reason in NO_ACCESS or one.status is Status.NOT_OFFERED
    ]
    if barred:
        names = ", ".join(sorted({wording.name(one.slug) for _, one in barred}))
        found = tuple(
            f"treatments[{index}].{'status' if one.status is Status.NOT_OFFERED else 'stop_reason'}"
            for index, one in barred
        )
        yield Reason("TL10", f"Not available, so not a trial that did not help: {names}.", found)


def _parts(ladder: Ladder) -> Iterator[Reason]:
    for rule, (group, attribute, name) in _PARTS.items():
        answer: Answer = getattr(ladder, attribute)
        behind = [trial for trial in ladder.trials if trial.counts_for(group) is answer is not Answer.NO]
        names = ", ".join(wording.treatment(trial.counted) for trial in behind)
        text = f"{name}: {_TRIED[answer]}" + (f" ({names})." if names else ".")
        yield Reason(rule, text, _places(behind) or ("treatment_list",))


def _groups(ladder: Ladder, case: Case) -> Iterator[Reason]:
    phase_two = [
        trial for trial in ladder.trials if any(group.startswith("p2_") for group in trial.counted.groups)
    ]
    low, high = ladder.groups_low, ladder.groups_high
    where = _places(phase_two, "slug") or ("treatment_list",)
    if high:
        count = str(low) if low == high else f"{low} to {high}"
        yield Reason("TL5", f"Phase Two groups tried: {count}.", where)
    if high >= case.settings.p2_groups_min and ladder.may_be_full:
        weeks, word = case.settings.p2_min_weeks, wording.ANSWERS[ladder.long]
        text = f"A Phase Two treatment for {weeks} weeks or more: {word}."
        yield Reason("TL7", text, _places(phase_two))
        if "full" in ladder.care and ladder.long is Answer.YES and low >= case.settings.p2_groups_min:
            yield Reason("TL8", "Together: comprehensive care.", where)


def _ladder(case: Case, look: Look) -> Iterator[Reason]:
    ladder = look.ladder
    yield from _trials(ladder)
    yield from _parts(ladder)
    if look.row_u:
        yield Reason("TL3", "Neither part of Phase One care is known: time speaks.", ("treatment_list",))
    elif len(ladder.care) > 1:
        words = wording.listed(wording.CARE[care] for care in ladder.care)
        yield Reason("TL3", f"Phase One care: {words}.", ("treatment_list", *_places(ladder.trials)))
    if "full" in ladder.care and ladder.borderline:
        firm = case.settings.p1_firm_weeks
        yield Reason("TL4", f"A part of it for less than {firm} weeks.", _places(ladder.trials))
    yield from _not_led(ladder)
    yield from _groups(ladder, case)


def _not_led(ladder: Ladder) -> Iterator[Reason]:
    both = [trial for trial in ladder.trials if trial.counted.given.slug in BOTH_PHASES]
    led = either(trial.adequate for trial in ladder.trials if trial.counted.given.slug in LEADING)
    if both and led is not Answer.YES:
        names = wording.listed(trial.counted.item.name for trial in both)
        text = f"{names} counts for Phase Two only beside physical or occupational therapy."
        yield Reason("TL6", text, _places(both, "slug"))


def _advanced(case: Case) -> Iterator[Reason]:
    given = case.readings[0]
    had = [one for one in given.counted if one.is_advanced and one.given.status is not Status.UNSURE]
    unsure = [one for one in given.counted if one.is_advanced and one.given.status is Status.UNSURE]
    implants = [
        f"implants[{index}].kind"
        for index, one in enumerate(case.facts.implants)
        if one.kind in STIMULATORS and one.for_crps is not Answer.NO
    ]
    if case.advanced:
        names = [one.item.name for one in had] + ["Implanted stimulator"] * bool(implants)
        found = (*(one.path("slug") for one in had), *implants)
        yield Reason("TL9", f"Advanced treatment received: {', '.join(dict.fromkeys(names))}.", found)
    if unsure:
        names = [one.item.name for one in unsure]
        yield Reason(
            "TL9",
            f"Not sure whether it was received, so not used: {', '.join(dict.fromkeys(names))}.",
            tuple(one.path("status") for one in unsure),
        )


def cared(case: Case) -> Iterator[Reason]:
    """What was tried, for how long, and what it adds up to."""
    yield from _left_out(case)
    if case.two_lists:
        counted = tuple(one.path("slug") for one in case.readings[0].counted)
        text = "The box 'nothing tried' is ticked and treatments are listed: both are read."
        yield Reason("VD11", text, ("nothing_tried", *counted))
    if case.looks:
        yield from _ladder(case, case.looks[0])
    if case.readings:
        yield from _advanced(case)


def _scores(case: Case, reading: Reading) -> Iterator[Reason]:
    for one in reading.counted:
        counts = own_pgic(one, case.settings)
        if counts != one.given.pgic:
            text = f"{one.item.name}: short or unknown relief, so its change counts as {counts}."
            yield Reason("RS3", text, (one.path("pgic"), one.path("relief_weeks")))
    pgic = case.facts.overall_pgic
    if pgic is not None:
        yield Reason("RS2", f"Overall: {wording.PGIC[pgic]} ({pgic}).", ("overall_pgic",))
        return
    rated = [one for one in reading.counted if one.given.pgic is not None]
    if rated:
        words = "; ".join(f"{one.item.name} {wording.pgic(one.given.pgic)}" for one in rated)
        yield Reason("RS2", f"No overall answer. {words}.", tuple(one.path("pgic") for one in rated))


def responded(case: Case) -> Iterator[Reason]:
    """How the response was read."""
    if case.timing is None:
        return
    for reading in case.readings:
        response = reading.response
        if not reading.treated:
            text = "No counted treatment: response does not apply."
            yield Reason("RS1", text, ("nothing_tried",) if case.two_lists else ("treatment_list",))
            continue
        yield from _scores(case, reading)
        where = paths.response(case)
        joint = "and" if response.conflict else "or"
        classes = wording.listed((wording.RESPONSES[one] for one in response.classes), joint)
        if case.facts.trend is not Trend.UNKNOWN and not response.unknown and response.rule == "RS2":
            yield Reason("RS4", f"With the trend '{case.facts.trend}': {classes}.", where)
        if response.rule == "RS6":
            text = "The overall answer and the answers for each treatment point opposite ways: both are read."
            yield Reason("RS6", text, ("overall_pgic", *paths.listed(case.facts, "pgic")))
        elif response.conflict:
            yield Reason("RS5", f"Response and trend contradict each other: {classes} are both read.", where)
    if any(look.response_missing for look in case.looks):
        text = "The response to treatment is not known: every possible one is read."
        yield Reason("RS7", text, ("overall_pgic", *paths.listed(case.facts, "pgic")))
