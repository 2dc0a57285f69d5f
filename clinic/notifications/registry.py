"""What the composition registers: kinds of message, quiet hours, jobs, who hears of a given-up message."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, current_app

from clinic.notifications.rules import GivenUp, Message

StillWanted = Callable[[dict[str, str], datetime], bool]
Render = Callable[[dict[str, str]], Message]
OnGivenUp = Callable[[GivenUp, datetime], None]
# The first moment from a given one at which people may be written to unasked.
LoudFrom = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class MessageKind:
    """A kind of message, owned by the slice that knows when it is still true and how it is written.

    `by_itself`: the clinic sends it unasked, so it keeps the quiet hours. An answer to what somebody has just
    done goes at once. `render` may raise `NoAddressError`.
    """

    name: str
    still_wanted: StillWanted
    render: Render
    by_itself: bool = False


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """Something the worker does every so often; it brings its own transaction."""

    name: str
    every_seconds: float
    run: Callable[[datetime], object]


def _always_loud(instant: datetime) -> datetime:
    return instant


@dataclass
class Registry:
    """What one application knows."""

    kinds: dict[str, MessageKind] = field(default_factory=dict)
    jobs: dict[str, PeriodicJob] = field(default_factory=dict)
    on_given_up: list[OnGivenUp] = field(default_factory=list)
    loud_from: LoudFrom = _always_loud


def registry(app: Flask | None = None) -> Registry:
    """The registry of the application."""
    held: Registry = (app or current_app).extensions.setdefault("clinic.notifications", Registry())
    return held


def register(app: Flask, kind: MessageKind) -> None:
    """Make a kind of message known.

    Raises:
        ValueError: the name is taken.
    """
    if registry(app).kinds.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"two kinds of message are called {kind.name}")


def periodic(app: Flask, name: str, every_seconds: float, run: Callable[[datetime], object]) -> None:
    """Let the worker call `run(now)` at its start and then every so many seconds.

    Raises:
        ValueError: the name is taken.
    """
    if name in registry(app).jobs:
        raise ValueError(f"two periodic jobs are called {name}")
    registry(app).jobs[name] = PeriodicJob(name, every_seconds, run)


def when_given_up(app: Flask, tell: OnGivenUp) -> None:
    """Let `tell` know, in the same transaction, when a message is given up."""
    registry(app).on_given_up.append(tell)


def quiet_hours(app: Flask, loud_from: LoudFrom) -> None:
    """Tell the worker when people may be written to unasked."""
    registry(app).loud_from = loud_from
