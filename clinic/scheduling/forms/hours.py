"""What is typed about weekly hours: day, place, times, breaks, room, from when until when."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from clinic.kernel.errors import Invalid
from clinic.kernel.wording import DAYS, us_date_long
from clinic.platform.forms import CheckboxesField, Choice, RadiosField, SelectField, TimeField, UsDateField
from clinic.scheduling.forms.base import (
    ChangeForm,
    check_order,
    choices,
    edits_of,
    id_or_none,
    ids,
    names_of,
    room_names,
)
from clinic.scheduling.rules import CELL_MINUTES
from clinic.scheduling.rules.setup import Edit, Image, Kind, SetUp

BREAKS = 3
WEEKDAYS = tuple(Choice(str(number), name) for number, name in enumerate(DAYS))
DAY = timedelta(days=1)
_SPAN = ("first_day", "last_day")


def wall(label: str, required: str = "", **rest: Any) -> Any:  # bound when its form is made
    """A time of day in whole cells."""
    return TimeField(label, required=required, step=CELL_MINUTES, **rest)


# Made before the fields of the form: errors are listed in this order, and the day is asked first.
_DAYS: Any = CheckboxesField("Days", required="Choose a day of the week", choices=WEEKDAYS)
_DAY: Any = RadiosField("Day", required="Choose a day of the week", choices=WEEKDAYS)


class HoursForm(ChangeForm):
    """Weekly hours of any day."""

    location_id = SelectField("Place", required="Choose the place")
    room_id = SelectField("Room")
    opens = wall("From", "Enter when the hours begin", noun="The start")
    closes = wall("To", "Enter when the hours end", noun="The end")
    first_day = UsDateField("From which day", required="Enter the first day", noun="The first day")
    last_day = UsDateField("Until which day", noun="The last day", hint="Leave empty if it goes on.")
    visit_types = CheckboxesField("Only these visits", hint="Tick none for all of them.")

    def breaks(self) -> Iterator[tuple[Any, Any]]:
        """The fields of the breaks, two and two."""
        return ((self[f"break_{n}_opens"], self[f"break_{n}_closes"]) for n in range(1, BREAKS + 1))

    def offer(self, stands: SetUp) -> None:
        """Let places, rooms and visit types be chosen."""
        self.location_id.choices = choices(names_of(stands, Kind.LOCATION), "Choose a place")
        self.room_id.choices = choices(room_names(stands), "No room to share")
        self.visit_types.choices = choices(names_of(stands, Kind.VISIT_TYPE))

    def validate(self, extra_validators: object = None) -> bool:
        """Times and days are in order, and breaks lie inside."""
        good = super().validate(extra_validators)
        check_order(self, "opens", "closes", "The end must be later than the start")
        check_order(self, "first_day", "last_day", "The last day must not be before the first", equal=True)
        self._check_breaks()
        return good and not self.problems()

    def _check_breaks(self) -> None:
        before = None
        for opens, closes in self.breaks():
            if opens.errors or closes.errors:
                continue
            if bool(opens.data) != bool(closes.data):
                missing = closes if opens.data else opens
                self.add_error(missing.name, "Enter both times of the break, or none")
            elif opens.data and self.opens.data and self.closes.data:
                self._check_break(opens, closes, before)
                before = closes.data

    def _check_break(self, opens: Any, closes: Any, before: Any) -> None:
        if opens.data >= closes.data:
            self.add_error(closes.name, "The break must end later than it starts")
        elif not self.opens.data <= opens.data < closes.data <= self.closes.data:
            self.add_error(opens.name, "The break must lie inside the hours")
        elif before and opens.data < before:
            self.add_error(opens.name, "The breaks must be in order and must not overlap")

    def image(self, clinician_id: UUID, weekday: int, before: Image | None = None) -> Image:
        """The hours of one weekday."""
        known = {(one["opens"], one["closes"]): one for one in (before or {}).get("breaks", ())}
        times = [(opens.data, closes.data) for opens, closes in self.breaks() if opens.data and closes.data]
        return {
            "clinician_id": clinician_id,
            "location_id": UUID(self.location_id.data),
            "room_id": id_or_none(self.room_id.data),
            "weekday": weekday,
            "opens": self.opens.data,
            "closes": self.closes.data,
            "first_day": self.first_day.data,
            "last_day": self.last_day.data,
            "breaks": tuple(known.get(one, {"opens": one[0], "closes": one[1]}) for one in times),
            "visit_types": ids(self.visit_types.data),
        }


class AddHoursForm(HoursForm):
    """New weekly hours, the same on every day that is ticked."""

    weekdays = _DAYS

    def added(self, clinician_id: UUID, today: date) -> list[Edit]:
        """New hours, one row for each day that is ticked.

        Raises:
            Invalid: a first day that lies in the past.
        """
        if self.first_day.data < today:
            raise Invalid(f"The first day must be {us_date_long(today)} or later", "first_day")
        days = [int(one) for one in self.weekdays.data]
        return [Edit(Kind.SESSION, self.new_id(day), self.image(clinician_id, day)) for day in days]


class ChangeHoursForm(HoursForm):
    """Other weekly hours, from a day on."""

    weekday = _DAY

    def changed(self, session_id: UUID, before: Image, today: date) -> list[Edit]:
        """Other hours from the first day on: the old ones end the day before, as one change.

        Raises:
            Invalid: a first day that lies in the past or after the end.
        """
        after = self.image(before["clinician_id"], int(self.weekday.data), before)
        begun, first = before["first_day"], after["first_day"]
        same = _but_days(before) == _but_days(after)
        if same and begun <= today:  # they go on as they are: only their end can be another
            return edits_of(Kind.SESSION, session_id, before, {**before, "last_day": after["last_day"]})
        if first < today:
            raise Invalid(f"The first day must be {us_date_long(today)} or later", "first_day")
        if before["last_day"] is not None and first > before["last_day"]:
            raise Invalid("These hours have ended by then. Add new ones instead", "first_day")
        if same or first <= begun:
            return edits_of(Kind.SESSION, session_id, before, after)
        ended = {**before, "last_day": first - DAY}
        new = {**after, "breaks": tuple(_times(one) for one in after["breaks"])}
        return [Edit(Kind.SESSION, session_id, ended), Edit(Kind.SESSION, self.new_id(), new)]


def _but_days(image: Image) -> Image:
    breaks = [_times(one) for one in image["breaks"]]
    return {name: value for name, value in image.items() if name not in _SPAN} | {"breaks": breaks}


def _times(one: Image) -> Image:
    return {"opens": one["opens"], "closes": one["closes"]}


for _number in range(1, BREAKS + 1):
    setattr(HoursForm, f"break_{_number}_opens", wall(f"Break {_number} from", noun="The break"))
    setattr(HoursForm, f"break_{_number}_closes", wall(f"Break {_number} to", noun="The break"))


class EndForm(ChangeForm):
    """The last day with these hours."""

    last_day = UsDateField("Last day with these hours", required="Enter the last day", noun="The last day")

    def edits(self, session_id: UUID, before: Image, today: date) -> list[Edit]:
        """The hours end.

        Raises:
            Invalid: the day lies in the past, or before the hours begin.
        """
        last: date = self.last_day.data
        if last < today:
            raise Invalid(f"The last day must be {us_date_long(today)} or later", "last_day")
        if last < before["first_day"]:
            raise Invalid(
                "The last day must not be before the first. Take the hours away instead", "last_day"
            )
        return edits_of(Kind.SESSION, session_id, before, {**before, "last_day": last})


def typed_hours(image: Image, first_day: date) -> dict[str, Any]:
    """Hours as the form shows them, to be changed from `first_day` on."""
    shown: dict[str, Any] = {
        "weekday": str(image["weekday"]),
        "location_id": str(image["location_id"]),
        "room_id": str(image["room_id"] or ""),
        "opens": image["opens"],
        "closes": image["closes"],
        "visit_types": [str(one) for one in image["visit_types"]],
        "first_day": first_day,
        "last_day": image["last_day"],
    }
    for number, one in enumerate(image["breaks"][:BREAKS], 1):
        shown |= {f"break_{number}_opens": one["opens"], f"break_{number}_closes": one["closes"]}
    return shown
