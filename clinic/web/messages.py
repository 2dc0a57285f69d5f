"""Composition of messages: every kind that the worker can send, its periodic jobs, who hears of failures."""

from datetime import datetime

from flask import Flask
from werkzeug.utils import import_string

from clinic.kernel.permissions import Actor
from clinic.notifications.registry import periodic, quiet_hours, register, when_given_up
from clinic.notifications.rules import GivenUp
from clinic.safety.rules import CallBackKind
from clinic.safety.service import escalate_overdue, open_call_back
from clinic.scheduling.queries import loud_from
from clinic.scheduling.service import expire_due

# "module:kind" of every message kind.
KINDS: tuple[str, ...] = (
    "clinic.safety.messages:URGENT_ITEM",
    "clinic.scheduling.messages:BOOKED_MAIL",
    "clinic.scheduling.messages:MOVED_MAIL",
    "clinic.scheduling.messages:CANCELED_MAIL",
    "clinic.scheduling.messages:REMINDER_MAIL",
    "clinic.referrals.messages:RECEIVED_MAIL",
    "clinic.referrals.messages:NEWS_MAIL",
    "clinic.referrals.messages:CHOOSE_TIME_MAIL",
    "clinic.referrals.messages:QUESTION_MAIL",
    "clinic.referrals.office_messages:RECEIVED_MAIL",
    "clinic.referrals.office_messages:DECIDED_MAIL",
    "clinic.referrals.office_messages:VISIT_MAIL",
)
EVERY_MINUTE = 60.0


def set_up(app: Flask) -> None:
    """Make every kind and job known to the worker."""
    for path in KINDS:
        register(app, import_string(path))
    periodic(app, "escalate", EVERY_MINUTE, escalate_overdue)
    periodic(app, "expire-holds", EVERY_MINUTE, expire_due)
    quiet_hours(app, loud_from)
    when_given_up(app, call_instead)


def call_instead(message: GivenUp, now: datetime) -> None:
    """A patient whose message cannot be delivered is called by the desk."""
    if message.patient_id is None:
        return
    kind = CallBackKind.MESSAGE_FAILED
    open_call_back(message.patient_id, kind, subject_id=message.message_id, actor=Actor.system(), now=now)
