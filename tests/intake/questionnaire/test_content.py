"""The published content: sound, unchanged, in plain words, and short enough for a tired hand."""

import copy
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clinic.intake import questionnaire as published
from clinic.intake.rules import Entry, Kind, PageRef
from clinic.intake.rules.integrity import require_sound
from clinic.intake.rules.loading import QuestionnaireError, read_questionnaire
from clinic.intake.rules.wording import all_sentences
from clinic.safety.rules import RED_FLAGS
from tests.support.personas import Persona, page_text, personas, walk
from tests.support.reading import HIGHEST_GRADE, LONGEST_SENTENCE, banned_words, grade, longest_sentence

FOLDER = Path(published.__file__).parent
CURRENT = published.current()
HEALTH_WORDS = ("pain", "crps", "safety", "treat", "medic", "suicid", "diagnos", "symptom", "therap", "drug")


def every_page() -> Iterator[PageRef]:
    """Every page as it is shown, repeated ones once for each treatment."""
    ticked = [
        choice for question in CURRENT.questions() if question.makes_entries for choice in question.choices
    ]
    for section in CURRENT.sections:
        for page in section.pages:
            if not page.repeat:
                yield PageRef(section, page)
            about = [choice for choice in ticked if choice.detail in page.repeat]
            yield from (PageRef(section, page, Entry("id", choice.code), choice) for choice in about)


def test_a_published_version_never_changes() -> None:
    found = {version: published.version(version).fingerprint for version in published.fingerprints()}
    folders = {folder.name for folder in FOLDER.iterdir() if (folder / "shared.toml").exists()}

    assert found == published.fingerprints(), "content changed: publish it under a new version"
    assert folders == set(found), "each folder is published"
    assert all(published.version(version).version == version for version in found)
    with pytest.raises(KeyError):
        published.version("../2026.1")


def test_a_changed_word_changes_the_fingerprint_and_a_changed_order_of_keys_does_not() -> None:
    shared, sections = declared()
    same = read_questionnaire(dict(reversed(shared.items())), sections)
    sections[0]["page"][0]["en"]["title"] = "Who?"

    assert same.fingerprint == CURRENT.fingerprint
    assert read_questionnaire(shared, sections).fingerprint != CURRENT.fingerprint


@pytest.mark.parametrize("persona", personas(), ids=lambda persona: persona.title)
def test_a_persona_gets_through_with_few_taps(persona: Persona, capsys: pytest.CaptureFixture[str]) -> None:
    walked = walk(CURRENT, persona)
    with capsys.disabled():
        print(f"\n{persona.title}: {len(walked.pages)} pages, {walked.taps} taps, {walked.words} words")
    assert walked.taps <= persona.most_taps


def test_the_personas_are_the_three_that_were_promised() -> None:
    assert [(persona.most_taps, len(persona.treatments)) for persona in personas()] == [
        (60, 0),
        (100, 5),
        (160, 12),
    ]


@pytest.mark.parametrize("ref", list(every_page()), ids=lambda ref: f"{ref.slug} {ref.title['en']}")
def test_a_page_reads_easily(ref: PageRef) -> None:
    errors = [
        words["en"] for question in ref.questions for words in (question.missing, question.too_early) if words
    ]
    text = page_text(ref, ref.questions)

    assert grade(text) <= HIGHEST_GRADE
    assert len(longest_sentence(text + errors)) <= LONGEST_SENTENCE, longest_sentence(text + errors)
    assert banned_words(text + errors) == []


def test_error_sentences_read_easily() -> None:
    missing = [question.missing["en"] for question in CURRENT.questions() if question.missing]
    text = [*all_sentences("en"), *missing]

    assert grade(text) <= HIGHEST_GRADE
    assert len(longest_sentence(text)) <= LONGEST_SENTENCE
    assert banned_words(text) == []


def test_addresses_and_section_names_carry_no_health_word() -> None:
    texts = [page.slug for page in CURRENT.pages()] + [section.title["en"] for section in CURRENT.sections]
    assert not [text for text in texts if any(word in text.lower() for word in HEALTH_WORDS)]


def test_a_page_is_one_small_group_and_fits_three_screens_of_a_phone() -> None:
    for ref in every_page():
        assert 1 <= len(ref.questions) <= 5, ref.slug
        assert sum(max(1, len(question.choices)) for question in ref.questions) <= 22, ref.slug


def test_every_question_is_asked_in_words() -> None:
    assert all(CURRENT.asked(question.key)["en"] for question in CURRENT.questions())
    assert CURRENT.asked("phone") == {"en": "Phone number"}
    assert CURRENT.asked("diagnosis_date") == {"en": "When were you told?"}
    with pytest.raises(KeyError):
        CURRENT.asked("shoe_size")


def test_nobody_has_to_write_free_text() -> None:
    assert not [question.key for question in CURRENT.questions() if question.kind is Kind.LONG_TEXT]
    typed = {
        question.key for question in CURRENT.questions() if question.kind in (Kind.TEXT, Kind.NAME, Kind.CITY)
    }
    assert typed == {"first_name", "last_name", "city_now"}


def test_personal_fields_have_their_autocomplete_token() -> None:
    tokens = {
        question.key: question.autocomplete for question in CURRENT.questions() if question.autocomplete
    }
    assert tokens == {
        "first_name": "given-name",
        "last_name": "family-name",
        "birth_date": "bday",
        "phone": "tel",
        "email": "email",
        "city_now": "address-level2",
        "state_now": "address-level1",
    }


