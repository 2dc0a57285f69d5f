"""Use cases of call-backs: look at them, write down what came of a call."""

from datetime import datetime
from uuid import UUID

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Actor
from clinic.platform.transaction import transaction
from clinic.referrals.queries import open_referrals_of
from clinic.safety import service as calls
from clinic.safety.queries import Call, call_back_for, desk_queue
from clinic.safety.queries import Step as CallStep
from clinic.safety.rules import CallBackAction, Outcome


@transaction()
def view_calls(actor: Actor, now: datetime) -> tuple[Call, ...]:
    """The call-backs that the desk may place; who is on the list is recorded.

    Raises:
        NotAllowed: the actor may not see it.
    """
    waiting = desk_queue(actor)
    seen = [str(call.patient.id) for call in waiting]
    record(
        Action.CALL_LIST_VIEWED, actor=actor, subject=("call_list", None), now=now, facts={"patients": seen}
    )
    return waiting


@transaction()
def view_call(call_back_id: UUID, actor: Actor, now: datetime) -> tuple[Call, tuple[CallStep, ...]]:
    """One call-back with its history; the view is recorded.

    Raises:
        NotFound: unknown, or not one that the actor may see.
    """
    call, steps = call_back_for(actor, call_back_id)
    record(
        Action.CALL_LIST_VIEWED,
        actor=actor,
        subject=("call_back", call.id),
        patient_id=call.patient.id,
        now=now,
    )
    return call, steps


def record_call(
    call_back_id: UUID, action: CallBackAction, outcome: str, note: str, *, actor: Actor, now: datetime
) -> None:
    """Write down what came of a call.

    Raises:
        NotAllowed, NotFound; Conflict: it has moved on. Invalid: no outcome was chosen, or none that fits.
    """
    if action is CallBackAction.ACKNOWLEDGE:
        calls.acknowledge(call_back_id, actor, now=now)
    elif action is CallBackAction.ATTEMPT:
        calls.record_attempt(call_back_id, actor, note, now=now)
    elif action is CallBackAction.CONTACT:
        calls.record_contact(call_back_id, actor, note, now=now)
    elif outcome in set(Outcome):
        calls.resolve(call_back_id, Outcome(outcome), note, actor, now=now)
    else:
        raise Invalid("Choose how it ended", "outcome")


def reference_to_book(call: Call) -> str | None:
    """The referral for which a call-back looks for a time, if it is about one."""
    waiting = [row for row in open_referrals_of(call.patient.id) if row.id == call.subject_id]
    return waiting[0].reference if waiting else None
