"""Finds the page that an address means, on this person's path or beside it."""

from clinic.intake.rules.answers import AnswerSheet, Entry
from clinic.intake.rules.navigation import PageRef, page_at, path
from clinic.intake.rules.vocabulary import Choice, Page, Questionnaire, Section


def page_for_answers(
    questionnaire: Questionnaire, sheet: AnswerSheet, slug: str, entry_id: str | None
) -> PageRef | None:
    """The page that answers sent to this address belong to; None when there never was such a page.

    A page that another tab has meanwhile taken off the path still takes its answers: they are kept, and
    the path leaves them out.
    """
    on_path = page_at(questionnaire, sheet, slug, entry_id)
    if on_path is not None:
        return on_path
    entry = sheet.entry(entry_id) if entry_id else None
    if entry_id is not None and entry is None:
        return None
    return page_about(questionnaire, slug, entry.code if entry else "", entry_id)


def page_about(questionnaire: Questionnaire, slug: str, code: str, entry_id: str | None) -> PageRef | None:
    """The page with this address about a treatment (`code`), or about none; None when the two do not fit."""
    found = declared_page(questionnaire, slug)
    if found is None:
        return None
    section, page = found
    if not page.repeat:
        return None if code else PageRef(section, page)
    choice = treatment(questionnaire, code)
    if choice is None or choice.detail not in page.repeat or entry_id is None:
        return None
    return PageRef(section, page, Entry(entry_id, code), choice)


def declared_page(questionnaire: Questionnaire, slug: str) -> tuple[Section, Page] | None:
    """The page with this address, whoever it is shown to."""
    pages = ((section, page) for section in questionnaire.sections for page in section.pages)
    return next((pair for pair in pages if pair[1].slug == slug), None)


def treatment(questionnaire: Questionnaire, code: str) -> Choice | None:
    """The tick-list choice that stands for this treatment."""
    choices = (one.choice(code) for one in questionnaire.questions() if one.makes_entries)
    return next((choice for choice in choices if choice is not None), None)


def comes_later(questionnaire: Questionnaire, sheet: AnswerSheet, wanted: PageRef, gap: PageRef) -> bool:
    """Does the wanted page stand behind the first gap? Then a step was skipped."""
    refs = path(questionnaire, sheet)
    places = [next(n for n, ref in enumerate(refs) if ref.same_place(one)) for one in (wanted, gap)]
    return places[0] > places[1]
