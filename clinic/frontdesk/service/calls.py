"""Use cases of call-backs: look at them, write down what came of a call."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.frontdesk.message_words import Told
from clinic.frontdesk.service.messages import told_in
from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Actor, Permission
from clinic.notifications import service as outbox
from clinic.notifications.queries import ledger_line
from clinic.patients.service import lock_patient
from clinic.platform.transaction import transaction
from clinic.referrals.queries import open_referrals_of
from clinic.safety import service as calls
from clinic.safety.queries import Call, call_back_for, desk_queue
from clinic.safety.queries import Step as CallStep
from clinic.safety.rules import CallBackAction, CallBackKind, Outcome


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


@dataclass(frozen=True, slots=True)
class CallFile:
    """One call-back with its history; the message that it is about, if it is about one that was not sent."""

    call: Call
    steps: tuple[CallStep, ...]
    message: Told | None


@transaction()
def view_call(call_back_id: UUID, actor: Actor, now: datetime) -> CallFile:
    """One call-back; the view is recorded.

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
    about_message = call.kind is CallBackKind.MESSAGE_FAILED
    return CallFile(call, steps, told_in(call.subject_id, now) if about_message else None)


@transaction()
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
        _note_as_called(call_back_id, Outcome(outcome), actor, now)
        calls.resolve(call_back_id, Outcome(outcome), note, actor, now=now)
    else:
        raise Invalid("Choose how it ended", "outcome")


def _note_as_called(call_back_id: UUID, outcome: Outcome, actor: Actor, now: datetime) -> None:
    """Whoever was told by phone gets no message about it: the ledger says so, and nobody tries it again."""
    call, _ = call_back_for(actor, call_back_id)
    told = call.kind is CallBackKind.MESSAGE_FAILED and outcome in (Outcome.DONE, Outcome.BOOKED)
    if told and actor.may(Permission.MESSAGES_RETRY) and ledger_line(call.subject_id).may_call:
        lock_patient(call.patient.id)
        outbox.call_instead(call.subject_id, actor, now)


def reference_to_book(call: Call) -> str | None:
    """The referral for which a call-back looks for a time, if it is about one."""
    waiting = [row for row in open_referrals_of(call.patient.id) if row.id == call.subject_id]
    return waiting[0].reference if waiting else None
