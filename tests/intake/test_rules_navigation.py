"""Which pages a person sees, in which order, and that nothing an answer hides is lost or counted."""

from datetime import date
from itertools import count

from clinic.intake.questionnaire import current
from clinic.intake.rules import (
    AnswerSheet,
    DateWay,
    HonestDate,
    PageRef,
    Value,
    first_unanswered,
    is_answered,
    missing_entries,
    next_page,
    offered_questions,
    page_at,
    path,
    previous_page,
    progress,
    visible_answers,
)
from clinic.intake.rules.answers import Place
from tests.support.personas import Walk, personas, walk

NOBODY = AnswerSheet()


def walked(number: int) -> Walk:
    return walk(current(), personas()[number])


def with_answers(sheet: AnswerSheet, **values: Value) -> AnswerSheet:
    """Answer more, and make the entries for newly ticked treatments."""
    fresh = count(len(sheet.entries) + 100)
    answered = sheet.with_answers(values)
    return answered.with_entries(missing_entries(current(), answered, lambda: f"entry-{next(fresh)}"))


def slugs(sheet: AnswerSheet) -> list[str]:
    return [ref.slug for ref in path(current(), sheet)]


def treatments(sheet: AnswerSheet) -> list[tuple[str, str | None]]:
    return [(ref.entry.code, ref.entry_id) for ref in path(current(), sheet) if ref.entry]


def place_of(ref: PageRef | None) -> tuple[str, str | None] | None:
    return (ref.slug, ref.entry_id) if ref else None


def test_safety_comes_right_after_who_where_and_how_to_reach() -> None:
    expected = ["you", "reach-you", "where-now", "today-1", "today-2", "today-3", "today-4", "today-5"]
    assert slugs(NOBODY)[:8] == expected


def test_a_branch_opens_only_by_its_answer() -> None:
    confirmed = with_answers(NOBODY, diagnosis="confirmed")
    unnamed = with_answers(NOBODY, diagnosis="not_diagnosed")

    assert not {"story-3", "story-4"} & set(slugs(NOBODY))
    assert "story-3" in slugs(confirmed)
    assert "story-4" not in slugs(confirmed)
    assert "story-4" in slugs(unnamed)
    assert "story-3" not in slugs(unnamed)


def test_no_treatment_skips_every_list() -> None:
    assert [slug for slug in slugs(with_answers(NOBODY, any_treatment="no")) if slug.startswith("tried")] == [
        "tried-1",
        "tried-12",
    ]


def test_each_ticked_treatment_that_counts_has_its_page_in_the_order_of_the_lists() -> None:
    sheet = with_answers(
        NOBODY,
        any_treatment="yes",
        tried_therapy=("pt", "massage"),
        tried_pain_medicines=("nsaid", "gabapentin"),
    )
    assert [code for code, _ in treatments(sheet)] == ["nsaid", "gabapentin", "pt"]


def test_all_pages_of_one_treatment_come_together() -> None:
    sheet = with_answers(NOBODY, any_treatment="yes", tried_therapy=("pt", "ot"))
    (_, first), _ = treatments(sheet)
    short = sheet.with_answers({"status": "still", "how_long": "lt4"}, first)

    assert [code for code, _ in treatments(short)] == ["pt", "pt", "pt", "ot"]


def test_a_treatment_ticked_again_keeps_its_id_and_its_answers() -> None:
    sheet = with_answers(NOBODY, any_treatment="yes", tried_therapy=("pt", "ot"))
    _, (_, second) = treatments(sheet)
    answered = sheet.with_answers({"status": "still"}, second)
    unticked = with_answers(answered, tried_therapy=("pt",))
    again = with_answers(unticked, tried_therapy=("pt", "ot"))

    assert [code for code, _ in treatments(unticked)] == ["pt"]
    assert Place("status", second) not in visible_answers(current(), unticked)
    assert treatments(again)[1] == ("ot", second)
    assert again.value("status", second) == "still"


def test_hidden_answers_are_kept_but_count_for_nothing() -> None:
    full = walked(1).sheet
    changed = with_answers(full, any_treatment="no")

    assert changed.value("tried_pain_medicines") == full.value("tried_pain_medicines")
    assert not [place for place in visible_answers(current(), changed) if place.entry]
    assert Place("overall_change") not in visible_answers(current(), changed)
    assert first_unanswered(current(), changed) is None


def test_an_answer_that_the_same_page_rules_out_does_not_count() -> None:
    unsure = with_answers(NOBODY, first_symptoms=HonestDate(DateWay.UNKNOWN), first_symptoms_basis="injury")
    assert Place("first_symptoms_basis") not in visible_answers(current(), unsure)


def test_a_treatment_that_was_not_had_is_not_asked_about_further() -> None:
    sheet = with_answers(NOBODY, any_treatment="yes", tried_therapy=("pt",))
    [(_, entry)] = treatments(sheet)
    had = sheet.with_answers({"status": "still", "how_long": "ge26"}, entry)
    planned = had.with_answers({"status": "planned"}, entry)

    assert [slug for slug in slugs(had) if slug in ("tried-9", "tried-10")] == ["tried-9", "tried-10"]
    assert "tried-10" not in slugs(planned)
    assert Place("how_long", entry) not in visible_answers(current(), planned)