def test_what_a_person_may_not_know_can_be_left_open() -> None:
    known = {"may_we", "limbs", "preferred_place", "notices_read", "most_bothersome"}
    for question in CURRENT.questions():
        codes = {choice.code for choice in question.choices}
        if codes and question.key not in known and not question.makes_entries:
            assert codes & {"not_sure", "none"}, question.key


def declared() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A copy of the declaration to spoil."""
    files = sorted((FOLDER / published.CURRENT_VERSION).glob("[0-9]*.toml"))
    shared = tomllib.loads((FOLDER / published.CURRENT_VERSION / "shared.toml").read_text("utf-8"))
    return copy.deepcopy(shared), [tomllib.loads(file.read_text("utf-8")) for file in files]


Sections = list[dict[str, Any]]


def who(sections: Sections) -> dict[str, Any]:
    page: dict[str, Any] = sections[0]["page"][0]
    return page


def safety(sections: Sections) -> dict[str, Any]:
    question: dict[str, Any] = sections[1]["page"][0]["question"][0]
    return question


SPOILERS: dict[str, tuple[Callable[[Sections], object], str]] = {
    "question twice": (
        lambda s: who(s)["question"].append(who(s)["question"][0]),
        "question first_name twice",
    ),
    "address twice": (lambda s: s[1]["page"][0].update(slug="you"), "address you twice"),
    "page twice": (lambda s: s[1]["page"][0].update(key="who"), "page who twice"),
    "treatment twice": (
        lambda s: s[3]["page"][2]["question"][0]["choices"].append({"code": "nsaid", "en": "Again"}),
        "treatment nsaid twice",
    ),
    "choice twice": (
        lambda s: safety(s)["choices"].append({"code": "stroke", "en": "Again"}),
        "choice stroke twice",
    ),
    "a later question": (
        lambda s: who(s).update(shown_when={"answered": "phone"}),
        "phone is not asked before",
    ),
    "an answer that does not exist": (
        lambda s: s[2]["page"][2].update(shown_when={"equals": ["diagnosis", "perhaps"]}),
        "diagnosis has no answer perhaps",
    ),
    "no such operator": (lambda s: who(s).update(shown_when={"like": ["a", "b"]}), "cannot read"),
    "no such safety code": (lambda s: safety(s)["choices"][0].update(red_flag="RF-X"), "no safety code RF-X"),
    "safety list without none": (lambda s: safety(s)["choices"].pop(), "a way to say none"),
    "safety question to skip": (lambda s: safety(s)["en"].pop("missing"), "cannot be skipped"),
    "choice without words": (lambda s: safety(s)["choices"][0].pop("en"), "no wording for label"),
    "empty words": (lambda s: who(s)["en"].update(title=" "), "page who: nothing in en"),
    "unknown field": (lambda s: who(s).update(colour="red"), "page who: unknown colour"),
    "unknown words": (lambda s: who(s)["en"].update(footer="x"), "unknown en.footer"),
    "unknown kind": (lambda s: who(s)["question"][0].update(kind="slider"), "slider"),
    "missing field": (lambda s: who(s).pop("slug"), "slug is missing"),
    "kind without choices": (lambda s: safety(s).update(choices=[]), "its choices do not fit"),
    "no longest length": (lambda s: who(s)["question"][0].pop("max_length"), "no longest length"),
    "required free text": (lambda s: who(s)["question"][0].update(kind="long_text"), "nobody has to write"),
    "after no date": (
        lambda s: who(s)["question"][1].update(not_before="first_name"),
        "first_name is no date",
    ),
    "after a later date": (
        lambda s: who(s)["question"][2].update(not_before="came_back"),
        "came_back is not asked before",
    ),
    "no sentence for too early": (
        lambda s: s[2]["page"][0]["question"][0]["en"].pop("too_early"),
        "no sentence for a date that is too early",
    ),
    "detail without page": (
        lambda s: s[3]["page"][1]["question"][0]["choices"][0].update(detail="spell"),
        "detail spell has no page",
    ),
    "page without detail": (
        lambda s: s[3]["page"][9]["repeat"].append("spell"),
        "no treatment has detail spell",
    ),
    "kind that does not come": (
        lambda s: s[3]["page"][10]["question"][0].update(only_for=["block"]),
        "its page is not repeated for block",
    ),
}


@pytest.mark.parametrize("name", SPOILERS)
def test_a_spoilt_questionnaire_is_refused(name: str) -> None:
    spoil, message = SPOILERS[name]
    shared, sections = declared()
    spoil(sections)
    with pytest.raises(QuestionnaireError, match=message):
        require_sound(read_questionnaire(shared, sections), RED_FLAGS)


def test_spanish_may_stand_beside_english() -> None:
    shared, sections = declared()
    who(sections)["es"] = {"title": "¿Quién es usted?"}
    questionnaire = read_questionnaire(shared, sections)
    require_sound(questionnaire, RED_FLAGS)

    assert next(questionnaire.pages()).title == {"en": "Who are you?", "es": "¿Quién es usted?"}
    with pytest.raises(QuestionnaireError, match="nothing in es"):
        require_sound(questionnaire, RED_FLAGS, "es")
