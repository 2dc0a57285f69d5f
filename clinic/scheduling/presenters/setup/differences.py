"""What a change does, in words: each thing before and after, and a title for its history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clinic.scheduling.presenters.setup.lines import Names, counted, facts, subject
from clinic.scheduling.queries.changes import Step
from clinic.scheduling.rules.setup import Edit, Image, Kind, SetUp
from clinic.scheduling.rules.setup.unset import in_force

TITLE_LIMIT = 200
ADDED, CHANGED, REMOVED = "added", "changed", "taken away"


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact before and after."""

    label: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Block:
    """One thing that is added, changed or taken away."""

    heading: str
    what: str
    rows: tuple[Difference, ...]


def steps_of(stands: SetUp, edits: Iterable[Edit]) -> tuple[Step, ...]:
    """Every thing that the edits touch, before and after."""
    return tuple((one.kind, one.id, stands.of(one.kind).get(one.id), one.image) for one in edits)


def names_around(stands: SetUp, steps: Sequence[Step]) -> Names:
    """Names of now, and of what the change itself adds or takes away."""
    of_change = (
        SetUp({kind: {key: image}}, {})
        for kind, key, before, after in steps
        for image in (after, before)
        if image is not None
    )
    return Names((stands, *of_change))


def blocks(steps: Sequence[Step], names: Names) -> tuple[Block, ...]:
    """The change, thing by thing."""
    return tuple(_block(kind, before, after, names) for kind, _, before, after in steps)


def _block(kind: Kind, old: Image | None, new: Image | None, names: Names) -> Block:
    before, after = in_force(kind, old), in_force(kind, new)
    was = dict(facts(kind, before, names)) if before else {}
    becomes = dict(facts(kind, after, names)) if after else {}
    labels = dict.fromkeys([*was, *becomes])
    rows = [Difference(label, was.get(label, ""), becomes.get(label, "")) for label in labels]
    kept = tuple(row for row in rows if row.was != row.becomes)
    return Block(*_said(kind, before, after, names), kept)


def _said(kind: Kind, before: Image | None, after: Image | None, names: Names) -> tuple[str, str]:
    """What it is about, and what happens to it."""
    shown = before or after
    assert shown is not None  # noqa: S101 - a step has a before or an after
    what = ADDED if before is None else REMOVED if after is None else CHANGED
    return subject(kind, shown, names), what


def title(steps: Sequence[Step], names: Names) -> str:
    """The change in one line: what it is about, or how much when it is about several things."""
    kind, _, before, after = steps[0]
    first = ": ".join(_said(kind, in_force(kind, before), in_force(kind, after), names))
    more = f", and {counted(len(steps) - 1, 'more edit')}" if len(steps) > 1 else ""
    return first[: TITLE_LIMIT - len(more)] + more
