"""What the intake's pages show: controls of declared questions, answers in words, the list of parts."""

from clinic.intake.presenters.answers import Group, Row, answer_words, groups
from clinic.intake.presenters.controls import Control, QuestionPage, question_page, typed_answers
from clinic.intake.presenters.tasks import Task, tasks, wrong_birth_date
from clinic.intake.presenters.urgent import TEXT_VERSION, UrgentPage, urgent_page

__all__ = [
    "TEXT_VERSION",
    "Control",
    "Group",
    "QuestionPage",
    "Row",
    "Task",
    "UrgentPage",
    "answer_words",
    "groups",
    "question_page",
    "tasks",
    "typed_answers",
    "urgent_page",
    "wrong_birth_date",
]
