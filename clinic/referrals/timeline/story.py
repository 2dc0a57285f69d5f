"""What the time line tells: first symptoms, today, the visit, and each treatment with what is known of it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Response(StrEnum):
    """What a treatment did; each has a colour, a pattern and a word."""

    MUCH = "much"
    LITTLE = "little"
    NONE = "none"
    WORSE = "worse"
    UNKNOWN = "unk"


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


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that the picture shows."""

    onset: Onset | None
    today: date
    visit: date | None
    treatments: tuple[Treatment, ...]
