"""The words that facts may use (triage rules, sections 3 and 9)."""

from enum import StrEnum


class Answer(StrEnum):
    """Yes, no or unknown; also the three values of the logic in section 6."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Diagnosis(StrEnum):
    """Who has called it CRPS."""

    CONFIRMED = "confirmed"
    SUSPECTED = "suspected"
    NOT_DIAGNOSED = "not_diagnosed"
    OTHER = "other_diagnosis"
    UNKNOWN = "unknown"


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"
    BEFORE = "before"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """What the onset date is the date of."""

    SYMPTOMS = "symptoms"
    INJURY = "injury"
    DIAGNOSIS = "diagnosis"
    UNKNOWN = "unknown"


class Trend(StrEnum):
    """The overall trend over months."""

    IMPROVING = "improving"
    STABLE = "stable"
    WORSENING = "worsening"
    FLUCTUATING = "fluctuating"
    RELAPSED = "relapsed"
    REMISSION = "remission"
    UNKNOWN = "unknown"


class ListState(StrEnum):
    """Is the list of treatments complete?"""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Whether a treatment was had."""

    CURRENT = "current"
    PAST = "past"
    PLANNED = "planned"
    DECLINED = "declined"
    NOT_OFFERED = "not_offered"
    UNSURE = "unsure"


class WeeksBand(StrEnum):
    """A length in weeks as people tick it."""

    LT4 = "lt4"
    W4TO6 = "4to6"
    W6TO12 = "6to12"
    W12TO26 = "12to26"
    GE26 = "ge26"
    UNKNOWN = "unknown"


class Adherence(StrEnum):
    """How much of it the person could do."""

    MOST = "most"
    SOME = "some"
    RARELY = "rarely"
    UNKNOWN = "unknown"


class StopReason(StrEnum):
    """Why a treatment ended."""

    DID_NOT_HELP = "did_not_help"
    SIDE_EFFECTS = "side_effects"
    ALLERGY = "allergy"
    FINISHED_COURSE = "finished_course"
    COST_INSURANCE = "cost_insurance"
    TRAVEL_ACCESS = "travel_access"
    OWN_CHOICE = "own_choice"
    PREGNANCY_PLAN = "pregnancy_plan"
    OTHER = "other"


class Episode(StrEnum):
    """Which episode a treatment belongs to; asked after a symptom-free gap."""

    CURRENT = "current"
    PREVIOUS = "previous"
    UNKNOWN = "unknown"


class ImplantKind(StrEnum):
    """What is implanted."""

    SCS = "scs"
    DRG = "drg"
    OTHER_STIMULATOR = "other_stimulator"
    INTRATHECAL_PUMP = "intrathecal_pump"
    PACEMAKER_OR_ICD = "pacemaker_or_icd"
    OTHER = "other"


class Tier(StrEnum):
    """How fast a red flag must be answered."""

    T0 = "T0"
    T0_S = "T0-S"
    T1 = "T1"
    T2 = "T2"


class FlagState(StrEnum):
    """Whether a clinician closed a red flag."""

    OPEN = "open"
    CLOSED = "closed_by_clinician"


class KetamineAnswer(StrEnum):
    """One answer of the ketamine block."""

    YES = "yes"
    NO = "no"
    NOT_SURE = "not_sure"
    NOT_ASKED = "not_asked"


WEEKS_OF_BAND: dict[WeeksBand, float | None] = {
    WeeksBand.LT4: 0,
    WeeksBand.W4TO6: 4,
    WeeksBand.W6TO12: 6,
    WeeksBand.W12TO26: 12,
    WeeksBand.GE26: 26,
    WeeksBand.UNKNOWN: None,
}
STIMULATORS = frozenset({ImplantKind.SCS, ImplantKind.DRG, ImplantKind.OTHER_STIMULATOR})
NOT_TOLERATED = frozenset({StopReason.SIDE_EFFECTS, StopReason.ALLERGY})
NO_ACCESS = frozenset({StopReason.COST_INSURANCE, StopReason.TRAVEL_ACCESS})

KETAMINE_PRECAUTIONS = frozenset(
    f"K-{name}"
    for name in (
        *("BP", "HEART", "PREG", "PSYCH", "LIVER", "ICP", "EYE"),
        *("SUB", "BLADDER", "AIRWAY", "THYROID", "REACTION", "MEDS", "THINNER"),
    )
)
KETAMINE_CODES = KETAMINE_PRECAUTIONS | {"K-RIDE", "K-KIDNEY"}
PROCEDURE_PRECAUTIONS = frozenset({"K-THINNER", "K-PREG"})
RED_FLAG_CODES = frozenset(
    f"RF-{name}"
    for name in (
        *("STROKE", "PE", "COMPARTMENT", "LIMB-ISCHEMIA", "CES", "SEPSIS", "OVERDOSE", "ALLERGY"),
        *("PREG-EMERG", "SUICIDE-NOW", "SUICIDE", "VIOLENCE", "DVT", "WOUND", "WOUND-DEAD", "IMPLANT"),
        *("FRACTURE", "WITHDRAWAL", "FASTPROG", "SELFNEGLECT"),
    )
)
