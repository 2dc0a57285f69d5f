"""The two axes, the confidence and the priority (triage rules, sections 10 and 11)."""

from collections.abc import Collection, Iterator

from clinic.kernel.calendar import month_reached
from clinic.triage.rules import checks
from clinic.triage.rules.case import Case, Look
from clinic.triage.rules.codes import Answer, Tier, Trend
from clinic.triage.rules.details import surely_good

PHASES_OF_BAND = {"A": (1,), "B": (1, 2), "C": (2,), "D": (3,)}
_LOWERS = frozenset({"TREATMENT_UNKNOWN", "RESPONSE_MISSING", "ONSET_UNKNOWN", "RECURRENCE"})
_TEMPERS = frozenset(
    {
        *("GAP_P1", "GAP_P2", "BORDERLINE_TRIAL", "BOUNDARY", "NOT_TOLERATED", "LOW_ADHERENCE"),
        *("ONSET_APPROX", "EARLY_ADVANCE", "REHAB_FLARE", "DX_UNCONFIRMED"),
    }
)
_UNSURE_REASONS = frozenset({"not_established", "check_dates", "needs_information"})
Axis = tuple[int, ...]


def by_time(case: Case) -> Axis:
    """The phases that time alone suggests; empty when the onset is unknown or nothing was looked up."""
    if not case.onset_known:
        return ()
    return tuple(sorted({phase for look in case.looks for phase in PHASES_OF_BAND[look.band]}))


def _step(look: Look, care: str, response: str, groups: int, settings_groups: int) -> int:
    full, failed = care == "full", response in ("none", "worse")
    comprehensive = full and groups >= settings_groups and look.ladder.long is not Answer.NO
    if comprehensive and (failed or response == "plateau"):
        return 3
    if full and (failed or (response in ("gradual", "plateau") and groups >= 1)):
        return 2
    flare = any(one.given.flare is Answer.YES for one in look.reading.counted)
    return 2 if response == "worse" and look.reading.treated and not flare else 1


def _steps(look: Look, case: Case) -> Iterator[int]:
    if look.reading.advanced:
        yield 3
        return
    groups = {look.ladder.groups_low, look.ladder.groups_high}
    for care in look.ladder.care:
        for response in look.reading.response.possible:
            for count in groups:
                yield _step(look, care, response, count, case.settings.p2_groups_min)


def by_treatment(case: Case) -> Axis:
    """The phases that treatment and response alone suggest; empty for row U or when nothing was looked up."""
    return tuple(sorted({phase for look in case.looks for phase in _steps(look, case)}))


def confidence(case: Case, flags: Collection[str], details: Collection[str], time: Axis, care: Axis) -> str:
    """How sure the suggestion is: high, medium, low or none."""
    if not case.phases:
        return "none"
    apart = bool(time and care) and max(min(time) - max(care), min(care) - max(time)) >= 2
    if len(case.phases) == 2 or _LOWERS & set(details) or "contradictory_data" in flags or apart:
        return "low"
    sound = bool(set(time) & set(care)) and "incomplete_data" not in flags
    return "high" if sound and not _TEMPERS & set(details) else "medium"


def _early(case: Case) -> bool:
    """Under 3 months in an evaluated band; before a diagnosis, by the latest possible onset."""
    if case.stop and case.stop.rule == "GT2":
        latest = checks.clock(case.facts, recurrence=False).latest
        return latest is not None and not month_reached(latest, 3, case.facts.reference_date)
    return case.onset_known and case.evaluated("A")


def _soon(case: Case, details: Collection[str]) -> bool:
    worsening = case.facts.trend is Trend.WORSENING or checks.has_open(case.facts, "RF-FASTPROG")
    return worsening or bool({"WORSENING", "WORSENING_UNTREATED", "SPREAD"} & set(details)) or _early(case)


def _open_question(case: Case) -> bool:
    if case.stop is not None:
        return case.stop.reason in _UNSURE_REASONS
    return (not case.onset_known or case.evaluated("B", "C")) and not surely_good(case)


def priority(case: Case, details: Collection[str]) -> int:
    """1 (same day) to 5; never looks at the phase (section 11)."""
    tiers = checks.open_tiers(case.facts)
    if tiers & {Tier.T0, Tier.T1}:
        return 1
    if Tier.T0_S in tiers:
        return 2
    if _soon(case, details):
        return 3
    return 4 if _open_question(case) else 5
