"""The fields of forms: each cleans what was typed, keeps it when it is wrong, and has one error at most."""

from collections.abc import Iterable, Sequence
from datetime import time
from typing import Any, ClassVar

from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from clinic.kernel.clock import central_date
from clinic.kernel.wording import us_wall_time
from clinic.platform.controls import Appearance, Choice, Kind, Problem, target
from clinic.platform.extensions import now
from clinic.platform.parsing import (
    DATE_PARTS,
    LINE_LIMIT,
    TEXT_LIMIT,
    DatePart,
    Unreadable,
    clean_text,
    email_from,
    time_from,
    us_date_from,
    us_phone_from,
    within,
)

NOT_A_CHOICE = "Choose one of the answers on the page"


class HouseField(Field):
    """One control: `kind` chooses the markup, `required` holds the words for an empty answer."""

    kind: Kind = "text"

    def __init__(
        self,
        label: str,
        *,
        required: str = "",
        hint: str = "",
        autocomplete: str = "",
        width: str = "",
        noun: str = "",
        limit: int = LINE_LIMIT,
        validators: Sequence[Any] = (),
        **rest: Any,
    ) -> None:
        super().__init__(label, validators=list(validators), **rest)
        self.required_words = required
        self.hint = hint
        self.autocomplete = autocomplete
        self.width = width
        self.noun = noun or label
        self.limit = limit
        self.faulty_parts: tuple[DatePart, ...] = ()

    def posted_names(self) -> tuple[str, ...]:
        """The names under which this field's answer arrives."""
        return (self.name,)

    def shown_value(self) -> Any:
        """What the control shows: what was typed, else the data."""
        return "" if self.data is None else self.data

    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return not self.data

    def pre_validate(self, form: object) -> None:
        """One error at most: what could not be read, else an empty required answer."""
        if self.process_errors:
            raise StopValidation
        if self.is_empty():
            raise StopValidation(self.required_words)

    def problems(self) -> list[Problem]:
        """Its error, for the summary."""
        if not self.errors:
            return []
        return [Problem(str(self.errors[0]), target(self.kind, self.id, self.faulty_parts))]

    def render_options(self) -> dict[str, Any]:
        """What the adapter needs beside name, label and value."""
        return {"hint": self.hint, "autocomplete": self.autocomplete, "width": self.width}


class TextField(HouseField):
    """One line of text; `kind="name"` for names (no spell check), `kind="digits"` for codes."""

    lines: ClassVar[bool] = False

    def __init__(self, label: str, *, kind: Kind = "text", **rest: Any) -> None:
        super().__init__(label, **rest)
        self.kind = kind
        self.typed = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Clean what was typed and read it; a wrong value keeps the text and gains the words."""
        self.typed = clean_text(str(valuelist[0]), lines=self.lines) if valuelist else ""
        self.data = self.typed
        try:
            within(self.typed, self.limit, self.noun)
            self.data = self.read(self.typed) if self.typed else ""
        except Unreadable as wrong:
            raise ValueError(str(wrong)) from wrong

    def read(self, typed: str) -> str:
        """The value of cleaned text; raises Unreadable."""
        return typed

    def shown_value(self) -> str:
        """What was typed, even when it was wrong."""
        return self.typed or str(self.data or "")


class LongTextField(TextField):
    """Several lines, 2000 characters unless told otherwise."""

    lines = True

    def __init__(self, label: str, *, limit: int = TEXT_LIMIT, **rest: Any) -> None:
        super().__init__(label, kind="textarea", limit=limit, **rest)


class UsPhoneField(TextField):
    """A US phone number in any punctuation; data is +12055550142."""

    def __init__(self, label: str, **rest: Any) -> None:
        super().__init__(label, kind="phone", **{"autocomplete": "tel"} | rest)

    def read(self, typed: str) -> str:
        """The number in one form."""
        return us_phone_from(typed)


class EmailField(TextField):
    """An e-mail address; nothing is looked up."""

    def __init__(self, label: str, **rest: Any) -> None:
        super().__init__(label, kind="email", **{"autocomplete": "email"} | rest)

    def read(self, typed: str) -> str:
        """The address in one form."""
        return email_from(typed)


class WholeNumberField(HouseField):
    """A whole number between two bounds; data is an int or None."""

    kind: Kind = "digits"

    def __init__(self, label: str, *, minimum: int, maximum: int, **rest: Any) -> None:
        super().__init__(label, **rest)
        self.minimum, self.maximum = minimum, maximum
        self.typed = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read digits; anything else is an error with both bounds in its words."""
        self.typed = clean_text(str(valuelist[0]))[:LINE_LIMIT] if valuelist else ""
        self.data = None
        if not self.typed:
            return
        number = int(self.typed) if self.typed.isdecimal() and len(self.typed) < 10 else self.minimum - 1
        if not self.minimum <= number <= self.maximum:
            raise ValueError(f"{self.noun} must be a number between {self.minimum} and {self.maximum}")
        self.data = number

    def is_empty(self) -> bool:
        """Zero is an answer."""
        return self.data is None

    def shown_value(self) -> str:
        """What was typed, even when it was wrong."""
        return self.typed or ("" if self.data is None else str(self.data))


