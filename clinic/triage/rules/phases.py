"""Looking up every reading of the answers and joining the phases (triage rules, section 5.7)."""

from collections.abc import Iterator

from clinic.triage.rules import checks
from clinic.triage.rules.case import AS_GIVEN, NOTHING_TRIED, UNKNOWN_BAND, Case, Cell, Look, Reading
from clinic.triage.rules.codes import STIMULATORS, Answer, Diagnosis, ListState, Status
from clinic.triage.rules.dates import LONGEST_DAYS, timing_of
from clinic.triage.rules.facts import Facts
from clinic.triage.rules.ladder import Ladder, climb
from clinic.triage.rules.response import Response, read_response
from clinic.triage.rules.settings import RuleSettings
from clinic.triage.rules.table import DECISION_TABLE, PhaseSet
from clinic.triage.rules.trials import Counted, counted_treatments

NO_PHASE: PhaseSet = frozenset()
ALL: PhaseSet = frozenset({1, 2, 3})
_LITTLE_CARE = ("Z", "H0", "H1")


def is_complete(facts: Facts, settings: RuleSettings) -> bool:
    """Is the list complete? A treatment that nobody has named keeps it open (catalogue, `other_unlisted`)."""
    unnamed = any(
        given.slug == "other_unlisted" and given.had and not settings.counts[given.slug]
        for given in facts.treatments
    )
    return facts.treatment_list is ListState.COMPLETE and not unnamed


def _implanted(facts: Facts) -> bool:
    return any(one.kind in STIMULATORS and one.for_crps is not Answer.NO for one in facts.implants)


def _read(
    number: int, counted: tuple[Counted, ...], complete: bool, facts: Facts, settings: RuleSettings
) -> Reading:
    received = any(one.is_advanced and one.given.status is not Status.UNSURE for one in counted)
    advanced = received or _implanted(facts)
    response = read_response(facts, counted, advanced, settings)
    return Reading(number, counted, complete, advanced, response)


def _readings(facts: Facts, counted: tuple[Counted, ...], settings: RuleSettings) -> tuple[Reading, ...]:
    given = _read(AS_GIVEN, counted, is_complete(facts, settings), facts, settings)
    if facts.nothing_tried is Answer.YES and counted:
        return given, _read(NOTHING_TRIED, (), True, facts, settings)
    return (given,)


def row_of(care: str, groups: int, long: bool, borderline: bool, settings: RuleSettings) -> str:
    """The row of section 8 for these values."""
    if care == "zero":
        return "Z"
    if care == "half":
        return "H1" if groups else "H0"
    if groups >= settings.p2_groups_min and long:
        return "FC"
    if groups:
        return "F1"
    return "F0b" if borderline else "F0"


def _in_table(band: str, row: str, response: str, groups: int, settings: RuleSettings) -> PhaseSet:
    if band == "D" and row == "F1" and response in ("none", "worse") and groups < settings.groups_for_three:
        return DECISION_TABLE.cells["D", "F1", "plateau"]
    return DECISION_TABLE.cells[band, row, response]


def _responses(response: Response, care: tuple[str, ...]) -> tuple[str, ...]:
    if response.unknown and care == ("zero",):
        return ("none",)  # RS7: a trial too small to have a response
    return response.possible


def _cells(band: str, reading: Reading, ladder: Ladder, settings: RuleSettings) -> Iterator[Cell]:
    """Every combination in the fixed order: care, response, groups, length (PD1)."""
    flare = any(one.given.flare is Answer.YES for one in reading.counted)
    lengths = {Answer.YES: (True,), Answer.NO: (False,), Answer.UNKNOWN: (False, True)}[ladder.long]
    for care in ladder.care:
        for response in _responses(reading.response, ladder.care):
            for groups in range(ladder.groups_low, ladder.groups_high + 1):
                for long in lengths:
                    row = row_of(care, groups, long, ladder.borderline, settings)
                    eased = flare and response == "worse" and row in _LITTLE_CARE
                    phases = _in_table(band, row, "none" if eased else response, groups, settings)
                    yield Cell(row, response, phases, care, groups, long)


def _unknown_cells(band: str, reading: Reading, ladder: Ladder) -> Iterator[Cell]:
    """Row U: nothing is known about either component of Phase One care."""
    names = reading.response.classes if reading.treated else ("not_applicable",)
    for name in names:
        line = "unknown" if name == "not_applicable" else name
        if name in ("gradual", "plateau") and band == "D" and ladder.groups_high == 0:
            line = "no_groups"
        yield Cell("U", name, DECISION_TABLE.unknown[line, band])


