"""Which safety codes a person's answers name. What follows from a code is for the safety rules."""

from collections.abc import Mapping

from clinic.intake.rules.answers import AnswerSheet
from clinic.intake.rules.navigation import visible_answers
from clinic.intake.rules.values import Value
from clinic.intake.rules.vocabulary import CHOSEN, Choice, Question, Questionnaire


def chosen(question: Question, value: Value | None) -> tuple[Choice, ...]:
    """Give the choices that an answer stands for."""
    if question.kind not in CHOSEN or value is None:
        return ()
    codes = value if isinstance(value, tuple) else (value,)
    return tuple(choice for choice in question.choices if choice.code in codes)


def red_flags_in(questionnaire: Questionnaire, values: Mapping[str, Value | None]) -> tuple[str, ...]:
    """List the codes named by one page's clean values, or by any others, in the questionnaire's order."""
    named = (
        choice.red_flag
        for question in questionnaire.questions()
        for choice in chosen(question, values.get(question.key))
        if choice.red_flag
    )
    return tuple(dict.fromkeys(named))


def red_flags_of(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[str, ...]:
    """List the codes named by all answers that count."""
    answers = visible_answers(questionnaire, sheet)
    return red_flags_in(
        questionnaire, {place.question: answers[place] for place in answers if not place.entry}
    )