class TimeField(HouseField):
    """A time of day on a clock on the wall; data is a time or None.

    `step` refuses minutes between the marks; without am or pm an hour below `pm_below` is in the afternoon.
    """

    def __init__(self, label: str, *, step: int = 1, pm_below: int = 7, **rest: Any) -> None:
        super().__init__(label, **{"width": "5", "autocomplete": "off"} | rest)
        self.step, self.pm_below = step, pm_below
        self.typed = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; a wrong value keeps the text and gains the words."""
        self.typed = clean_text(str(valuelist[0]))[:LINE_LIMIT] if valuelist else ""
        self.data = None
        if not self.typed:
            return
        try:
            wall = time_from(self.typed, self.noun, pm_below=self.pm_below)
        except Unreadable as wrong:
            raise ValueError(str(wrong)) from wrong
        if wall.minute % self.step:
            raise ValueError(f"{self.noun} must be in steps of {self.step} minutes, like 8:00 or 8:05")
        self.data = wall

    def is_empty(self) -> bool:
        """Midnight is an answer."""
        return self.data is None

    def shown_value(self) -> str:
        """What was typed, else the time in words."""
        return self.typed or (us_wall_time(self.data) if isinstance(self.data, time) else "")


class _ChoiceField(HouseField):
    """Shared by every field with declared choices; `choices` may be set on the instance before validation."""

    def __init__(
        self, label: str, *, choices: Iterable[Choice] = (), appearance: Appearance = "rows", **rest: Any
    ) -> None:
        super().__init__(label, **rest)
        self.choices = tuple(choices)
        self.appearance = appearance

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the value as it came; `pre_validate` judges it."""
        self.data = str(valuelist[0]) if valuelist else ""

    def pre_validate(self, form: object) -> None:
        """Only a declared value is an answer."""
        super().pre_validate(form)
        if self.data not in {one.value for one in self.choices}:
            raise StopValidation(NOT_A_CHOICE)

    def render_options(self) -> dict[str, Any]:
        """Choices and their look."""
        return {"hint": self.hint, "choices": self.choices, "appearance": self.appearance}


class RadiosField(_ChoiceField):
    """One of several; data is the value or an empty string."""

    kind: Kind = "radios"


class SelectField(_ChoiceField):
    """One of a long list. Declare the empty first option (`Choice("", "Choose")`) yourself."""

    kind: Kind = "select"


class CheckboxesField(_ChoiceField):
    """Any number of several; data is a list of values. An exclusive one ("None of these") stands alone."""

    kind: Kind = "checkboxes"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Each value once, in the order of the page."""
        given = {str(one) for one in valuelist}
        known = [one.value for one in self.choices if one.value in given]
        self.data = known + sorted(given.difference(known))

    def pre_validate(self, form: object) -> None:
        """Every value is declared, and an exclusive one is alone."""
        HouseField.pre_validate(self, form)
        declared = {one.value: one for one in self.choices}
        if any(value not in declared for value in self.data):
            raise StopValidation(NOT_A_CHOICE)
        alone = [declared[value] for value in self.data if declared[value].exclusive]
        if alone and len(self.data) > 1:
            raise StopValidation(f"Choose what is true for you, or choose “{alone[0].text}”, not both")


class UsDateField(HouseField):
    """A date in three boxes; data is a date or None. `past=True` refuses tomorrow on Alabama's calendar."""

    kind: Kind = "date"

    def __init__(self, label: str, *, past: bool = False, **rest: Any) -> None:
        super().__init__(label, **rest)
        self.past = past
        self.typed: dict[str, str] = {}

    def posted_names(self) -> tuple[str, ...]:
        """Three boxes."""
        return tuple(f"{self.name}-{part}" for part in DATE_PARTS)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the three boxes in place of one value."""
        super().process(None, data, extra_filters)
        if formdata is None or not any(name in formdata for name in self.posted_names()):
            return
        names = zip(DATE_PARTS, self.posted_names(), strict=True)
        self.typed = {part: clean_text(formdata.get(name, ""))[:20] for part, name in names}
        self.data = None
        if not any(self.typed.values()):
            return
        try:
            self.data = us_date_from(
                self.typed, self.noun, not_after=central_date(now()) if self.past else None
            )
        except Unreadable as wrong:
            self.faulty_parts = wrong.parts
            self.process_errors = [str(wrong)]

    def is_empty(self) -> bool:
        """No box was filled, and there is no date."""
        return self.data is None

    def shown_value(self) -> dict[str, str]:
        """What was typed, else the parts of the date."""
        if self.typed or self.data is None:
            return self.typed
        return {"month": str(self.data.month), "day": str(self.data.day), "year": str(self.data.year)}
