"""What must hold before anybody is asked: names unique, references backwards, every text there."""

from collections import Counter
from collections.abc import Collection, Iterator

from clinic.intake.rules.conditions import Condition, codes_in, questions_in
from clinic.intake.rules.loading import QuestionnaireError
from clinic.intake.rules.values import DateWay
from clinic.intake.rules.vocabulary import CHOSEN, Kind, Page, Question, Questionnaire, Words

_DATES = frozenset({Kind.HONEST_DATE, Kind.BIRTH_DATE})
_WORDED = frozenset({Kind.NAME, Kind.TEXT, Kind.LONG_TEXT, Kind.CITY})


def require_sound(questionnaire: Questionnaire, red_flags: Collection[str], language: str = "en") -> None:
    """Raise QuestionnaireError naming every fault; `red_flags` are the codes that exist."""
    faults = [
        *_repeated_names(questionnaire),
        *_unheard_details(questionnaire),
        *_strange_kinds(questionnaire),
        *_silent_places(questionnaire, language),
    ]
    before: dict[str, Question] = {}
    for page in questionnaire.pages():
        faults += _forward_references(f"page {page.key}", page.shown_when, before)
        for question in page.questions:
            faults += _forward_references(f"question {question.key}", question.shown_when, before)
            faults += _question_faults(question, before, red_flags)
            before[question.key] = question
    if faults:
        raise QuestionnaireError("; ".join(faults))


def _repeated_names(questionnaire: Questionnaire) -> Iterator[str]:
    names = {
        "section": [section.key for section in questionnaire.sections],
        "page": [page.key for page in questionnaire.pages()],
        "address": [page.slug for page in questionnaire.pages()],
        "question": [question.key for question in questionnaire.questions()],
        "treatment": [
            choice.code
            for question in questionnaire.questions()
            if question.makes_entries
            for choice in question.choices
            if not choice.exclusive
        ],
    }
    for what, used in names.items():
        yield from (f"{what} {name} twice" for name, times in Counter(used).items() if times > 1)


def _unheard_details(questionnaire: Questionnaire) -> Iterator[str]:
    """Every kind of follow-up that a treatment asks for has a page, and the other way round."""
    asked = {choice.detail for question in questionnaire.questions() for choice in question.choices}
    heard = {detail for page in questionnaire.pages() for detail in page.repeat}
    yield from (f"detail {detail} has no page" for detail in sorted(asked - {None} - heard, key=str))
    yield from (f"no treatment has detail {detail}" for detail in sorted(heard - asked))


def _strange_kinds(questionnaire: Questionnaire) -> Iterator[str]:
    """What is offered for some kinds of treatment only names kinds that its page is repeated for."""
    for page in questionnaire.pages():
        for question in page.questions:
            named = {*question.only_for, *(kind for choice in question.choices for kind in choice.only_for)}
            for kind in sorted(named - set(page.repeat)):
                yield f"question {question.key}: its page is not repeated for {kind}"


def _forward_references(
    where: str, condition: Condition | None, before: dict[str, Question]
) -> Iterator[str]:
    """A condition looks at earlier questions only, and compares with answers that can be given."""
    for name in sorted(questions_in(condition) - set(before)):
        yield f"{where}: {name} is not asked before"
    for name, code in codes_in(condition):
        if name in before and code not in _possible_codes(before[name]):
            yield f"{where}: {name} has no answer {code}"


def _possible_codes(question: Question) -> Collection[str]:
    if question.kind is Kind.HONEST_DATE:
        return [way.value for way in DateWay]
    return [choice.code for choice in question.choices]


def _question_faults(
    question: Question, before: dict[str, Question], red_flags: Collection[str]
) -> Iterator[str]:
    where = f"question {question.key}"
    codes = Counter(choice.code for choice in question.choices)
    yield from (f"{where}: choice {code} twice" for code, times in codes.items() if times > 1)
    if bool(question.choices) != (question.kind in CHOSEN):
        yield f"{where}: kind {question.kind} and its choices do not fit"
    if question.kind in _WORDED and question.max_length <= 0:
        yield f"{where}: no longest length"
    if question.kind is Kind.LONG_TEXT and question.required:
        yield f"{where}: nobody has to write free text"
    if question.not_before and before.get(question.not_before, question).kind not in _DATES:
        yield f"{where}: {question.not_before} is no date"
    if question.not_before and question.not_before not in before:
        yield f"{where}: {question.not_before} is not asked before"
    if question.not_before and not question.too_early:
        yield f"{where}: no sentence for a date that is too early"
    flags = [choice.red_flag for choice in question.choices if choice.red_flag]
    yield from (f"{where}: no safety code {flag}" for flag in flags if flag not in red_flags)
    if flags and not question.required:
        yield f"{where}: a safety question cannot be skipped"
    if question.kind is Kind.MANY and flags and not any(choice.exclusive for choice in question.choices):
        yield f"{where}: a safety list needs a way to say none"


def _silent_places(questionnaire: Questionnaire, language: str) -> Iterator[str]:
    """Every text has the language."""
    for where, words in _all_words(questionnaire):
        if words and not words.get(language, "").strip():
            yield f"{where}: nothing in {language}"


def _all_words(questionnaire: Questionnaire) -> Iterator[tuple[str, Words]]:
    yield "questionnaire", questionnaire.title
    for section in questionnaire.sections:
        yield f"section {section.key}", section.title
        yield f"section {section.key}", section.entries_title
    for page in questionnaire.pages():
        yield from _page_words(page)


def _page_words(page: Page) -> Iterator[tuple[str, Words]]:
    for words in (page.title, page.lead, page.why):
        yield f"page {page.key}", words
    for question in page.questions:
        where = f"question {question.key}"
        for words in (question.label, question.hint, question.missing, question.too_early):
            yield where, words
        for choice in question.choices:
            yield f"{where}, choice {choice.code}", choice.label
            yield f"{where}, choice {choice.code}", choice.hint
