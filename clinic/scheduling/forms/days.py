"""What is typed about days that are not like every week: away, extra hours, closures, holidays."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from clinic.kernel.errors import Invalid
from clinic.kernel.wording import us_date_long
from clinic.platform.forms import CheckboxesField, Choice, RadiosField, SelectField, TextField, UsDateField
from clinic.scheduling.forms.base import (
    NO_NAMES,
    ChangeForm,
    check_order,
    choices,
    edits_of,
    id_or_none,
    names_of,
    room_names,
)
from clinic.scheduling.forms.hours import wall
from clinic.scheduling.rules import DatedKind
from clinic.scheduling.rules.setup import Edit, Holiday, Image, Kind, SetUp, holiday_edits

KINDS = (Choice(DatedKind.AWAY.value, "Away for some hours"), Choice(DatedKind.EXTRA.value, "Extra hours"))


class DatedForm(ChangeForm):
    """Hours of one day on which a clinician is away, or sees people although the week does not say so."""

    kind = RadiosField("What", required="Choose what it is", choices=KINDS, appearance="seg")
    clinician_id = SelectField("Clinician", required="Choose the clinician")
    day = UsDateField("Day", required="Enter the day", noun="The day")
    opens = wall("From", "Enter when it begins", noun="The start")
    closes = wall("To", "Enter when it ends", noun="The end")
    location_id = SelectField("Place", hint="Extra hours need one. Away without one: from wherever they are.")
    room_id = SelectField("Room", hint="For extra hours, only where visits need a room that others use too.")
    name = TextField("Why", required="Say why, in a word or two", limit=80, hint=NO_NAMES)

    def offer(self, stands: SetUp, clinicians: Mapping[UUID, str]) -> None:
        """Let these be chosen."""
        self.clinician_id.choices = choices(clinicians, "Choose a clinician")
        self.location_id.choices = choices(names_of(stands, Kind.LOCATION), "No place")
        self.room_id.choices = choices(room_names(stands), "No room to share")

    def validate(self, extra_validators: object = None) -> bool:
        """Times are in order; extra hours are somewhere; being away takes no room."""
        good = super().validate(extra_validators)
        check_order(self, "opens", "closes", "The end must be later than the start")
        if self.kind.data == DatedKind.EXTRA and not self.location_id.data:
            self.add_error("location_id", "Choose where the extra hours are")
        if self.kind.data == DatedKind.AWAY and self.room_id.data:
            self.add_error("room_id", "Being away takes no room: choose “No room to share”")
        return good and not self.problems()

    def edits(self, dated_id: UUID | None, stands: SetUp, today: date) -> list[Edit]:
        """What differs; `dated_id` is None for new ones.

        Raises:
            Invalid: the day lies in the past.
        """
        if self.day.data < today:
            raise Invalid(f"The day must be {us_date_long(today)} or later", "day")
        which = dated_id or self.new_id()
        image = {
            "clinician_id": UUID(self.clinician_id.data),
            "location_id": id_or_none(self.location_id.data),
            "room_id": id_or_none(self.room_id.data),
            "kind": DatedKind(self.kind.data),
            "day": self.day.data,
            "opens": self.opens.data,
            "closes": self.closes.data,
            "name": self.name.data,
        }
        return edits_of(Kind.DATED_HOURS, which, stands.of(Kind.DATED_HOURS).get(which), image)


class ClosureForm(ChangeForm):
    """Whole days without visits: everywhere or at one place, for all or for one clinician."""

    location_id = SelectField("Where")
    clinician_id = SelectField("Who")
    first_day = UsDateField("First day", required="Enter the first day", noun="The first day")
    last_day = UsDateField("Last day", noun="The last day", hint="Leave empty for one day.")
    name = TextField("Why", required="Say why, in a word or two", limit=80, hint=NO_NAMES)

    def offer(self, stands: SetUp, clinicians: Mapping[UUID, str]) -> None:
        """Let these be chosen."""
        self.location_id.choices = choices(names_of(stands, Kind.LOCATION), "All places")
        self.clinician_id.choices = choices(clinicians, "Everybody")

    def validate(self, extra_validators: object = None) -> bool:
        """The days are in order."""
        good = super().validate(extra_validators)
        check_order(self, "first_day", "last_day", "The last day must not be before the first", equal=True)
        return good and not self.problems()

    def edits(self, closure_id: UUID | None, stands: SetUp, today: date) -> list[Edit]:
        """What differs; `closure_id` is None for a new one.

        Raises:
            Invalid: the days lie in the past.
        """
        which = closure_id or self.new_id()
        before = stands.of(Kind.CLOSURE).get(which)
        first: date = self.first_day.data
        last: date = self.last_day.data or first
        if first < today and not (before and before["first_day"] == first):
            raise Invalid(f"The first day must be {us_date_long(today)} or later", "first_day")
        if last < today:
            raise Invalid(f"The last day must be {us_date_long(today)} or later", "last_day")
        image = {
            "location_id": id_or_none(self.location_id.data),
            "clinician_id": id_or_none(self.clinician_id.data),
            "first_day": first,
            "last_day": last,
            "name": self.name.data,
            "holiday": bool(before and before["holiday"]),
        }
        return edits_of(Kind.CLOSURE, which, before, image)


class HolidaysForm(ChangeForm):
    """Federal holidays on which the clinic is closed."""

    days = CheckboxesField("Closed on", hint="Untick a day on which you see people.")

    def offer(self, holidays: Iterable[Holiday]) -> None:
        """Let these be ticked."""
        self.days.choices = tuple(
            Choice(one.day.isoformat(), us_date_long(one.day), hint=one.name) for one in holidays
        )

    def edits(self, holidays: Collection[Holiday]) -> Sequence[Edit]:
        """A closure for each day that was ticked, none for each that was not."""
        return holiday_edits(holidays, {date.fromisoformat(one) for one in self.days.data})


def typed_dated(image: Image) -> dict[str, Any]:
    """Dated hours as the form shows them."""
    chosen = {name: str(image[name] or "") for name in ("clinician_id", "location_id", "room_id")}
    return {**image, **chosen, "kind": image["kind"].value}


def typed_closure(image: Image) -> dict[str, Any]:
    """A closure as the form shows it."""
    chosen = {name: str(image[name] or "") for name in ("location_id", "clinician_id")}
    last = None if image["last_day"] == image["first_day"] else image["last_day"]
    return {**chosen, "name": image["name"], "first_day": image["first_day"], "last_day": last}
