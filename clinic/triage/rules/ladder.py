"""The treatment ladder: Phase One care, Phase Two groups, comprehensive care (triage rules, section 5.5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from clinic.triage.rules.codes import Answer
from clinic.triage.rules.settings import RuleSettings
from clinic.triage.rules.trials import Counted, Trial, both, either, judge

NAMED_GROUPS = ("p2_medicine", "p2_rehab", "p2_psych", "p2_interventional")
# TL6: what graded motor imagery and mirror therapy must stand beside to count for Phase Two.
LEADING = frozenset({"pt", "ot", "conservative_care_unspecified"})
BOTH_PHASES = frozenset({"gmi", "mirror_therapy"})


@dataclass(frozen=True, slots=True)
class Ladder:
    """How far the treatments go.

    `care` holds the possible values of Phase One care ("zero", "half", "full"), lowest first; it is empty
    when both components are unknown (row U).
    """

    trials: tuple[Trial, ...]
    medicine: Answer
    rehabilitation: Answer
    care: tuple[str, ...]
    borderline: bool
    groups_low: int
    groups_high: int
    long: Answer

    @property
    def unknown(self) -> bool:
        """Is nothing known about either component (row U)?"""
        return not self.care

    @property
    def may_be_full(self) -> bool:
        """Can Phase One care be full?"""
        return self.unknown or "full" in self.care

    @property
    def surely_full(self) -> bool:
        """Is Phase One care full, whatever the unknown answers are?"""
        return self.care == ("full",)

    @property
    def nothing_conservative(self) -> bool:
        """No Phase One care and no Phase Two group, even at most (PD12)?"""
        return self.care == ("zero",) and self.groups_high == 0


def _component(trials: Iterable[Trial], group: str, complete: bool) -> tuple[Answer, bool]:
    """TL1 or TL2, and whether the trial behind it is firm (TL4)."""
    found = [(trial.counts_for(group), trial.firm) for trial in trials]
    answer = either(value for value, _ in found)
    if answer is Answer.NO and not complete:
        answer = Answer.UNKNOWN
    behind = [firm for value, firm in found if value is answer]
    return answer, any(behind) or not complete if answer is Answer.UNKNOWN else any(behind)


def _care(medicine: Answer, rehabilitation: Answer, settings: RuleSettings) -> tuple[str, ...]:
    if medicine is rehabilitation is Answer.UNKNOWN:
        return ()
    sure = (medicine, rehabilitation).count(Answer.YES)
    most = sure + (medicine, rehabilitation).count(Answer.UNKNOWN)
    names = ("zero", "half" if settings.p1_needs_both else "full", "full")
    return tuple(dict.fromkeys(names[sure : most + 1]))


def _phase_two(trials: tuple[Trial, ...]) -> list[tuple[Trial, str, Answer]]:
    """Every trial of a Phase Two group, with TL6 applied."""
    led = either(trial.adequate for trial in trials if trial.counted.given.slug in LEADING)
    found: list[tuple[Trial, str, Answer]] = []
    for trial in trials:
        for group in (*NAMED_GROUPS, "p2_unnamed"):
            value = trial.counts_for(group)
            if group == "p2_rehab" and trial.counted.given.slug in BOTH_PHASES:
                value = both(value, led)
            if value is not Answer.NO:
                found.append((trial, group, value))
    return found


def _groups(found: list[tuple[Trial, str, Answer]], complete: bool) -> tuple[int, int]:
    """The fewest and the most Phase Two groups (TL5). An unnamed group may be one of the named."""
    low = {group for _, group, value in found if value is Answer.YES}
    high = {group for _, group, _ in found}
    fewest = max(len(low - {"p2_unnamed"}), int("p2_unnamed" in low))
    most = min(len(high), len(NAMED_GROUPS))
    return fewest, max(most, 0 if complete else 1)


def _length(trial: Trial, settings: RuleSettings) -> Answer:
    weeks = trial.counted.given.length
    if weeks is None:
        return Answer.UNKNOWN
    return Answer.YES if weeks >= settings.p2_min_weeks else Answer.NO


def climb(counted: tuple[Counted, ...], complete: bool, too_short: bool, settings: RuleSettings) -> Ladder:
    """Judge every counted treatment and add them up (TL1 to TL8)."""
    trials = tuple(judge(one, too_short, settings) for one in counted)
    medicine, firm_medicine = _component(trials, "p1_medicine", complete)
    rehabilitation, firm_rehabilitation = _component(trials, "p1_rehab", complete)
    found = _phase_two(trials)
    low, high = _groups(found, complete)
    tried = [
        firm
        for answer, firm in ((medicine, firm_medicine), (rehabilitation, firm_rehabilitation))
        if answer is not Answer.NO
    ]
    return Ladder(
        trials=trials,
        medicine=medicine,
        rehabilitation=rehabilitation,
        care=_care(medicine, rehabilitation, settings),
        borderline=not all(tried),
        groups_low=low,
        groups_high=high,
        long=either(
            both(value, _length(trial, settings))
            for trial, _, value in found
            if not trial.counted.is_procedure
        ),
    )
