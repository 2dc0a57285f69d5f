"""Answers as a browser sends them, for the tests of the intake."""

from datetime import datetime
from uuid import UUID

from clinic.intake import queries, service
from clinic.intake.questionnaire import current
from clinic.intake.rules import PageRef, first_unanswered
from clinic.intake.service import Saved
from clinic.kernel.permissions import Actor

Fields = dict[str, list[str]]

WHO: Fields = {
    "first_name": ["Robin"],
    "last_name": ["Sample"],
    "birth_date_month": ["9"],
    "birth_date_day": ["27"],
    "birth_date_year": ["1967"],
}
REACH: Fields = {
    "phone": ["(205) 555-0100"],
    "may_we": ["voicemail", "text"],
    "email": ["robin@example.com"],
}
WHERE: Fields = {"city_now": ["Opelika"], "state_now": ["AL"]}
NOTHING_NEW: dict[str, Fields] = {
    "today-1": {"safety_body": ["none"]},
    "today-2": {"safety_limb": ["none"]},
    "today-3": {"safety_care": ["none"]},
    "today-4": {"safety_thoughts": ["no"]},
    "today-5": {"safety_danger": ["no"]},
}
CONTACT: dict[str, Fields] = {"you": WHO, "reach-you": REACH, "where-now": WHERE}


def save(intake_id: UUID, slug: str, fields: Fields, now: datetime, entry_id: str | None = None) -> Saved:
    """Send one page as the patient."""
    return service.save_page(intake_id, slug, entry_id, fields, actor=Actor.anonymous(), now=now)


def begin(now: datetime, pages: dict[str, Fields] | None = None) -> UUID:
    """An intake with these pages answered (who and how to reach the person, unless told otherwise)."""
    intake_id = service.start(Actor.anonymous(), now)
    for slug, fields in (CONTACT if pages is None else pages).items():
        assert save(intake_id, slug, fields, now).checked.sound
    return intake_id


def slug_of(question: str) -> str:
    """The address of the page that asks a question."""
    return next(page.slug for page in current().pages() if any(one.key == question for one in page.questions))


def gap(intake_id: UUID) -> PageRef | None:
    """The first page that still wants an answer."""
    return first_unanswered(queries.intake_card(intake_id).questionnaire, queries.answer_sheet(intake_id))
