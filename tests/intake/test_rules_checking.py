"""What one page sends becomes clean answers or sentences; nothing that is typed breaks it."""

from collections.abc import Mapping
from datetime import date
from itertools import product

import pytest

from clinic.intake.questionnaire import current
from clinic.intake.rules import (
    AnswerSheet,
    Checked,
    DateWay,
    HonestDate,
    Kind,
    Page,
    PageRef,
    Question,
    Section,
    Value,
    as_typed,
    check_page,
    field_names,
    page_at,
)
from clinic.intake.rules.checking import clean_text

TODAY = date(2026, 12, 1)
WORDS = {"en": "Text"}
BORN: dict[str, Value | None] = {"birth_date": "1979-05-02"}


def check(slug: str, raw: Mapping[str, str | list[str]], **answers: Value) -> Checked:
    sheet = AnswerSheet().with_answers(BORN | answers)
    ref = page_at(current(), sheet, slug)
    assert ref is not None
    fields = {name: [typed] if isinstance(typed, str) else typed for name, typed in raw.items()}
    return check_page(current(), sheet, ref, fields, today=TODAY)


def check_one(question: Question, typed: str) -> Value | str | None:
    """Check one question on a page of its own; give the clean value or the sentence."""
    page = Page("page", "page", WORDS, (question,))
    ref = PageRef(Section("section", WORDS, (page,)), page)
    checked = check_page(current(), AnswerSheet(), ref, {question.key: [typed]}, today=TODAY)
    return checked.values[question.key] if checked.sound else checked.mistakes[0].text


def mistakes(checked: Checked) -> dict[str, str]:
    return {mistake.field: mistake.text for mistake in checked.mistakes}


NAMES: dict[str, str | list[str]] = {"first_name": "Riley", "last_name": "Sample"}
BIRTH: dict[str, str | list[str]] = {
    "birth_date_month": "9",
    "birth_date_day": "27",
    "birth_date_year": "1967",
}


@pytest.mark.parametrize("month", ["9", "09", "Sep", "sept", "Sept.", "SEPTEMBER"])
def test_months_as_people_write_them(month: str) -> None:
    assert check("you", NAMES | BIRTH | {"birth_date_month": month}).values["birth_date"] == "1967-09-27"


@pytest.mark.parametrize(
    ("boxes", "field", "text"),
    [
        (
            {"month": "2", "day": "30"},
            "birth_date_day",
            "This must be a real date. That month has no day 30.",
        ),
        ({"month": "", "day": "", "year": ""}, "birth_date_month", "Enter your birth date."),
        ({"day": ""}, "birth_date_day", "Add the day."),
        ({"month": "13"}, "birth_date_month", "Enter the month as a number from 1 to 12, or its name."),
        ({"month": "se"}, "birth_date_month", "Enter the month as a number from 1 to 12, or its name."),
        ({"day": "0"}, "birth_date_day", "Enter the day as a number from 1 to 31."),
        ({"day": "1" * 5000}, "birth_date_day", "Enter the day as a number from 1 to 31."),
        ({"year": "67"}, "birth_date_year", "Enter the year with 4 numbers, such as 2024."),
        ({"year": "٢٠٢٠"}, "birth_date_year", "Enter the year with 4 numbers, such as 2024."),
        ({"year": "1905"}, "birth_date_year", "Check the year. It must be 1906 or later."),
        ({"year": "2027"}, "birth_date_year", "This date must be in the past."),
        ({"month": "12", "day": "2", "year": "2026"}, "birth_date_year", "This date must be in the past."),
    ],
)
def test_impossible_birth_dates(boxes: dict[str, str], field: str, text: str) -> None:
    raw = NAMES | BIRTH | {f"birth_date_{part}": typed for part, typed in boxes.items()}
    assert mistakes(check("you", raw)) == {field: text}


def test_a_birth_date_of_today_is_possible() -> None:
    raw = NAMES | {"birth_date_month": "12", "birth_date_day": "1", "birth_date_year": "2026"}
    assert check("you", raw).sound


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ({"year": "2024"}, HonestDate(DateWay.YEAR, "2024")),
        ({"year": "2024", "month": "feb"}, HonestDate(DateWay.MONTH, "2024-02")),
        ({"year": "2024", "month": "2", "day": "29"}, HonestDate(DateWay.DAY, "2024-02-29")),
        ({"year": "2026"}, HonestDate(DateWay.YEAR, "2026")),
        ({"count": "7", "unit": "weeks"}, HonestDate(DateWay.ABOUT, "2026-12-01", 7, "weeks")),
        ({"count": "14", "unit": "months"}, HonestDate(DateWay.ABOUT, "2026-12-01", 14, "months")),
        ({"unsure": "yes"}, HonestDate(DateWay.UNKNOWN)),
        ({"unsure": "yes", "unit": "weeks"}, HonestDate(DateWay.UNKNOWN)),
    ],
)
def test_honest_dates(boxes: dict[str, str], expected: HonestDate) -> None:
    raw = {f"first_symptoms_{part}": typed for part, typed in boxes.items()}
    checked = check("story-1", raw | {"first_symptoms_basis": "symptoms"})
    assert checked.sound
    assert checked.values["first_symptoms"] == expected


