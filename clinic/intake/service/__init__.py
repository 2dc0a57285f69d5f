"""Use cases of the intake: publish the questionnaire, start, save a page, come back, submit, expire."""

from clinic.intake.service.drafts import confirm_birth_date, expire_drafts, mark_submitted, start
from clinic.intake.service.publishing import publish
from clinic.intake.service.saving import Saved, save_page

__all__ = [
    "Saved",
    "confirm_birth_date",
    "expire_drafts",
    "mark_submitted",
    "publish",
    "save_page",
    "start",
]
