"""What a message is, what may happen to one, when it is tried again and when it is given up."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from clinic.kernel.lifecycle import Lifecycle

# 30 s doubled each time, +-50 %, at most an hour; after twelve tries a person must look.
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
JITTER = 0.5
MOST_TRIES = 12
SHORTEST_LEASE = timedelta(seconds=60)
LINE_BREAK = re.compile(r"[\r\n]")


class MessageState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # will be tried again
    GIVEN_UP = "given_up"  # a person must look
    UNWANTED = "unwanted"  # cancelled, or no longer true when its time came
    CALLED = "called"  # a person was told by phone instead


class Channel(StrEnum):
    """By which way a message goes."""

    EMAIL = "email"


class MessageAction(StrEnum):
    """What can happen to a message."""

    CLAIM = "claim"
    DELIVER = "deliver"
    DEFER = "defer"
    GIVE_UP = "give_up"
    DISCARD = "discard"
    CANCEL = "cancel"
    RETRY = "retry"
    POSTPONE = "postpone"  # its hours are quiet: it waits, and no try is counted
    CALL_INSTEAD = "call_instead"


S, A = MessageState, MessageAction
DELIVERY = Lifecycle[MessageState, MessageAction](
    {
        (S.QUEUED, A.CLAIM): S.SENDING,
        (S.QUEUED, A.CANCEL): S.UNWANTED,
        (S.SENDING, A.CLAIM): S.SENDING,  # the worker that held it died: its lease has run out
        (S.SENDING, A.DELIVER): S.SENT,
        (S.SENDING, A.DEFER): S.FAILED,
        (S.SENDING, A.GIVE_UP): S.GIVEN_UP,
        (S.SENDING, A.DISCARD): S.UNWANTED,
        (S.SENDING, A.POSTPONE): S.QUEUED,
        (S.FAILED, A.CLAIM): S.SENDING,
        (S.FAILED, A.CANCEL): S.UNWANTED,
        (S.GIVEN_UP, A.RETRY): S.QUEUED,
        (S.GIVEN_UP, A.CANCEL): S.UNWANTED,
        (S.QUEUED, A.CALL_INSTEAD): S.CALLED,
        (S.FAILED, A.CALL_INSTEAD): S.CALLED,
        (S.GIVEN_UP, A.CALL_INSTEAD): S.CALLED,
    }
)

# Why a message cannot be called instead, for whoever pressed the button.
NOT_CALLED = {
    S.SENDING: "This message is being sent at this moment. Please look again in a minute.",
    S.SENT: "This message was sent meanwhile. There is nothing to call about.",
    S.UNWANTED: "This message is not needed any more. There is nothing to call about.",
    S.CALLED: "Somebody has called about this already.",
}
MOVED_ON = "This message has changed meanwhile. Please look at it again."


class Failure(StrEnum):
    """Why a try did not deliver; a class, never the server's words, which can quote an address."""

    REFUSED = "refused"  # 5xx: will never be taken
    NOT_NOW = "not_now"  # 4xx
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    TLS = "tls"
    SIGN_IN = "sign_in"  # our own account at the mail server
    WRITING = "writing"  # the message could not be written
    NO_ADDRESS = "no_address"  # the person has given none, or took it back
    UNKNOWN_KIND = "unknown_kind"
    WORKER_DIED = "worker_died"


HOPELESS = frozenset({Failure.REFUSED, Failure.NO_ADDRESS, Failure.UNKNOWN_KIND, Failure.WORKER_DIED})


class NoAddressError(Exception):
    """There is nobody to write to: a person must tell them."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A written message to one person: neutral words, no health information."""

    to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        """A line break in a header would begin another header."""
        if LINE_BREAK.search(self.to) or LINE_BREAK.search(self.subject):
            raise ValueError("a header holds a line break")


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be written into the outbox; the parts are those of `enqueue`."""

    kind: str
    key: str
    ids: dict[str, str]
    recipient_patient_id: UUID | None
    due_at: datetime
    about: UUID | None = None
    channel: Channel = Channel.EMAIL


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker holds until its lease ends."""

    id: UUID
    kind: str
    ids: dict[str, str]
    message_id: str
    attempts: int


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What those are told who must look after a message that was given up."""

    message_id: UUID
    kind: str
    patient_id: UUID | None
    failure: Failure


def is_given_up(failure: Failure, attempts: int) -> bool:
    """Is there no point in another try after `attempts` tries?"""
    return failure in HOPELESS or attempts >= MOST_TRIES


def wait_before_next(attempts: int, chance: float) -> timedelta:
    """How long to wait after the given number of tries (>= 1); `chance` in [0, 1) spreads the load."""
    plain = min(FIRST_WAIT * (1 << (min(attempts, MOST_TRIES) - 1)), LONGEST_WAIT)
    return plain * (1 - JITTER + 2 * JITTER * chance)


def lease_for(timeout_seconds: float) -> timedelta:
    """How long a worker may hold a message: longer than the longest try (four timeouts)."""
    return max(SHORTEST_LEASE, timedelta(seconds=6 * timeout_seconds))


def message_id_for(row_id: UUID, sender: str) -> str:
    """The Message-ID of every copy of a message: mail programs show duplicates once."""
    return f"<{row_id.hex}@{sender.rpartition('@')[2]}>"


def worker_is_alive(last_beat: datetime | None, now: datetime) -> bool:
    """Has a worker shown itself within two minutes?"""
    return last_beat is not None and now - last_beat < timedelta(minutes=2)