@pytest.mark.parametrize(
    ("boxes", "field", "part_of_text"),
    [
        ({}, "month", "Tell us when it started"),
        ({"month": "6"}, "year", "Add the year"),
        ({"day": "6", "year": "2024"}, "month", "or leave the day empty"),
        ({"year": "2026", "month": "12", "day": "2"}, "year", "must be in the past"),
        ({"year": "2027"}, "year", "must be in the past"),
        ({"year": "2023", "month": "2", "day": "29"}, "day", "no day 29"),
        ({"year": "1978"}, "year", "before your birth date"),
        ({"count": "600", "unit": "months"}, "year", "before your birth date"),
        ({"count": "7"}, "unit", "weeks or months"),
        ({"count": "seven", "unit": "weeks"}, "count", "from 1 to 520"),
        ({"count": "0", "unit": "weeks"}, "count", "from 1 to 520"),
        ({"count": "9" * 4500, "unit": "weeks"}, "count", "from 1 to 520"),
        ({"count": "7", "unit": "years"}, "unit", "weeks or months"),
        ({"year": "2024", "unsure": "yes"}, "unsure", "Choose just one"),
        ({"year": "2024", "count": "3", "unit": "weeks"}, "count", "Choose just one"),
    ],
)
def test_impossible_first_signs(boxes: dict[str, str], field: str, part_of_text: str) -> None:
    raw = {f"first_symptoms_{part}": typed for part, typed in boxes.items()}
    found = mistakes(check("story-1", raw | {"first_symptoms_basis": "symptoms"}))
    assert [*found] == [f"first_symptoms_{field}"]
    assert part_of_text in found[f"first_symptoms_{field}"]


def test_first_signs_after_the_diagnosis_are_refused_only_when_sure() -> None:
    first = HonestDate(DateWay.MONTH, "2025-03")
    story: dict[str, Value] = {"first_symptoms": first, "diagnosis": "confirmed"}
    earlier = check("story-3", {"diagnosis_date_month": "2", "diagnosis_date_year": "2025"}, **story)
    same_year = check("story-3", {"diagnosis_date_year": "2025"}, **story)

    assert "Check both dates" in mistakes(earlier)["diagnosis_date_year"]
    assert same_year.sound


def test_what_happened_is_not_asked_about_a_date_that_nobody_knows() -> None:
    sure = check("story-1", {"first_symptoms_year": "2024"})
    unsure = check("story-1", {"first_symptoms_unsure": "yes", "first_symptoms_basis": "injury"})

    assert [*mistakes(sure)] == ["first_symptoms_basis"]
    assert unsure.sound
    assert "first_symptoms_basis" not in unsure.values


PHONE = Question("phone", Kind.PHONE, WORDS)


@pytest.mark.parametrize(
    "typed",
    ["(205) 555-0100", "205.555.0100", "+1 205 555 0100", "1-205-555-0100", "2055550100", " 205/555 0100 "],
)
def test_phone_numbers_are_stored_alike(typed: str) -> None:
    assert check_one(PHONE, typed) == "+12055550100"


@pytest.mark.parametrize(
    "typed",
    [
        "555-0100",
        "105 555 0100",
        "205 155 0100",
        "911 555 0100",
        "205 911 0100",
        "+44 20 7946 0958",
        "205 555 010x",
        "20555501001",
        "٢٠٥٥٥٥٠١٠٠",
    ],
)
def test_numbers_that_cannot_be_dialled(typed: str) -> None:
    assert check_one(PHONE, typed) == "Enter a US phone number with 10 numbers, such as (205) 555-0100."


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"email": " riley@example.com "}, "riley@example.com"),
        ({"email_none": "yes"}, "none"),
    ],
)
def test_email_or_none(raw: dict[str, str], expected: str) -> None:
    given: dict[str, str | list[str]] = {"phone": "2055550100", "may_we": ["neither"], **raw}
    assert check("reach-you", given).values["email"] == expected


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({}, "Enter an e-mail address, or tick “I have no e-mail”."),
        ({"email": "riley@"}, "Enter an e-mail address such as name@example.com."),
        ({"email": "riley@example"}, "Enter an e-mail address such as name@example.com."),
        ({"email": "a b@example.com"}, "Enter an e-mail address such as name@example.com."),
        ({"email": "a@" + "b" * 300 + ".com"}, "Enter an e-mail address such as name@example.com."),
        ({"email": "a@b.com", "email_none": "yes"}, "Enter an e-mail address or tick the box. Not both."),
    ],
)
def test_wrong_email(raw: dict[str, str], text: str) -> None:
    given: dict[str, str | list[str]] = {"phone": "2055550100", "may_we": ["neither"], **raw}
    assert mistakes(check("reach-you", given)) == {"email": text}


@pytest.mark.parametrize("slug", ["today-1", "today-2", "today-3"])
def test_an_empty_safety_list_is_an_error_and_never_no(slug: str) -> None:
    ref = page_at(current(), AnswerSheet(), slug)
    assert ref is not None
    checked = check(slug, {})
    assert checked.values == {}
    assert checked.mistakes[0].text == "Tick what is new for you, or tick “None of these”."


