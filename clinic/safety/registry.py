"""What the composition registers: who is told, in the same transaction, of a resolved safety call-back."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import Flask, current_app

from clinic.safety.rules import Outcome

OnResolved = Callable[[UUID, Outcome, datetime], None]


def when_safety_resolved(app: Flask, tell: OnResolved) -> None:
    """Let `tell(patient_id, outcome, now)` know when nothing blocks the patient's self-booking any more."""
    app.extensions.setdefault("clinic.safety.resolved", []).append(tell)


def tell_resolved(patient_id: UUID, outcome: Outcome, now: datetime) -> None:
    """Tell everybody registered."""
    for tell in current_app.extensions.get("clinic.safety.resolved", ()):
        tell(patient_id, outcome, now)
