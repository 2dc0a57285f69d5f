"""Use cases of the intake: publish the questionnaire, start, save a page, come back, submit, expire."""

from clinic.intake.service.drafts import (
    confirm_birth_date,
    expire_drafts,
    mark_submitted,
    record_urgent_page,
    start,
    tell_after_sending,
)
from clinic.intake.service.publishing import publish
from clinic.intake.service.saving import Saved, begin_again, save_asked, save_page

__all__ = [
    "Saved",
    "begin_again",
    "confirm_birth_date",
    "expire_drafts",
    "mark_submitted",
    "publish",
    "record_urgent_page",
    "save_asked",
    "save_page",
    "start",
    "tell_after_sending",
]
