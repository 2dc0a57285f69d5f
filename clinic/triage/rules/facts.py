"""FACTS: the frozen answers that one evaluation reads (triage rules, section 3)."""

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from clinic.triage.rules.codes import (
    WEEKS_OF_BAND,
    Adherence,
    Answer,
    Basis,
    Diagnosis,
    Episode,
    FlagState,
    ImplantKind,
    KetamineAnswer,
    ListState,
    Precision,
    Status,
    StopReason,
    Tier,
    Trend,
    WeeksBand,
)

SCHEMA_VERSION = "1"


@dataclass(frozen=True, slots=True)
class DateAnswer:
    """A date as far as it is known; `value` is the text as given (YYYY-MM-DD, YYYY-MM or YYYY).

    `first` and `last` are the days it stands for; None where there is no limit.
    """

    precision: Precision = Precision.UNKNOWN
    value: str | None = None
    earliest: date | None = None
    latest: date | None = None
    basis: Basis = Basis.UNKNOWN
    first: date | None = None
    last: date | None = None

    @property
    def known(self) -> bool:
        """Does it limit the date at all?"""
        return self.precision is not Precision.UNKNOWN


@dataclass(frozen=True, slots=True)
class SymptomGroups:
    """Reported symptoms in the four groups."""

    sensory: Answer = Answer.UNKNOWN
    vasomotor: Answer = Answer.UNKNOWN
    sudomotor_edema: Answer = Answer.UNKNOWN
    motor_trophic: Answer = Answer.UNKNOWN

    def reported(self) -> int:
        """How many groups were answered yes."""
        groups = (self.sensory, self.vasomotor, self.sudomotor_edema, self.motor_trophic)
        return sum(group is Answer.YES for group in groups)


@dataclass(frozen=True, slots=True)
class Treatment:
    """One treatment as reported; lengths in weeks."""

    slug: str
    status: Status = Status.UNSURE
    weeks: float | None = None
    weeks_band: WeeksBand = WeeksBand.UNKNOWN
    procedures_count: int | None = None
    relief_weeks: float | None = None
    stated_adequate: Answer = Answer.UNKNOWN
    adherence: Adherence = Adherence.UNKNOWN
    pgic: int | None = None
    stop_reason: StopReason | None = None
    flare: Answer = Answer.UNKNOWN
    for_crps: Answer = Answer.UNKNOWN
    episode: Episode = Episode.UNKNOWN

    @property
    def length(self) -> float | None:
        """Weeks: exact, else the lower end of the ticked band, else unknown."""
        return WEEKS_OF_BAND[self.weeks_band] if self.weeks is None else self.weeks

    @property
    def had(self) -> bool:
        """Was it had, or may it have been, for this condition?"""
        return self.status in _HAD and self.for_crps is not Answer.NO


_HAD = frozenset({Status.CURRENT, Status.PAST, Status.UNSURE})


@dataclass(frozen=True, slots=True)
class Implant:
    """One implanted device."""

    kind: ImplantKind
    for_crps: Answer = Answer.UNKNOWN


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One safety answer."""

    code: str
    tier: Tier
    state: FlagState = FlagState.OPEN

    @property
    def is_open(self) -> bool:
        """Does it count?"""
        return self.state is FlagState.OPEN


@dataclass(frozen=True)
class Facts:
    """Everything that one evaluation reads. Make it with `parse_facts`."""

    reference_date: date
    schema_version: str = SCHEMA_VERSION
    date_of_birth: date | None = None
    diagnosis_status: Diagnosis = Diagnosis.UNKNOWN
    symptom_groups: SymptomGroups = SymptomGroups()
    onset: DateAnswer = DateAnswer()
    overall_pgic: int | None = None
    trend: Trend = Trend.UNKNOWN
    symptoms_now: Answer = Answer.UNKNOWN
    symptom_free_months: float | None = None
    current_episode_onset: DateAnswer = DateAnswer()
    spread: Answer = Answer.UNKNOWN
    nothing_tried: Answer = Answer.UNKNOWN
    treatment_list: ListState = ListState.UNKNOWN
    treatments: tuple[Treatment, ...] = ()
    implants: tuple[Implant, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()
    ketamine_answers: MappingProxyType[str, KetamineAnswer] = field(
        default_factory=lambda: MappingProxyType({}), hash=False
    )

    def as_json(self) -> dict[str, Any]:
        """The facts as one JSON object with every key, unknown ones explicit; `parse_facts` reads it back."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}


_FIELDS: dict[type, tuple[str, ...]] = {
    DateAnswer: ("precision", "value", "earliest", "latest", "basis"),
    **{
        kind: tuple(one.name for one in fields(kind)) for kind in (SymptomGroups, Treatment, Implant, RedFlag)
    },
}


def _plain(value: Any) -> Any:
    names = _FIELDS.get(type(value))
    if names is not None:
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, MappingProxyType):
        return {key: _plain(answer) for key, answer in sorted(value.items())}
    return value.isoformat() if isinstance(value, date) else value
