"""What the intake asks, of whom, in which order, and what counts as an answer."""

from clinic.intake.rules.answers import AnswerSheet, Entry, Place, missing_entries
from clinic.intake.rules.checking import Checked, Mistake, as_typed, check_page, field_name, field_names
from clinic.intake.rules.facts import FactsWithSources, facts_from_answers
from clinic.intake.rules.navigation import (
    PageRef,
    Progress,
    first_unanswered,
    is_answered,
    next_page,
    offered_questions,
    page_at,
    path,
    previous_page,
    progress,
    visible_answers,
)
from clinic.intake.rules.red_flags import chosen, red_flags_in, red_flags_of
from clinic.intake.rules.reopening import askable, asked_pages, places_on
from clinic.intake.rules.values import NO_EMAIL, DateWay, HonestDate, Value, from_stored, to_stored
from clinic.intake.rules.vocabulary import Choice, Kind, Page, Question, Questionnaire, Section, Words
from clinic.kernel.us import STATES

__all__ = [
    "NO_EMAIL",
    "STATES",
    "AnswerSheet",
    "Checked",
    "Choice",
    "DateWay",
    "Entry",
    "FactsWithSources",
    "HonestDate",
    "Kind",
    "Mistake",
    "Page",
    "PageRef",
    "Place",
    "Progress",
    "Question",
    "Questionnaire",
    "Section",
    "Value",
    "Words",
    "as_typed",
    "askable",
    "asked_pages",
    "check_page",
    "chosen",
    "facts_from_answers",
    "field_name",
    "field_names",
    "first_unanswered",
    "from_stored",
    "is_answered",
    "missing_entries",
    "next_page",
    "offered_questions",
    "page_at",
    "path",
    "places_on",
    "previous_page",
    "progress",
    "red_flags_in",
    "red_flags_of",
    "to_stored",
    "visible_answers",
]
