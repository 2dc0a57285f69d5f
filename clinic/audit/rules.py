"""The actions that are recorded, and what an event's MAC covers."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

Facts = Mapping[str, str | int | bool | list[str]]


class Action(StrEnum):
    """Everything that is recorded, in the past tense; each is emitted somewhere (tested)."""

    STAFF_ADDED = "staff.added"
    STAFF_DEACTIVATED = "staff.deactivated"
    STAFF_SIGNED_IN = "staff.signed_in"
    STAFF_SIGNED_OUT = "staff.signed_out"
    STAFF_SIGN_IN_FAILED = "staff.sign_in_failed"
    STAFF_PASSWORD_CHANGED = "staff.password_changed"  # noqa: S105 - an action, not a password
    STAFF_SHORTCUTS_SWITCHED = "staff.shortcuts_switched"
    COVER_ENTERED = "cover.entered"
    COVER_ENDED = "cover.ended"
    PATIENT_REGISTERED = "patient.registered"
    PATIENT_CHANGED = "patient.changed"
    LINK_ISSUED = "link.issued"
    LINK_OPENED = "link.opened"
    LINK_REVOKED = "link.revoked"
    SAFETY_FLAG_RAISED = "safety_flag.raised"
    SAFETY_FLAG_RETRACTED = "safety_flag.retracted"
    SAFETY_FLAG_CLOSED = "safety_flag.closed"
    CALL_BACK_OPENED = "call_back.opened"
    CALL_BACK_MOVED = "call_back.moved"
    MESSAGE_GIVEN_UP = "message.given_up"
    MESSAGE_RETRIED = "message.retried"
    MESSAGE_CALLED_INSTEAD = "message.called_instead"
    APPOINTMENT_HELD = "appointment.held"
    APPOINTMENT_REQUESTED = "appointment.requested"
    APPOINTMENT_BOOKED = "appointment.booked"
    APPOINTMENT_HOLD_EXTENDED = "appointment.hold_extended"
    APPOINTMENT_CONFIRMED = "appointment.confirmed"
    APPOINTMENT_REQUEST_CONFIRMED = "appointment.request_confirmed"
    APPOINTMENT_MOVED = "appointment.moved"
    APPOINTMENT_OVERRIDDEN = "appointment.overridden"
    APPOINTMENT_ATTENDANCE_CONFIRMED = "appointment.attendance_confirmed"
    APPOINTMENT_ARRIVED = "appointment.arrived"
    APPOINTMENT_STARTED = "appointment.started"
    APPOINTMENT_COMPLETED = "appointment.completed"
    APPOINTMENT_CANCELLED = "appointment.cancelled"
    APPOINTMENT_MISSED = "appointment.missed"
    APPOINTMENT_RELEASED = "appointment.released"
    APPOINTMENT_EXPIRED = "appointment.expired"
    APPOINTMENT_UNDONE = "appointment.undone"
    LOCATION_ADDED = "location.added"
    ROOM_ADDED = "room.added"
    VISIT_TYPE_ADDED = "visit_type.added"
    SESSION_ADDED = "session.added"
    CLOSURE_ADDED = "closure.added"
    TRAVEL_TIME_ADDED = "travel_time.added"
    REMINDERS_SET = "reminders.set"
    SETUP_PREVIEWED = "setup.previewed"
    SETUP_CHANGED = "setup.changed"
    SETUP_UNDONE = "setup.undone"
    QUESTIONNAIRE_PUBLISHED = "questionnaire.published"
    INTAKE_STARTED = "intake.started"
    INTAKE_SAVED = "intake.saved"
    INTAKE_RESUMED = "intake.resumed"
    INTAKE_RESUME_REFUSED = "intake.resume_refused"
    INTAKE_SUBMITTED = "intake.submitted"
    INTAKE_EXPIRED = "intake.expired"
    DAY_VIEWED = "day.viewed"
    VISIT_VIEWED = "visit.viewed"
    UNBOOKED_VIEWED = "unbooked.viewed"
    CALL_LIST_VIEWED = "call_list.viewed"
    MESSAGES_VIEWED = "messages.viewed"
    SAFETY_CARD_SHOWN = "safety_card.shown"
    REFERRAL_SUBMITTED = "referral.submitted"
    REFERRAL_OPENED = "referral.opened"
    REFERRAL_TRIAGED = "referral.triaged"
    TRIAGE_REPLAYED = "triage.replayed"
    RULES_PROPOSED = "rules.proposed"
    RULES_PUBLISHED = "rules.published"
    RULES_REJECTED = "rules.rejected"
    RULES_SIGNED = "rules.signed"
    REPLAY_VIEWED = "replay.viewed"
    OVERRIDES_VIEWED = "overrides.viewed"
    REFERRAL_DECIDED = "referral.decided"
    REFERRAL_ASSIGNED = "referral.assigned"
    REFERRAL_COMMENTED = "referral.commented"
    REFERRAL_ASKED = "referral.asked"
    REFERRAL_QUESTION_RECALLED = "referral.question_recalled"
    REFERRAL_ANSWERED = "referral.answered"
    REFERRAL_WITHDRAWN = "referral.withdrawn"
    REFERRAL_REOPENED = "referral.reopened"
    VISIT_OUTCOME_RECORDED = "visit_outcome.recorded"
    REFERRAL_VIEWED = "referral.viewed"
    OFFICE_VIEWED = "referring_office.viewed"
    OFFICE_KEPT = "referring_office.kept"
    LETTER_VIEWED = "letter.viewed"
    CHART_PRINTED = "chart.printed"
    SCHEDULE_VIEWED = "schedule.viewed"
    NUMBERS_VIEWED = "numbers.viewed"
    REFERRAL_STATUS_VIEWED = "referral.status_viewed"
    WORKLIST_VIEWED = "worklist.viewed"
    SAFETY_QUEUE_VIEWED = "safety_queue.viewed"


def canonical(
    *,
    event_id: UUID,
    at: datetime,
    action: Action,
    actor: tuple[str, UUID | None, str],
    subject: tuple[str, UUID | None],
    patient_id: UUID | None,
    facts: Facts,
) -> str:
    """The one text of an event that its MAC is made over (keys sorted, no spaces)."""
    return json.dumps(
        {
            "id": str(event_id),
            "at": at.isoformat(),
            "action": action.value,
            "actor": [actor[0], str(actor[1]), actor[2]],
            "subject": [subject[0], str(subject[1])],
            "patient": str(patient_id),
            "facts": dict(facts),
        },
        sort_keys=True,
        separators=(",", ":"),
    )
