"""The life of an intake: drafted, then submitted or expired; how long a draft and an idle browser count."""

from datetime import datetime, timedelta
from enum import StrEnum

from clinic.kernel.lifecycle import Lifecycle

# On the browser that began it; afterwards the session is over as well (security rules for drafts).
DRAFT_LIFE = timedelta(hours=24)
# After this pause the birth date is asked before an earlier answer is shown.
IDLE_LIMIT = timedelta(minutes=30)
BIRTH_DATE_TRIES = 5


class IntakeStatus(StrEnum):
    """Where an intake stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    EXPIRED = "expired"


class IntakeAction(StrEnum):
    """What can happen to an intake."""

    SAVE = "save"
    SUBMIT = "submit"
    EXPIRE = "expire"
    CORRECT = "correct"  # questions that a clinician asked again


LIFECYCLE = Lifecycle(
    {
        (IntakeStatus.DRAFT, IntakeAction.SAVE): IntakeStatus.DRAFT,
        (IntakeStatus.DRAFT, IntakeAction.SUBMIT): IntakeStatus.SUBMITTED,
        (IntakeStatus.DRAFT, IntakeAction.EXPIRE): IntakeStatus.EXPIRED,
        (IntakeStatus.SUBMITTED, IntakeAction.CORRECT): IntakeStatus.SUBMITTED,
    }
)


def must_ask_birth_date(seen_at: datetime, now: datetime) -> bool:
    """Has nobody used this browser for so long that somebody else may sit there now?"""
    return now - seen_at >= IDLE_LIMIT


def tries_left(failures: int) -> int:
    """How many wrong birth dates are still allowed."""
    return max(0, BIRTH_DATE_TRIES - failures)
