"""What the time line tells: first symptoms, today, the visit, and each treatment with what is known of it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinic.triage.rules import Verdict

VERDICT_WORDS = {
    Verdict.LONG: "Enough",
    Verdict.SHORT: "Too short",
    Verdict.UNSURE: "Not known",
    Verdict.ADVANCED: "Advanced",
    Verdict.NOT_COUNTED: "Not counted",
    Verdict.EARLIER: "Earlier time",
    Verdict.NOT_JUDGED: "Not judged",
}


class Response(StrEnum):
    """What a treatment did; each has a colour, a pattern and a word."""

    MUCH = "much"
    LITTLE = "little"
    NONE = "none"
    WORSE = "worse"
    UNKNOWN = "unk"


class Episode(StrEnum):
    """In which time with symptoms a treatment was had."""

    EARLIER = "earlier"
    THIS = "this"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Onset:
    """First symptoms: between two days; without `earliest` any time before `latest`."""

    earliest: date | None
    latest: date
    words: str

    @property
    def exact(self) -> bool:
        """Is the day itself known?"""
        return self.earliest == self.latest

    @property
    def first(self) -> date:
        """The first day that is named at all."""
        return self.earliest or self.latest


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier time with symptoms: when it began, and the latest day on which it can have ended."""

    began: Onset
    ended: date
    gap: str  # "12 months or more"; empty when the length of the symptom-free time is not known


@dataclass(frozen=True, slots=True)
class Treatment:
    """One row. Lengths are in weeks; `most` is None when only a lower limit is known."""

    name: str
    under_name: str
    response: Response
    word: str
    under_word: str
    least: float
    most: float | None
    ongoing: bool
    occasions: int | None = None
    is_procedure: bool = False
    brief: str = ""  # why it ended, in a word or two: for rows of one line
    verdict: Verdict = Verdict.NOT_JUDGED
    sentence: str = ""  # of the rules, about the length
    episode: Episode = Episode.NOT_KNOWN

    @property
    def trial(self) -> str:
        """Was it tried long enough, in a word or two."""
        return VERDICT_WORDS[self.verdict]


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that the picture shows. `onset` is that of the time with symptoms that counts."""

    onset: Onset | None
    today: date
    visit: date | None
    treatments: tuple[Treatment, ...]
    earlier: Earlier | None = None
    told_on: date | None = None  # when the answers were sent in; None: today
    none_told: str = "No treatment was told."

    @property
    def told(self) -> date:
        """What goes on was going on then; nothing later is known."""
        return min(self.told_on or self.today, self.today)