def test_next_and_previous_walk_the_same_way() -> None:
    walk_there = walked(2)
    refs = walk_there.pages
    back: list[PageRef] = [refs[-1]]
    while (before := previous_page(current(), walk_there.sheet, back[-1])) is not None:
        back.append(before)

    assert [place_of(ref) for ref in reversed(back)] == [place_of(ref) for ref in refs]
    assert next_page(current(), walk_there.sheet, refs[-1]) is None


def test_a_page_that_left_the_path_leads_to_the_first_gap() -> None:
    named = with_answers(NOBODY, diagnosis="confirmed")
    gone = page_at(current(), named, "story-3")
    assert gone is not None
    unnamed = with_answers(named, diagnosis="not_diagnosed")

    assert page_at(current(), unnamed, "story-3") is None
    assert place_of(next_page(current(), unnamed, gone)) == ("you", None)


def test_a_forged_entry_has_no_page() -> None:
    sheet = walked(1).sheet
    assert page_at(current(), sheet, "tried-9", "entry-999") is None
    assert page_at(current(), sheet, "tried-9") is None
    assert page_at(current(), sheet, "nowhere") is None


def test_the_first_gap_is_found_and_closes() -> None:
    sheet = walked(0).sheet
    missing = AnswerSheet(
        {place: value for place, value in sheet.answers.items() if place.question != "spread"}
    )
    emptied = sheet.with_answers({"spread": None})

    assert place_of(first_unanswered(current(), missing)) == ("story-5", None)
    assert place_of(first_unanswered(current(), emptied)) == ("story-5", None)
    assert first_unanswered(current(), sheet) is None


def test_a_date_that_another_answer_made_impossible_is_asked_again() -> None:
    sheet = walked(1).sheet
    later = sheet.with_answers({"first_symptoms": HonestDate(DateWay.YEAR, "2026")})
    impossible = sheet.with_answers({"first_symptoms": HonestDate(DateWay.DAY, "2026-11-01")})
    diagnosis = page_at(current(), impossible, "story-3")
    assert diagnosis is not None

    assert first_unanswered(current(), later) is None
    assert place_of(first_unanswered(current(), impossible)) == ("story-3", None)
    assert not is_answered(current(), impossible, diagnosis)


def test_progress_is_true_and_never_goes_down() -> None:
    for persona in personas():
        there = walk(current(), persona)
        standing = [progress(current(), there.sheet, ref) for ref in there.pages]
        assert [each.part for each in standing] == sorted(each.part for each in standing)
        numbers = [each.entry for each in standing if each.entries]
        assert numbers == sorted(numbers)
        assert set(numbers) == set(range(1, len(persona.treatments) + 1))
        assert {each.entries for each in standing if each.entries} <= {len(persona.treatments)}


def test_progress_in_words() -> None:
    there = walk(current(), personas()[2])
    texts = [progress(current(), there.sheet, ref).text() for ref in there.pages]

    assert texts[0] == "Part 1 of 5: About you"
    assert "Your treatments: 3 of 12" in texts
    assert texts[-1] == "Part 5 of 5: Your visit"


def test_a_question_that_hangs_on_its_own_page_is_offered() -> None:
    ref = page_at(current(), NOBODY, "story-1")
    assert ref is not None
    assert [question.key for question in offered_questions(current(), NOBODY, ref)] == [
        "first_symptoms",
        "first_symptoms_basis",
    ]


def test_a_question_that_an_earlier_page_rules_out_is_not_offered() -> None:
    ticked = with_answers(NOBODY, gap="never", any_treatment="yes", tried_therapy=("pt",))
    lasting = ticked.with_answers({"status": "still"}, treatments(ticked)[0][1])
    returned = with_answers(lasting, gap="from_3_months")
    keys = {}
    for name, sheet in (("lasting", lasting), ("returned", returned)):
        ref = page_at(current(), sheet, "tried-10", treatments(sheet)[0][1])
        assert ref is not None
        keys[name] = [question.key for question in offered_questions(current(), sheet, ref)]

    assert keys["lasting"] == ["how_long", "how_regular", "response"]
    assert keys["returned"] == ["how_long", "how_regular", "response", "episode"]


def test_a_treatment_page_offers_what_fits_its_kind() -> None:
    sheet = with_answers(
        NOBODY, any_treatment="yes", tried_pain_medicines=("gabapentin",), tried_devices=("scs",)
    )
    medicine, device = (page_at(current(), sheet, "tried-9", entry) for _, entry in treatments(sheet))
    assert medicine is not None
    assert device is not None
    offered = {
        ref.title["en"]: {choice.code for choice in ref.questions[0].choices} for ref in (medicine, device)
    }

    assert "allergy" in offered["Gabapentin (Neurontin)"]
    assert "in_place" not in offered["Gabapentin (Neurontin)"]
    assert "in_place" in offered["Spinal cord stimulator, or a trial of one"]
    assert "allergy" not in offered["Spinal cord stimulator, or a trial of one"]


def test_the_personas_start_on_the_day_they_say() -> None:
    assert {persona.today for persona in personas()} == {date(2026, 12, 1)}
