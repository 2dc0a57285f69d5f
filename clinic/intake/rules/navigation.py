"""Which pages apply to these answers, in which order, and where the person stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby

from clinic.intake.rules.answers import AnswerSheet, Entry, Place, look_up_in, ticked_choices
from clinic.intake.rules.conditions import NotAsked, Truth, questions_in, truth
from clinic.intake.rules.dates import surely_before
from clinic.intake.rules.values import Value
from clinic.intake.rules.vocabulary import NO_WORDS, Choice, Page, Question, Questionnaire, Section, Words

Answers = Mapping[Place, Value | None]


@dataclass(frozen=True)
class PageRef:
    """A page at its place in one person's path; `entry` and `choice` tell which treatment it is about."""

    section: Section
    page: Page
    entry: Entry | None = None
    choice: Choice | None = None

    @property
    def slug(self) -> str:
        """The neutral address of the page."""
        return self.page.slug

    @property
    def entry_id(self) -> str | None:
        """The list entry that the page is about."""
        return self.entry.id if self.entry else None

    @property
    def title(self) -> Words:
        """The heading: a treatment's page is headed by the treatment."""
        return self.choice.label if self.choice else self.page.title

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The page's questions, with the choices that are offered for this kind of treatment."""
        if self.choice is None:
            return self.page.questions
        kind = self.choice.detail
        return tuple(_fitted(question, kind) for question in self.page.questions if _fits(question, kind))

    def same_place(self, other: "PageRef") -> bool:
        """Whether both are the same page about the same entry."""
        return (self.page.key, self.entry_id) == (other.page.key, other.entry_id)


@dataclass(frozen=True)
class Progress:
    """Counts that are true and never go down while a person goes on."""

    part: int
    parts: int
    section_title: Words
    entries_title: Words = field(default_factory=lambda: NO_WORDS)
    entry: int = 0
    entries: int = 0

    def text(self, language: str = "en") -> str:
        """Say it: "Part 4 of 5: What you have tried" or "Your treatments: 3 of 7"."""
        if self.entries:
            return f"{self.entries_title[language]}: {self.entry} {_OF[language]} {self.entries}"
        part = f"{_PART[language]} {self.part} {_OF[language]} {self.parts}"
        return f"{part}: {self.section_title[language]}"


_PART = {"en": "Part"}
_OF = {"en": "of"}


