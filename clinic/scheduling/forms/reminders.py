"""What is typed about reminders: how many hours before a visit, and when nobody is written to."""

from typing import Any

from clinic.platform.forms import TimeField, WholeNumberField
from clinic.scheduling.forms.base import ChangeForm, edits_of
from clinic.scheduling.rules.setup import REMINDERS_ID, Edit, Image, Kind, SetUp
from clinic.scheduling.rules.setup.unset import reminders_in_force

MOST_HOURS = 14 * 24
EVENING, MORNING = 12, 0


# Made before the fields of the form: errors are listed in this order.
_HOURS: Any = [
    WholeNumberField(f"{word} reminder", minimum=1, maximum=MOST_HOURS, width="3")
    for word in ("First", "Second", "Third", "Fourth")
]
REMINDERS = len(_HOURS)


class RemindersForm(ChangeForm):
    """When visits are reminded of."""

    quiet_from = TimeField("Quiet from", required="Enter when quiet hours begin", pm_below=EVENING)
    quiet_until = TimeField("Quiet until", required="Enter when quiet hours end", pm_below=MORNING)

    def hours(self) -> list[Any]:
        """The fields of the reminders."""
        return [self[f"hours_{number}"] for number in range(1, REMINDERS + 1)]

    def validate(self, extra_validators: object = None) -> bool:
        """No reminder twice; quiet hours have a length."""
        good = super().validate(extra_validators)
        seen: set[int] = set()
        for one in self.hours():
            if one.data is not None and one.data in seen:
                self.add_error(one.name, "Two reminders go out at the same time")
            seen.add(one.data)
        if self.quiet_from.data is not None and self.quiet_from.data == self.quiet_until.data:
            self.add_error("quiet_until", "Quiet hours must end at another time than they begin")
        return good and not self.problems()

    def edits(self, stands: SetUp) -> list[Edit]:
        """What differs from the settings, or from what holds without any."""
        hours = sorted((one.data for one in self.hours() if one.data is not None), reverse=True)
        image = {
            "remind_hours": tuple(hours),
            "quiet_from": self.quiet_from.data,
            "quiet_until": self.quiet_until.data,
        }
        return edits_of(Kind.REMINDERS, REMINDERS_ID, reminders_in_force(stands), image)


for _number, _field in enumerate(_HOURS, 1):
    setattr(RemindersForm, f"hours_{_number}", _field)


def typed_reminders(image: Image) -> dict[str, Any]:
    """The settings as the form shows them."""
    shown: dict[str, Any] = {name: image[name] for name in ("quiet_from", "quiet_until")}
    for number, hours in enumerate(image["remind_hours"][:REMINDERS], 1):
        shown[f"hours_{number}"] = hours
    return shown
