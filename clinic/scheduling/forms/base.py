"""What every form of setting up shares: what it was built from, its key, the visits that it moves."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid5

from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from clinic.kernel.errors import Invalid
from clinic.platform.controls import Problem
from clinic.platform.fields import HouseField
from clinic.platform.forms import Choice, HiddenField, HouseForm, WholeNumberField
from clinic.platform.parsing import Unreadable, clean_text, within
from clinic.scheduling.rules import CELL_MINUTES
from clinic.scheduling.rules.setup import Edit, Image, Kind, SetUp

TAMPERED = "This page sent something we do not know. Please go back and try again."
NO_NAMES = "Name no patient: everybody on the staff can read this."
YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))
LEAVE = ""


class MinutesField(WholeNumberField):
    """Minutes in whole fives."""

    def __init__(self, label: str, **rest: Any) -> None:
        super().__init__(label, **{"width": "3"} | rest)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Refuse what lies between two marks."""
        super().process_formdata(valuelist)
        if self.data is not None and self.data % CELL_MINUTES:
            self.data = None
            raise ValueError(f"{self.noun} must be in steps of {CELL_MINUTES} minutes")


class BoxesField(HouseField):
    """Boxes of one line whose names follow a pattern: as many as the page had when it was shown.

    `data` maps the last part of each posted name to what was typed; a box that is gone meanwhile is no error.
    """

    def __init__(self, label: str, *, stem: str, part: str = "[0-9a-f]{32}", **rest: Any) -> None:
        super().__init__(label, **rest)
        self.stem = stem
        self._name_of = re.compile(f"{re.escape(stem)}-({part})")
        self._posted: tuple[str, ...] = ()
        self.wrong: dict[str, str] = {}

    def posted_names(self) -> tuple[str, ...]:
        """The names of the boxes that came."""
        return self._posted

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read every box of the pattern."""
        super().process(None, data, extra_filters)
        if formdata is None:
            return
        found = {name: match[1] for name in formdata if (match := self._name_of.fullmatch(name))}
        self._posted = tuple(found)
        if found:
            self.data = {part: clean_text(formdata[name]) for name, part in found.items()}

    def pre_validate(self, form: object) -> None:
        """Each line is short enough; the error belongs to its own box."""
        for part, text in (self.data or {}).items():
            try:
                within(text, self.limit, self.noun)
            except Unreadable as wrong:
                self.refuse(part, str(wrong))
        if self.wrong:
            raise StopValidation(next(iter(self.wrong.values())))

    def refuse(self, part: str, words: str) -> None:
        """Say what is wrong with one box."""
        self.wrong[part] = words

    def problems(self) -> list[Problem]:
        """One for each wrong box."""
        return [Problem(words, f"{self.stem}-{part}") for part, words in self.wrong.items()]


class ChangeForm(HouseForm):
    """A form whose effect is shown before it is kept.

    `seen` is a fingerprint of what was set up when the form was shown, `key` makes a double press one change,
    `digest` says which effect was shown, `moves` holds the new times that were chosen for visits.
    """

    buttons: ClassVar[tuple[str, ...]] = ("preview", "fill", "make", "back")
    # What the page of effects has of its own; everything else is carried from the form.
    OWN: ClassVar[frozenset[str]] = frozenset({"csrf_token", "seen", "key", "digest", *buttons})

    seen = HiddenField()
    key = HiddenField()
    digest = HiddenField()
    moves = BoxesField("Visits", stem="move", limit=120)

    @property
    def change_key(self) -> UUID:
        """The key of the change.

        Raises:
            Invalid: it is none; the page was changed.
        """
        try:
            return UUID(self.key.data or "")
        except ValueError:
            raise Invalid(TAMPERED) from None

    def new_id(self, number: int = 0) -> UUID:
        """The id of a row that this form adds, the same however often it is sent."""
        return uuid5(self.change_key, str(number))

    def chosen_times(self) -> dict[UUID, str]:
        """The new time of each visit that is moved; those left to the desk are not named."""
        return {UUID(part): value for part, value in (self.moves.data or {}).items() if value != LEAVE}


class UndoForm(HouseForm):
    """A button; `digest` says which effect was shown."""

    digest = HiddenField()


class PressForm(ChangeForm):
    """A change that has nothing to type: taking something away."""


def id_or_none(text: str | None) -> UUID | None:
    """The id that was chosen, if one was."""
    return UUID(text) if text else None


def ids(texts: Iterable[str]) -> tuple[UUID, ...]:
    """The ids that were ticked, in the order that an image has."""
    return tuple(sorted(UUID(text) for text in texts))


def choices(names: Mapping[UUID, str], first: str = "") -> tuple[Choice, ...]:
    """Options by id; `first` is the empty one."""
    empty = (Choice("", first),) if first else ()
    return (*empty, *(Choice(str(key), text) for key, text in names.items()))


def names_of(stands: SetUp, kind: Kind) -> dict[UUID, str]:
    """What places, or visit types, are called."""
    return {key: str(image["name"]) for key, image in stands.of(kind).items()}


def room_names(stands: SetUp) -> dict[UUID, str]:
    """Every room behind its place."""
    rooms = stands.of(Kind.ROOM).items()
    return {key: f"{stands.place(image['location_id'])}: {image['name']}" for key, image in rooms}


def edits_of(kind: Kind, which: UUID, before: Image | None, after: Image) -> list[Edit]:
    """One edit, or none when nothing differs."""
    return [] if before == after else [Edit(kind, which, after)]


def next_position(stands: SetUp, kind: Kind) -> int:
    """The place behind all others of its kind."""
    return max((int(image["position"]) for image in stands.of(kind).values()), default=0) + 1


def check_order(form: ChangeForm, first: str, last: str, words: str, *, equal: bool = False) -> None:
    """Two times, or two days, must be in order; the error belongs to the later one."""
    one, other = form[first].data, form[last].data
    if one is not None and other is not None and (one > other or (one == other and not equal)):
        form.add_error(last, words)
