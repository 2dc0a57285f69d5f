"""A time that the desk asks about: one kind of visit, one clinician, one place, one date and time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID

from clinic.frontdesk.forms import CHOOSE_ONE
from clinic.kernel.clock import CENTRAL
from clinic.platform.controls import Problem
from clinic.platform.forms import Choice, HiddenField, HouseForm, LongTextField
from clinic.platform.parsing import Unreadable, clean_text, time_from
from clinic.scheduling.rules import CELL_MINUTES, Wanted, first_instant
from clinic.scheduling.service.overriding import REASON_LIMIT

NAMES = ("type", "clinician", "place", "date", "time")
# A native box sends 2026-12-08; who types by hand may write as Americans do.
_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_YEARS = range(2000, 2100)


@dataclass
class Question:
    """What was typed, the choices, and one error at most beside each field."""

    typed: Mapping[str, str]
    choices: Mapping[str, Sequence[Choice]]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_asked(self) -> bool:
        """Was the form sent? Opened from another page it only knows for whom."""
        return bool(self.typed.get("date") or self.typed.get("time"))

    def read(self) -> Wanted | None:
        """The time that is asked about; None with an error beside every field that is wrong."""
        ids = {name: self._chosen(name) for name in ("type", "clinician", "place")}
        day, wall = self._day(), self._wall()
        who, where, what = ids["clinician"], ids["place"], ids["type"]
        if day is None or wall is None or who is None or where is None or what is None:
            return None
        return Wanted(first_instant(day, wall, CENTRAL), who, where, what)

    def problems(self) -> list[Problem]:
        """For the summary, in the order of the page."""
        return [Problem(self.errors[name], name) for name in NAMES if name in self.errors]

    def _chosen(self, name: str) -> UUID | None:
        value = self.typed.get(name, "")
        if value and value in {one.value for one in self.choices[name]}:
            return UUID(value)
        words = {"type": "the visit type", "clinician": "the clinician", "place": "the place"}
        self.errors[name] = f"Choose {words[name]}"
        return None

    def _day(self) -> date | None:
        day = _day_from(self.typed.get("date", ""))
        if day is None or day.year not in _YEARS:
            self.errors["date"] = "Enter a date, like 12/8/2026"
            return None
        return day

    def _wall(self) -> time | None:
        try:
            wall = time_from(self.typed.get("time", ""), "The time")
        except Unreadable as wrong:
            self.errors["time"] = str(wrong)
            return None
        if wall.minute % CELL_MINUTES:
            self.errors["time"] = "Enter a time in steps of five minutes, like 9:30 or 9:35"
            return None
        return wall


def _day_from(text: str) -> date | None:
    us = _US_DAY.fullmatch(text)
    try:
        return date(int(us[3]), int(us[1]), int(us[2])) if us else date.fromisoformat(text)
    except ValueError:
        return None


def question(
    given: Mapping[str, str],
    types: Sequence[tuple[UUID, str]],
    clinicians: Sequence[tuple[UUID, str]],
    places: Sequence[tuple[UUID, str]],
) -> Question:
    """The form with what was typed, cleaned and cut."""
    typed = {name: clean_text(given.get(name, ""))[:40] for name in NAMES}
    offered = {"type": types, "clinician": clinicians, "place": places}
    choices = {
        name: (CHOOSE_ONE, *(Choice(one.hex, words) for one, words in held)) for name, held in offered.items()
    }
    return Question(typed, choices)


class AnywayForm(HouseForm):
    """Book the time all the same: the sentence, and what is asked about again."""

    buttons = ("anyway",)

    type = HiddenField()
    clinician = HiddenField()
    place = HiddenField()
    date = HiddenField()
    time = HiddenField()
    reference = HiddenField()
    visit = HiddenField()
    key = HiddenField()
    version = HiddenField()
    shown = HiddenField()
    reason = LongTextField(
        "Why anyway? One sentence.", required="Write why, in one sentence", limit=REASON_LIMIT
    )
