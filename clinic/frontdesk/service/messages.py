"""Use cases of messages: what became of them, and calling people instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinic.accounts.queries import colleagues
from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.frontdesk.message_words import LISTED, MessageList, Told, in_words
from clinic.kernel.permissions import Actor
from clinic.notifications import service as outbox
from clinic.notifications.queries import LedgerLine, ledger, ledger_line, messages_about
from clinic.patients.queries import PatientCard, patient_cards
from clinic.patients.service import lock_patient
from clinic.platform.transaction import transaction
from clinic.safety.rules import CallBackKind
from clinic.safety.service import lapse_call_backs

Names = Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of the ledger, and whom it was for; nobody when it was for staff."""

    told: Told
    patient: PatientCard | None


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """One page of a list of the ledger; `after` leads to the next one."""

    entries: tuple[Entry, ...]
    callers: Names
    after: UUID | None


@transaction()
def view_messages(
    actor: Actor, now: datetime, *, chosen: MessageList = MessageList.NOT_SENT, after: UUID | None = None
) -> MessagesPage:
    """A list of messages, the newest first; whose they were is recorded.

    Raises:
        NotAllowed: the actor may not see them.
    """
    page = ledger(actor, LISTED[chosen], after=after)
    people = patient_cards({line.patient_id for line in page.lines if line.patient_id})
    seen = [str(one) for one in people]
    record(Action.MESSAGES_VIEWED, actor=actor, subject=("messages", None), now=now, facts={"patients": seen})
    entries = tuple(
        Entry(in_words(line, now), people.get(line.patient_id) if line.patient_id else None)
        for line in page.lines
    )
    return MessagesPage(entries, callers_of(page.lines), page.after)


def told_about(appointment_id: UUID, now: datetime) -> tuple[tuple[Told, ...], Names]:
    """Every message about one visit in order, and the names of callers; whoever asks records the view."""
    lines = messages_about(appointment_id)
    return tuple(in_words(line, now) for line in lines), callers_of(lines)


def told_in(message_id: UUID, now: datetime) -> Told:
    """One message in words; the caller records the view."""
    return in_words(ledger_line(message_id), now)


def callers_of(lines: tuple[LedgerLine, ...]) -> Names:
    """The names of those who called instead."""
    if not any(line.called_by for line in lines):
        return {}
    return {one.id: one.short_name for one in colleagues().values()}


@transaction()
def call_instead(message_id: UUID, actor: Actor, now: datetime) -> LedgerLine:
    """The person was told by phone: the message is never sent, and nobody need call about it any more.

    Raises:
        NotAllowed, NotFound; Conflict: it was sent, is being sent, or is not needed.
    """
    line = ledger_line(message_id)
    if line.patient_id is not None:
        lock_patient(line.patient_id)  # first, as whoever moves their visit does
    outbox.call_instead(message_id, actor, now)
    if line.patient_id is not None:
        kind = CallBackKind.MESSAGE_FAILED
        lapse_call_backs(line.patient_id, kind, actor=actor, now=now, subject_id=message_id)
    return line
