"""Was a treatment tried long enough? Yes, no or unknown (triage rules, section 5.4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from clinic.triage.rules.catalogue import CATALOGUE, CatalogueItem
from clinic.triage.rules.codes import NOT_TOLERATED, Adherence, Answer, Status
from clinic.triage.rules.facts import Treatment
from clinic.triage.rules.settings import RuleSettings


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted treatment: its place in the list, what was reported, what it counts for."""

    index: int
    given: Treatment
    groups: frozenset[str]

    @property
    def item(self) -> CatalogueItem:
        """What the catalogue says about it."""
        return CATALOGUE[self.given.slug]

    @property
    def is_procedure(self) -> bool:
        """Is it done rather than taken: no minimum length?"""
        return bool(self.groups & {"p2_interventional", "p2_interventional?"})

    @property
    def is_advanced(self) -> bool:
        """Is it an advanced treatment?"""
        return "p3" in self.groups

    def path(self, field: str) -> str:
        """The JSON path of one of its fields."""
        return f"treatments[{self.index}].{field}"


@dataclass(frozen=True, slots=True)
class Trial:
    """A judged treatment; `firm` means that its length settles the matter (TL4)."""

    counted: Counted
    adequate: Answer
    rule: str
    firm: bool

    def counts_for(self, group: str) -> Answer:
        """Was the group tried long enough with this treatment?"""
        if group in self.counted.groups:
            return self.adequate
        if f"{group}?" in self.counted.groups and self.adequate is not Answer.NO:
            return Answer.UNKNOWN
        return Answer.NO


def either(answers: Iterable[Answer]) -> Answer:
    """Three-valued OR (section 6): yes if any is yes, no if all are no, else unknown."""
    found = set(answers)
    if Answer.YES in found:
        return Answer.YES
    return Answer.UNKNOWN if Answer.UNKNOWN in found else Answer.NO


def both(one: Answer, other: Answer) -> Answer:
    """Three-valued AND (section 6): no if any is no, yes if both are yes, else unknown."""
    if Answer.NO in (one, other):
        return Answer.NO
    return Answer.YES if one is other is Answer.YES else Answer.UNKNOWN


def counted_treatments(treatments: Iterable[Treatment], settings: RuleSettings) -> tuple[Counted, ...]:
    """The treatments that count, for any phase, before VD10."""
    counts = settings.counts
    return tuple(
        Counted(index, given, counts[given.slug])
        for index, given in enumerate(treatments)
        if given.had and counts[given.slug]
    )


def _known_length(given: Treatment, weeks: float, settings: RuleSettings) -> tuple[Answer, str]:
    if weeks < settings.p1_min_weeks:
        return Answer.NO, "AT7"
    return (Answer.UNKNOWN, "AT8") if given.adherence is Adherence.RARELY else (Answer.YES, "AT9")


def _unknown_length(given: Treatment, too_short: bool) -> tuple[Answer, str]:
    if too_short:
        return Answer.NO, "AT5"
    return (Answer.YES if given.stated_adequate is Answer.YES else Answer.UNKNOWN), "AT6"


def _verdict(counted: Counted, too_short: bool, settings: RuleSettings) -> tuple[Answer, str]:
    given, weeks = counted.given, counted.given.length
    if given.status is Status.UNSURE:
        return (Answer.NO if too_short else Answer.UNKNOWN), "AT1"
    if counted.is_procedure:
        return (Answer.NO, "AT4") if given.stated_adequate is Answer.NO else (Answer.YES, "AT9")
    flared = counted.item.is_rehabilitation and given.flare is Answer.YES
    if flared and (weeks is None or weeks < settings.p1_firm_weeks):
        return Answer.NO, "AT2"
    if _stopped_early(counted, settings):
        return Answer.YES, "AT3"
    if given.stated_adequate is Answer.NO:
        return Answer.NO, "AT4"
    return _unknown_length(given, too_short) if weeks is None else _known_length(given, weeks, settings)


def _stopped_early(counted: Counted, settings: RuleSettings) -> bool:
    weeks = counted.given.length
    could_not = counted.item.is_medicine and counted.given.stop_reason in NOT_TOLERATED
    return could_not and (weeks is None or weeks < settings.p1_min_weeks)


def judge(counted: Counted, too_short: bool, settings: RuleSettings) -> Trial:
    """Judge one treatment; the first rule of AT1 to AT9 that fits decides.

    `too_short`: the longest possible elapsed time is under the minimum length of a trial.
    """
    adequate, rule = _verdict(counted, too_short, settings)
    weeks = counted.given.length
    firm = rule != "AT3" and (weeks is None or weeks >= settings.p1_firm_weeks)
    return Trial(counted, adequate, rule, firm)
