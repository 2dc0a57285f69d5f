"""A change in the history: what it did before and after, what became of visits, whether it stands."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from clinic.kernel.wording import us_date_short, us_date_time, us_time
from clinic.scheduling.presenters.setup.differences import Block, blocks, names_around
from clinic.scheduling.presenters.setup.lines import Names, counted
from clinic.scheduling.queries.changes import ChangeLine, Moved, Place
from clinic.scheduling.rules.setup import Kind, SetUp


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A visit that was moved, before and after."""

    reference: str
    was: str
    became: str


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """A change as the history and the page of undoing show it."""

    id: UUID
    title: str
    when: str
    by: str
    blocks: tuple[Block, ...]
    moves: tuple[MoveRow, ...]
    calls: int
    calls_words: str
    effects: str
    undone: str


def change_cards(lines: Iterable[ChangeLine], stands: SetUp) -> tuple[ChangeCard, ...]:
    """The changes, each with its words."""
    return tuple(_card(line, stands) for line in lines)


def way_back(line: ChangeLine, stands: SetUp) -> ChangeCard:
    """The same change as it is undone: from what it made to what was."""
    steps = tuple((kind, key, after, before) for kind, key, before, after in reversed(line.steps))
    moves = tuple(replace(one, was=one.became, became=one.was) for one in line.moves)
    return _card(replace(line, steps=steps, moves=moves), stands)


def _card(line: ChangeLine, stands: SetUp) -> ChangeCard:
    names = names_around(stands, line.steps)
    undone = f"Undone {_at(line.undone_at)} by {line.undone_by}" if line.undone_at else ""
    return ChangeCard(
        line.id,
        line.title,
        _at(line.at),
        line.by,
        blocks(line.steps, names),
        tuple(_move(one, names) for one in line.moves),
        line.calls,
        counted(line.calls, "visit"),
        _effects(len(line.moves), line.calls),
        undone,
    )


def _at(instant: datetime) -> str:
    return f"{us_date_short(instant)}, {us_time(instant)}"


def _move(one: Moved, names: Names) -> MoveRow:
    return MoveRow(one.reference, _place(one.was, names), _place(one.became, names))


def _place(one: Place, names: Names) -> str:
    where = names.of(Kind.LOCATION, one.location_id)
    return f"{us_date_time(one.start)}, {where}, {names.person(one.clinician_id)}"


def _effects(moves: int, calls: int) -> str:
    """What it did to visits, in a sentence; empty when it hit none."""
    said = []
    if moves:
        said.append(f"{counted(moves, 'visit')} moved")
    if calls:
        said.append(f"the desk was asked to call about {counted(calls, 'visit')}")
    sentence = ", ".join(said)
    return sentence[:1].upper() + sentence[1:]