def _look(reading: Reading, band: str, ladder: Ladder, settings: RuleSettings) -> Look:
    if reading.advanced:
        row = "X0" if ladder.nothing_conservative else "X1"
        return Look(reading, band, ladder, (Cell(row, "not_used", DECISION_TABLE.advanced[row, band]),))
    if ladder.unknown:
        cells = tuple(_unknown_cells(band, reading, ladder))
    else:
        cells = tuple(_cells(band, reading, ladder, settings))
    return Look(reading, band, ladder, cells)


def _looks(
    readings: tuple[Reading, ...], bands: tuple[str, ...], longest: int | None, known: bool, case: Case
) -> Iterator[Look]:
    settings = case.settings
    shortest = settings.p1_min_weeks * 7
    for reading in readings:
        ladders: dict[bool, Ladder] = {}
        for band in bands if known or not reading.advanced else (UNKNOWN_BAND,):
            limits = [days for days in (longest, LONGEST_DAYS.get(band)) if days is not None]
            too_short = any(days < shortest for days in limits)
            if too_short not in ladders:
                ladders[too_short] = climb(reading.counted, reading.complete, too_short, settings)
            yield _look(reading, band, ladders[too_short], settings)


def _join(looks: tuple[Look, ...]) -> PhaseSet:
    return frozenset().union(*(cell.phases for look in looks for cell in look.cells))


def _after_diagnosis(phases: PhaseSet, facts: Facts) -> PhaseSet:
    """GT5 and GT3 (PD16)."""
    if facts.diagnosis_status is Diagnosis.NOT_DIAGNOSED:
        return frozenset(min(phase, 2) for phase in phases)
    unsure = facts.diagnosis_status in (Diagnosis.SUSPECTED, Diagnosis.UNKNOWN)
    return frozenset({2, 3}) if unsure and phases == {3} else phases


def _early_stop(facts: Facts, settings: RuleSettings) -> checks.Stop | None:
    stop = checks.gate(facts, settings)
    if stop is None and (rule := checks.impossible(facts.onset, facts)) is not None:
        stop = checks.check_dates(rule)
    return stop or checks.remission(facts)


def _needs_information(facts: Facts, case_known: bool, given: Reading) -> bool:
    """PD13: the onset is unknown, the list is not complete, and no advanced treatment speaks."""
    return not case_known and not given.advanced and not given.complete


PD13 = checks.Stop("PD13", "needs_information", ("incomplete_data", "needs_clinician_judgement"))
PD15 = checks.Stop("PD15", "needs_information", ("incomplete_data", "needs_clinician_judgement"))


def decide(facts: Facts, settings: RuleSettings) -> Case:
    """Find the phase set, in the order of note 17.1, and keep everything it came from."""
    recurrence = checks.is_recurrence(facts, settings)
    interval = checks.clock(facts, recurrence)
    if (stop := _early_stop(facts, settings)) is not None:
        return Case(facts, settings, stop, NO_PHASE, interval=interval)
    counted = counted_treatments(facts.treatments, settings)
    if recurrence:
        counted = checks.of_this_episode(counted)
        if (rule := checks.impossible(facts.current_episode_onset, facts)) is not None:
            return Case(facts, settings, checks.check_dates(rule), NO_PHASE, recurrence, interval)
    weeks = checks.longest_weeks(counted, recurrence)
    if checks.overruns(weeks, interval, facts.reference_date, settings):
        return Case(facts, settings, checks.check_dates("VD4"), NO_PHASE, recurrence, interval)
    readings = _readings(facts, counted, settings)
    timing = timing_of(interval, facts.reference_date, settings, weeks)
    case = Case(facts, settings, None, NO_PHASE, recurrence, interval, timing, readings)
    if _needs_information(facts, interval.known, readings[0]):
        return Case(facts, settings, PD13, NO_PHASE, recurrence, interval, timing, readings)
    longest = interval.longest(facts.reference_date)
    looks = tuple(_looks(readings, timing.bands, longest, interval.known, case))
    ignored: tuple[str, ...] = ()
    joined = _join(looks)
    if joined == ALL and timing.added and timing.settled:
        settled = tuple(look for look in looks if look.band in timing.settled)
        if (without := _join(settled)) != ALL:  # DT9
            looks, joined, ignored = settled, without, timing.added
    phases = _after_diagnosis(joined, facts)
    end = PD15 if phases == ALL else None
    phases = NO_PHASE if phases == ALL else phases
    return Case(facts, settings, end, phases, recurrence, interval, timing, readings, looks, joined, ignored)