def test_none_of_these_stands_alone() -> None:
    assert mistakes(check("today-1", {"safety_body": ["stroke", "none"]})) == {
        "safety_body": "You ticked “None of these” and something else. Untick one of them."
    }


@pytest.mark.parametrize(
    ("slug", "raw", "text"),
    [
        ("today-1", {"safety_body": ["stroke", "<script>"]}, "Choose one of the answers on this page."),
        ("today-4", {"safety_thoughts": "maybe"}, "Choose one of the answers on this page."),
        ("today-4", {"safety_thoughts": ["no", "now"]}, "Choose one answer only."),
        ("where-now", {"city_now": "Opelika", "state_now": "ZZ"}, "Choose one of the answers on this page."),
    ],
)
def test_forged_choices(slug: str, raw: dict[str, str | list[str]], text: str) -> None:
    assert [mistake.text for mistake in check(slug, raw).mistakes] == [text]


def test_ticks_are_kept_once_in_the_order_of_the_page() -> None:
    checked = check("today-1", {"safety_body": ["fever", "stroke", "fever"]})
    assert checked.values["safety_body"] == ("stroke", "fever")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("  Ana  María ", "Ana María"),
        ("Jose\u0301", "José"),
        ("Ri\x00ley\x07", "Riley"),
        ("Ri\tley", "Ri ley"),
        ("ليلى", "ليلى"),
        ("\u202eyeliR", "yeliR"),
        ("Zoë 🌊", "Zoë 🌊"),
        ("a\udcffb", "ab"),
    ],
)
def test_names_are_kept_as_people_write_them(typed: str, expected: str) -> None:
    assert check("you", NAMES | BIRTH | {"first_name": typed}).values["first_name"] == expected


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("\x00 \t", "Enter your first name."),
        ("🌊🌊", "Use letters here."),
        ("x" * 10_000, "Use 60 letters or fewer. You used 10000."),
    ],
)
def test_names_that_cannot_be_kept(typed: str, text: str) -> None:
    assert mistakes(check("you", NAMES | BIRTH | {"first_name": typed})) == {"first_name": text}


def test_long_text_keeps_its_lines() -> None:
    assert clean_text("one \r\n\r\n two\x0b three", keep_lines=True) == "one\n\ntwo three"
    question = Question("story", Kind.LONG_TEXT, WORDS, max_length=500)
    assert check_one(question, "one\r\ntwo") == "one\ntwo"
    assert check_one(question, "") is None
    assert check_one(question, "x" * 10_000) == "Use 500 letters or fewer. You used 10000."


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        (Kind.ZIP, "36830", "36830"),
        (Kind.ZIP, "36830 1234", "36830-1234"),
        (Kind.ZIP, "3683", "Enter a ZIP code with 5 numbers, such as 36830."),
        (Kind.NUMBER, "7", 7),
        (Kind.NUMBER, "1.5", "Enter a whole number, such as 1."),
        (Kind.NUMBER, "61", "Enter a number from 1 to 60."),
        (Kind.NUMBER, "9" * 5000, "Enter a whole number, such as 1."),
    ],
)
def test_numbers(kind: Kind, typed: str, expected: str | int) -> None:
    assert check_one(Question("question", kind, WORDS, lowest=1, highest=60), typed) == expected


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("birth_date", "1967-09-07"),
        ("email", "none"),
        ("email", "riley@example.com"),
        ("safety_body", ("stroke", "fever")),
        ("safety_danger", "no"),
        ("first_symptoms", HonestDate(DateWay.DAY, "2024-02-09")),
        ("first_symptoms", HonestDate(DateWay.YEAR, "2024")),
        ("first_symptoms", HonestDate(DateWay.ABOUT, "2026-12-01", 7, "weeks")),
        ("first_symptoms", HonestDate(DateWay.UNKNOWN)),
    ],
)
def test_a_stored_answer_can_be_shown_and_sent_again(key: str, value: Value) -> None:
    question = current().question(key)
    page = Page("page", "page", WORDS, (question,))
    ref = PageRef(Section("section", WORDS, (page,)), page)
    typed = as_typed(question, value)

    assert set(typed) <= set(field_names(question))
    assert check_page(current(), AnswerSheet(), ref, typed, today=TODAY).values == {key: value}
    assert as_typed(question, None) == {}


def test_nothing_that_is_sent_breaks_a_page() -> None:
    nasty = ["", "\x00", "x" * 10_000, "🌊", "\u202eabc", "-1", "9" * 5000, "NaN", "<b>", "²", "\ud800"]
    section = current().sections[0]
    for page in current().pages():
        ref = PageRef(section, page)
        names = [name for question in ref.questions for name in field_names(question)]
        for name, typed in product(names, nasty):
            checked = check_page(current(), AnswerSheet(), ref, {name: [typed]}, today=TODAY)
            assert all(mistake.field in names for mistake in checked.mistakes)
