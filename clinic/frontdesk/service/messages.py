"""Use cases of messages: which did not go out, and whom to call instead."""

from dataclasses import dataclass
from datetime import datetime

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.permissions import Actor
from clinic.notifications.queries import LedgerLine, ledger
from clinic.patients.queries import (
    PatientCard,
    patient_cards,
)
from clinic.platform.transaction import transaction


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message that did not go out, and whom it was for; nobody when it was for staff."""

    line: LedgerLine
    patient: PatientCard | None


@transaction()
def view_messages(actor: Actor, now: datetime) -> tuple[Unsent, ...]:
    """Messages that failed or were given up, the newest first; whose they were is recorded.

    Raises:
        NotAllowed: the actor may not see them.
    """
    lines = ledger(actor)
    people = patient_cards({line.patient_id for line in lines if line.patient_id})
    seen = [str(one) for one in people]
    record(Action.MESSAGES_VIEWED, actor=actor, subject=("messages", None), now=now, facts={"patients": seen})
    return tuple(Unsent(line, people.get(line.patient_id) if line.patient_id else None) for line in lines)
