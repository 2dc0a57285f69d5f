"""What is typed about a visit type: length, buffers, who does it, who may book it, and how far ahead."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from clinic.platform.forms import CheckboxesField, Choice, RadiosField, TextField, WholeNumberField
from clinic.scheduling.forms.base import (
    YES_NO,
    ChangeForm,
    MinutesField,
    choices,
    edits_of,
    ids,
    next_position,
)
from clinic.scheduling.rules.setup import Edit, Image, Kind, SetUp

PRIORITIES = {1: "Urgent", 2: "Safety call", 3: "Soon", 4: "Standard", 5: "Routine"}
PHASES = (Choice("1", "Phase One"), Choice("2", "Phase Two"), Choice("3", "Phase Three"))
_MINUTES = ("minutes", "before_minutes", "after_minutes", "step_minutes")
_YES = ("before_decision", "self_bookable", "offered")
HOUR = 60


def _minutes(label: str, minimum: int, maximum: int, hint: str = "") -> Any:  # bound when its form is made
    return MinutesField(
        label,
        required=f"{label}: enter minutes from {minimum} to {maximum}",
        minimum=minimum,
        maximum=maximum,
        hint=f"{minimum} to {maximum} minutes. {hint}".strip(),
    )


def _yes_or_no(label: str, hint: str) -> Any:  # bound when its form is made
    return RadiosField(
        label, required=f"{label} Choose yes or no", choices=YES_NO, appearance="seg", hint=hint
    )


class VisitTypeForm(ChangeForm):
    """A kind of visit."""

    name = TextField(
        "Name",
        required="Enter the name of the visit type",
        limit=80,
        hint="Patients read it. Name no illness and no treatment.",
    )
    minutes = _minutes("Length", 5, 480)
    before_minutes = _minutes("Buffer before", 0, 120, "Kept free before the visit.")
    after_minutes = _minutes(
        "Buffer after", 0, 120, "Kept free after it. Between two visits the larger counts."
    )
    step_minutes = _minutes("Starts every", 5, 240, "Counted from the start of the hours.")
    clinicians = CheckboxesField("Who does it", hint="Tick none if every clinician does it.")
    phases = CheckboxesField("For these confirmed phases", choices=PHASES)
    before_decision = _yes_or_no("Before a decision?", "Booked while nobody has decided yet.")
    self_bookable = _yes_or_no("May patients book it?", "If not, only the staff book it.")
    offered = _yes_or_no("Offered?", "If not, nobody books it any more. Visits that stand keep it.")

    notice_hours = WholeNumberField(
        "Notice",
        required="Notice: enter hours from 0 to 720",
        minimum=0,
        maximum=720,
        width="3",
        hint="0 to 720 hours. Patients book no later than this before the visit; the desk may.",
    )

    def windows(self) -> Iterator[Any]:
        """The fields of how far ahead, the most urgent first."""
        return (self[f"window_{number}"] for number in PRIORITIES)

    def offer(self, clinicians: Mapping[UUID, str]) -> None:
        """Let these be ticked."""
        self.clinicians.choices = choices(clinicians)

    def edits(self, type_id: UUID | None, stands: SetUp) -> list[Edit]:
        """What differs; `type_id` is None for a new one."""
        which = type_id or self.new_id()
        before = stands.of(Kind.VISIT_TYPE).get(which)
        days = {str(number): self[f"window_{number}"].data for number in PRIORITIES}
        image = {
            "slug": before["slug"] if before else "",
            "position": before["position"] if before else next_position(stands, Kind.VISIT_TYPE),
            **{name: self[name].data for name in ("name", *_MINUTES)},
            "notice_minutes": self.notice_hours.data * HOUR,
            "phases": tuple(int(one) for one in self.phases.data),
            **{name: self[name].data == "yes" for name in _YES},
            "window_days": {number: count for number, count in days.items() if count is not None},
            "clinicians": ids(self.clinicians.data),
        }
        return edits_of(Kind.VISIT_TYPE, which, before, image)


for _number, _word in PRIORITIES.items():
    _field = WholeNumberField(
        f"{_number} {_word}", minimum=1, maximum=365, width="3", noun=f"Days for {_number} {_word}"
    )
    setattr(VisitTypeForm, f"window_{_number}", _field)


def typed_visit_type(image: Image) -> dict[str, Any]:
    """A visit type as the form shows it."""
    shown: dict[str, Any] = {name: image[name] for name in ("name", *_MINUTES)}
    # Rounded up: the form asks for whole hours, and the page of effects shows the difference.
    shown["notice_hours"] = -(-image["notice_minutes"] // HOUR)
    shown["clinicians"] = [str(one) for one in image["clinicians"]]
    shown["phases"] = [str(one) for one in image["phases"]]
    shown |= {name: "yes" if image[name] else "no" for name in _YES}
    return shown | {f"window_{number}": image["window_days"].get(str(number)) for number in PRIORITIES}


NEW_VISIT_TYPE: Image = {
    "name": "",
    "minutes": 60,
    "before_minutes": 0,
    "after_minutes": 10,
    "step_minutes": 15,
    "notice_minutes": 24 * HOUR,
    "clinicians": (),
    "phases": (),
    "before_decision": False,
    "self_bookable": True,
    "offered": True,
    "window_days": {},
}
"""What a new visit type begins with."""
