"""A manager at the pages of setting up, in the demo clinic without demo people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from werkzeug.test import TestResponse

from clinic.kernel.clock import CENTRAL
from clinic.patients.queries import patient_card
from clinic.scheduling import service
from clinic.scheduling.queries.changes import ChangeLine, changes
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules import Wanted
from clinic.scheduling.rules.setup import Image, Kind
from clinic.web.demo.staff import Clinic
from tests.intake.walking import held_values
from tests.scheduling.scene import DESK, add_patient
from tests.support.client import PageClient, parse, text_of

BASE = "/staff/setup"
TUESDAY = date(2026, 12, 8)
Typed = Mapping[str, str | Sequence[str]]


def day(name: str, when: date) -> dict[str, Any]:
    """The three boxes of a date."""
    return {f"{name}-month": str(when.month), f"{name}-day": str(when.day), f"{name}-year": str(when.year)}


@dataclass
class Manager:
    """Fills in forms as a browser does: what is not touched is sent as it stands."""

    client: PageClient
    url: str = ""
    page: str = ""
    answer: TestResponse | None = field(default=None, repr=False)

    def opens(self, path: str, *, status: int = 200) -> "Manager":
        """Go to a page of setting up."""
        self.url = BASE + path
        return self._see(self.client.get(self.url, status=status))

    def sends(self, button: str = "preview", *, status: int = 200, **typed: Any) -> "Manager":
        """Change what is named, press a button."""
        fields: dict[str, Any] = {**held_values(self.page), **typed, button: "1"}
        kept = {name: value for name, value in fields.items() if name and value is not None}
        return self._see(self.client.post(self.url, kept, status=status))

    def sees(self, *words: str) -> "Manager":
        """These words stand on the page."""
        for one in words:
            assert one in self.words, f"{one!r} is not on {self.url}: {self.words[:1500]}"
        return self

    def sees_no(self, *words: str) -> "Manager":
        """These words stand nowhere in its source."""
        assert [one for one in words if one in self.page] == []
        return self

    @property
    def words(self) -> str:
        """All that can be read."""
        return text_of(self.page)

    def held(self, name: str) -> str:
        """What a control holds."""
        return held_values(self.page).get(name, [""])[0]

    def error_of(self, name: str) -> str:
        """The words beside a control."""
        for one in parse(self.page).iter("p"):
            if one.get("id") == f"{name}-error":
                return " ".join("".join(one.itertext()).split()).removeprefix("Error: ")
        return ""

    def _see(self, answer: TestResponse) -> "Manager":
        self.answer, self.page = answer, answer.get_data(as_text=True)
        return self


@dataclass(frozen=True)
class House:
    """The demo clinic, its manager at the keyboard, and what stands there."""

    clinic: Clinic
    now: datetime
    at: Manager

    @property
    def ada(self) -> UUID:
        """Dr. Ada Fernwood: Birmingham, Monday to Thursday, 8 to 12 and 1 to 5."""
        return self.who(0)

    def who(self, number: int) -> UUID:
        """A clinician's id."""
        found = self.clinic.clinicians[number].id
        assert found
        return found

    def things(self, kind: Kind) -> Mapping[UUID, Image]:
        """What is set up."""
        return set_up().of(kind)

    def closures(self) -> list[Image]:
        """Closures but for the holidays."""
        return [one for one in self.things(Kind.CLOSURE).values() if not one["holiday"]]

    def session(self, who: UUID, weekday: int, opens: time = time(8)) -> UUID:
        """The id of somebody's hours."""
        return next(
            key
            for key, one in self.things(Kind.SESSION).items()
            if (one["clinician_id"], one["weekday"], one["opens"]) == (who, weekday, opens)
        )

    def visit_type(self, slug: str = "first") -> UUID:
        """The id of a visit type."""
        return next(key for key, one in self.things(Kind.VISIT_TYPE).items() if one["slug"] == slug)

    def books(self, name: str, start: time, when: date = TUESDAY, *, mail: bool = True) -> UUID:
        """A first visit with Dr. Fernwood in Birmingham."""
        patient = add_patient(self.now, name, mail=mail)
        instant = datetime.combine(when, start, tzinfo=CENTRAL)
        wanted = Wanted(instant, self.ada, self.clinic.places["birmingham"], self.visit_type())
        row = service.book(wanted, patient_id=patient, key=uuid4().hex, actor=DESK, now=self.now)
        assert patient_card(patient).first_name == name
        return row.id

    def last_change(self) -> ChangeLine:
        """The newest entry of the history."""
        return changes(self.clinic.manager).lines[0]

    def changes(self) -> int:
        """How many there are."""
        return len(changes(self.clinic.manager).lines)
