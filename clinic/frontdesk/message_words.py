"""Messages in the desk's words: what a message was, where it stands, and the lists of the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinic.notifications.queries import LedgerLine
from clinic.notifications.rules import Failure, MessageState


class MessageList(StrEnum):
    """A list of the ledger, as the address of its page names it."""

    NOT_SENT = "not-sent"
    WAITING = "waiting"
    SENT = "sent"
    CALLED = "called"
    NOT_NEEDED = "not-needed"


S, L = MessageState, MessageList
LISTED: Mapping[MessageList, tuple[MessageState, ...]] = {
    L.NOT_SENT: (S.GIVEN_UP, S.FAILED),
    L.WAITING: (S.QUEUED, S.SENDING),
    L.SENT: (S.SENT,),
    L.CALLED: (S.CALLED,),
    L.NOT_NEEDED: (S.UNWANTED,),
}
LISTS: Mapping[MessageList, str] = {
    L.NOT_SENT: "Not sent",
    L.WAITING: "Waiting",
    L.SENT: "Sent",
    L.CALLED: "Called instead",
    L.NOT_NEEDED: "Not needed any more",
}
EMPTY: Mapping[MessageList, str] = {
    L.NOT_SENT: "Every message was sent",
    L.WAITING: "No message waits",
    L.SENT: "No message was sent yet",
    L.CALLED: "Nobody was called instead",
    L.NOT_NEEDED: "No message was taken back",
}
# What a message was, by its kind; anything else is "A message".
KINDS = {
    "appointment_confirmed": "Visit booked",
    "appointment_moved": "Visit moved",
    "appointment_cancelled": "Visit canceled",
    "appointment_reminder": "Reminder",
    "referral_received": "Answers received",
    "referral_news": "News about the visit",
    "referral_choose_time": "Please choose a time",
    "referral_question": "A question from the clinician",
    "safety.urgent_item": "To staff: urgent item",
    "office_received": "To the referring office: received",
    "office_decided": "To the referring office: reviewed",
    "office_visit": "To the referring office: visit booked",
}
STATES = {
    S.QUEUED: "Waiting",
    S.SENDING: "Being sent",
    S.SENT: "Sent",
    S.FAILED: "Trying again",
    S.GIVEN_UP: "Given up",
    S.UNWANTED: "Not needed any more",
    S.CALLED: "Called instead",
}
# How it looks: what a person must look at stands out.
TAGS = {S.GIVEN_UP: "tag--amber", S.SENT: "tag--teal", S.CALLED: "tag--teal"}
FAILURES = {
    Failure.REFUSED: "The address was refused",
    Failure.NOT_NOW: "The mail server said: not now",
    Failure.TIMEOUT: "The mail server did not answer in time",
    Failure.CONNECTION: "The mail server could not be reached",
    Failure.TLS: "The mail server's certificate is not valid",
    Failure.SIGN_IN: "The mail server refused our sign-in",
    Failure.WRITING: "The message could not be written",
    Failure.NO_ADDRESS: "There is no email address",
    Failure.UNKNOWN_KIND: "The kind of message is not known any more",
    Failure.WORKER_DIED: "The worker stopped on it again and again",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the ledger in words."""

    line: LedgerLine
    what: str
    status: str
    tag: str
    why: str
    postponed: bool
    """It waits for the end of the quiet hours."""


def in_words(line: LedgerLine, now: datetime) -> Told:
    """What the message was and where it stands."""
    what = KINDS.get(line.kind, "A message")
    hours = int(line.ids.get("hours", "0"))
    return Told(
        line=line,
        what=f"{what}, {hours} hours before" if hours else what,
        status=STATES[line.state],
        tag=TAGS.get(line.state, ""),
        why=FAILURES[line.last_error] if line.last_error and line.state in (S.FAILED, S.GIVEN_UP) else "",
        postponed=line.state is S.QUEUED and line.next_try_at > max(line.due_at, now),
    )


def list_named(text: str | None) -> MessageList:
    """The list that an address names; without a name, or with one that nobody knows, what was not sent."""
    return MessageList(text) if text in set(MessageList) else MessageList.NOT_SENT
