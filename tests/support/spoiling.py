"""Values of a time that no page of ours offers, made from one that a page did offer."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from clinic.scheduling.rules import cell_at, instant_of, terms_shown
from tests.scheduling.scene import Scene

CELL, PLACE, WHO, SHOWN = range(4)


def edited(value: str, part: int, new: str) -> str:
    """The value with one of its parts replaced."""
    parts = value.split(".")
    parts[part] = new
    return ".".join(parts)


def at(value: str, when: datetime) -> str:
    """The same with another start."""
    return edited(value, CELL, str(cell_at(when)))


def start_of(value: str) -> datetime:
    """When it starts."""
    return instant_of(int(value.split(".")[CELL]))


def spoiled(how: str, value: str, scene: Scene) -> str:
    """The value, edited in a way that has a name."""
    start = start_of(value)
    elsewhere = scene.auburn if scene.birmingham.hex in value else scene.birmingham
    made = {
        "no value of ours": "1",
        "a number beyond all time": edited(value, CELL, "99999999999"),
        "no number": edited(value, CELL, "first"),
        "one part too many": value + ".x",
        "past": at(value, start - timedelta(days=35)),
        "off the raster": at(value, start + timedelta(minutes=5)),
        "outside hours": at(value, start + timedelta(hours=9)),
        "too soon": at(value, scene.now + timedelta(hours=1)),
        "too late": at(value, start + timedelta(days=301)),
        "of another kind": edited(value, SHOWN, terms_shown(scene.short_visit, 60)),
        "of another length": edited(value, SHOWN, terms_shown(scene.first_visit, 45)),
        "at the other place": edited(value, PLACE, elsewhere.hex),
        "at a place that is none": edited(value, PLACE, uuid4().hex),
        "with a clinician who is none": edited(value, WHO, uuid4().hex),
        "with nobody": edited(value, WHO, UUID(int=0).hex),
    }
    return made[how]


FORGED = ("no value of ours", "a number beyond all time", "no number", "one part too many")
# What the refusal says of each, whoever sends it.
SAID = {
    **dict.fromkeys(FORGED, "Choose one of the times on this page"),
    "past": "has passed",
    "off the raster": "no visits at this time",
    "outside hours": "no visits at this time",
    "too soon": "too soon",
    "too late": "too far away",
    "of another kind": "kind of visit or its length has changed",
    "of another length": "kind of visit or its length has changed",
    "at the other place": "no visits at this time",
    "at a place that is none": "no visits at this time",
    "with a clinician who is none": "no visits at this time",
    "with nobody": "no visits at this time",
}