def path(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[PageRef, ...]:
    """Give the pages that apply, in order, with one page for each list entry that has one."""
    return _walk(questionnaire, sheet)[0]


def visible_answers(questionnaire: Questionnaire, sheet: AnswerSheet) -> Answers:
    """Give the answers that count: those on the path, to questions that apply."""
    return _walk(questionnaire, sheet)[1]


def page_at(
    questionnaire: Questionnaire, sheet: AnswerSheet, slug: str, entry_id: str | None = None
) -> PageRef | None:
    """Find a page of the path by its address; None when it does not apply to this person."""
    refs = path(questionnaire, sheet)
    return next((ref for ref in refs if (ref.slug, ref.entry_id) == (slug, entry_id)), None)


def next_page(questionnaire: Questionnaire, sheet: AnswerSheet, current: PageRef) -> PageRef | None:
    """Give the page after this one; None at the end. A page that left the path leads to the first gap."""
    refs = path(questionnaire, sheet)
    for here, after in zip(refs, [*refs[1:], None], strict=True):
        if here.same_place(current):
            return after
    return first_unanswered(questionnaire, sheet)


def previous_page(questionnaire: Questionnaire, sheet: AnswerSheet, current: PageRef) -> PageRef | None:
    """Give the page before this one; None at the start."""
    before = None
    for here in path(questionnaire, sheet):
        if here.same_place(current):
            return before
        before = here
    return None


def first_unanswered(questionnaire: Questionnaire, sheet: AnswerSheet) -> PageRef | None:
    """Give the first page with a question that still has to be answered; None when all is there."""
    refs, answers = _walk(questionnaire, sheet)
    return next((ref for ref in refs if not _is_answered(ref, answers)), None)


def is_answered(questionnaire: Questionnaire, sheet: AnswerSheet, ref: PageRef) -> bool:
    """Whether everything that the page must know is there."""
    return _is_answered(ref, visible_answers(questionnaire, sheet))


def progress(questionnaire: Questionnaire, sheet: AnswerSheet, ref: PageRef) -> Progress:
    """Tell where the page stands."""
    part = [section.key for section in questionnaire.sections].index(ref.section.key) + 1
    parts = len(questionnaire.sections)
    if ref.entry is None:
        return Progress(part, parts, ref.section.title)
    refs = path(questionnaire, sheet)
    ids = list(dict.fromkeys(other.entry_id for other in refs if other.entry))
    number = ids.index(ref.entry_id) + 1 if ref.entry_id in ids else len(ids)
    return Progress(part, parts, ref.section.title, ref.section.entries_title, number, len(ids))


def offered_questions(questionnaire: Questionnaire, sheet: AnswerSheet, ref: PageRef) -> tuple[Question, ...]:
    """List the page's questions to show. One that hangs on another answer of the same page is always
    offered, its hint says when it applies: without script the page cannot know yet."""
    answers = visible_answers(questionnaire, sheet)
    own = {question.key for question in ref.questions}
    earlier = {place: value for place, value in answers.items() if place.question not in own}
    look_up = look_up_in(earlier, ref.entry_id)

    def offered(question: Question) -> bool:
        holds = truth(question.shown_when, look_up)
        return holds is Truth.YES or (
            holds is Truth.UNKNOWN and bool(questions_in(question.shown_when) & own)
        )

    return tuple(question for question in ref.questions if offered(question))


def _fits(part: Question | Choice, kind: str | None) -> bool:
    return not part.only_for or kind in part.only_for


def _fitted(question: Question, kind: str | None) -> Question:
    fitting = tuple(choice for choice in question.choices if _fits(choice, kind))
    return question if len(fitting) == len(question.choices) else replace(question, choices=fitting)


def _walk(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[tuple[PageRef, ...], Answers]:
    """The pages and the answers that count, found once for each sheet: one request asks many times."""
    if id(questionnaire) not in sheet.walks:
        # The questionnaire is kept beside what was found, so that its id is not given to another.
        sheet.walks[id(questionnaire)] = (questionnaire, _go_through(questionnaire, sheet))
    found: tuple[tuple[PageRef, ...], Answers] = sheet.walks[id(questionnaire)][1]
    return found


def _go_through(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[tuple[PageRef, ...], Answers]:
    """Go through the pages in order; each condition sees only the answers that counted before it."""
    seen: dict[Place, Value | None] = {}
    refs: list[PageRef] = []
    for ref in _candidates(questionnaire, sheet, seen):
        if truth(ref.page.shown_when, look_up_in(seen, ref.entry_id)) is Truth.YES:
            refs.append(ref)
            _take_answers(ref, sheet, seen)
    return tuple(refs), seen


def _candidates(questionnaire: Questionnaire, sheet: AnswerSheet, seen: Answers) -> Iterator[PageRef]:
    """Every page, neighbouring repeated pages once per entry: all pages of one treatment come together."""
    for section in questionnaire.sections:
        for repeated, block in groupby(section.pages, key=lambda page: bool(page.repeat)):
            if not repeated:
                yield from (PageRef(section, page) for page in block)
                continue
            pages = tuple(block)
            for entry, choice in _live_entries(questionnaire, sheet, seen):
                yield from (
                    PageRef(section, page, entry, choice) for page in pages if choice.detail in page.repeat
                )


def _live_entries(
    questionnaire: Questionnaire, sheet: AnswerSheet, seen: Answers
) -> tuple[tuple[Entry, Choice], ...]:
    """List entries whose treatment is ticked now, in the order of the tick lists."""
    ticked = ticked_choices(questionnaire, seen)
    return tuple(
        (entry, choice) for _, choice in ticked for entry in sheet.entries if entry.code == choice.code
    )


def _take_answers(ref: PageRef, sheet: AnswerSheet, seen: dict[Place, Value | None]) -> None:
    """Add the page's answers to those that count, without questions that its own answers rule out."""
    for question in ref.questions:
        place = Place(question.key, ref.entry_id)
        applies = truth(question.shown_when, look_up_in(seen, ref.entry_id))
        if place in sheet.answers and applies is Truth.YES:
            seen[place] = sheet.answers[place]


def _is_answered(ref: PageRef, answers: Answers) -> bool:
    look_up = look_up_in(answers, ref.entry_id)
    wanted = [question for question in ref.questions if truth(question.shown_when, look_up) is Truth.YES]
    places = {question.key: Place(question.key, ref.entry_id) for question in wanted}
    if any(places[question.key] not in answers for question in wanted):
        return False
    if any(answers[places[question.key]] is None for question in wanted if question.required):
        return False
    return not any(_contradicts(question, places[question.key], answers) for question in wanted)


def _contradicts(question: Question, place: Place, answers: Answers) -> bool:
    """Whether an earlier date was changed since and this one now lies before it: then it is asked again."""
    if not question.not_before:
        return False
    other = look_up_in(answers, place.entry)(question.not_before)
    return not isinstance(other, NotAsked) and surely_before(answers[place], other)
