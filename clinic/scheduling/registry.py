"""What the composition registers: reactions to changes, and where a patient manages a visit."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask import Flask, current_app

from clinic.kernel.permissions import Actor
from clinic.scheduling.rules import State, Step


@dataclass(frozen=True, slots=True)
class Change:
    """What has just happened to an appointment, for whoever must react in the same transaction."""

    appointment_id: UUID
    patient_id: UUID
    step: Step
    from_state: State
    to_state: State
    version: int
    at: datetime
    actor: Actor


Reaction = Callable[[Change], None]
# The address of the private page on which this appointment is changed or cancelled; None when there is none.
ManageUrl = Callable[[UUID], str | None]


def _no_page(_: UUID) -> None:
    return None


@dataclass
class Registry:
    """What one application knows."""

    reactions: list[Reaction] = field(default_factory=list)
    manage_url: ManageUrl = _no_page


def registry(app: Flask | None = None) -> Registry:
    """The registry of the application."""
    held: Registry = (app or current_app).extensions.setdefault("clinic.scheduling", Registry())
    return held


def on_change(app: Flask, reaction: Reaction) -> None:
    """Call `reaction` inside the transaction of every step of every appointment."""
    registry(app).reactions.append(reaction)


def manage_pages(app: Flask, url: ManageUrl) -> None:
    """Tell scheduling's messages where a patient changes or cancels a visit."""
    registry(app).manage_url = url
