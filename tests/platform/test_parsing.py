"""What people type becomes one value, or words that say what to do."""

import contextlib
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.kernel.wording import us_wall_time
from clinic.platform.parsing import (
    DATE_PARTS,
    Unreadable,
    clean_text,
    email_from,
    month_number,
    time_from,
    us_date_from,
    us_phone_from,
    within,
)

TODAY = date(2026, 12, 1)


def boxes(month: str, day: str, year: str) -> dict[str, str]:
    return {"month": month, "day": day, "year": year}


@pytest.mark.parametrize(
    ("month", "day", "year", "expected"),
    [
        ("9", "27", "1967", date(1967, 9, 27)),
        ("09", "07", "1967", date(1967, 9, 7)),
        ("Sept", "7", "1967", date(1967, 9, 7)),
        ("sep.", "7th", "1967", date(1967, 9, 7)),
        (" MAY ", " 1 ", " 2000 ", date(2000, 5, 1)),
        ("2", "29", "2024", date(2024, 2, 29)),
        ("٩", "٧", "١٩٦٧", date(1967, 9, 7)),
        ("12", "1", "2026", TODAY),
    ],
)
def test_a_date_is_read_as_people_write_it(month: str, day: str, year: str, expected: date) -> None:
    assert us_date_from(boxes(month, day, year), not_after=TODAY) == expected


@pytest.mark.parametrize(
    ("typed", "words", "parts"),
    [
        (boxes("2", "30", "1990"), "Your date of birth must be a real date", DATE_PARTS),
        (boxes("13", "1", "1990"), "Your date of birth must be a real date", DATE_PARTS),
        (boxes("ma", "1", "1990"), "Your date of birth must be a real date", DATE_PARTS),
        (boxes("5", "²", "1990"), "Your date of birth must be a real date", DATE_PARTS),
        (boxes("5", "1", "90"), "Year must include 4 numbers", ("year",)),
        (boxes("5", "1", "0190"), "Your date of birth must be after 1900", ("year",)),
        (boxes("12", "2", "2026"), "Your date of birth must be in the past", DATE_PARTS),
        (boxes("", "1", ""), "Your date of birth must include a month and a year", ("month", "year")),
        ({}, "Your date of birth must include a month and a day and a year", DATE_PARTS),
    ],
)
def test_a_wrong_date_says_what_is_wrong_and_where(
    typed: dict[str, str], words: str, parts: tuple[str, ...]
) -> None:
    with pytest.raises(Unreadable) as refusal:
        us_date_from(typed, "Your date of birth", not_after=TODAY)
    assert (str(refusal.value), refusal.value.parts) == (words, parts)


@given(st.text(), st.text(), st.text())
def test_no_text_in_the_boxes_is_anything_but_a_date_or_words(month: str, day: str, year: str) -> None:
    try:
        found = us_date_from(boxes(month, day, year), not_after=TODAY)
    except Unreadable:
        return
    assert found <= TODAY


@pytest.mark.parametrize("typed", ["ma", "j", "ju", "0", "13", "1.5", "-1", ""])
def test_a_month_that_could_be_two_or_none_is_not_guessed(typed: str) -> None:
    assert month_number(typed) is None


@pytest.mark.parametrize(
    "typed", ["(205) 555-0100", "205.555.0100", "+1 205 555 0100", "2055550100", "1-205-555-0100"]
)
def test_every_way_to_write_a_phone_number_is_one_number(typed: str) -> None:
    assert us_phone_from(typed) == "+12055550100"


@pytest.mark.parametrize(
    "typed", ["555-0100", "+44 20 7946 0958", "x" * 10_000, "205 555 0100 x12", "0", "🙂"]
)
def test_what_is_no_us_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable, match="10 digits"):
        us_phone_from(typed)


@pytest.mark.parametrize(
    "typed", ["a@localhost", "a b@example.com", "a@", "@", "a@example.com\nBcc: b@example.com"]
)
def test_what_is_no_email_address_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable, match="like name@example"):
        email_from(typed)


def test_an_address_is_kept_in_its_normal_form() -> None:
    assert email_from("Hazel@EXAMPLE.com") == "Hazel@example.com"


def test_text_loses_control_characters_and_keeps_languages() -> None:
    assert clean_text("  Jose\u0301\x00 \u202eZoë\x07\t O'Brien ") == "José Zoë O'Brien"
    assert clean_text("مرحبا 👩‍⚕️") == "مرحبا 👩‍⚕️"
    assert clean_text("one \r\ntwo\rthree\x0b", lines=True) == "one\ntwo\nthree"


@given(st.text())
def test_clean_text_is_clean_and_stays_so(raw: str) -> None:
    once = clean_text(raw, lines=True)
    assert "\x00" not in once
    assert clean_text(once, lines=True) == once
    once.encode()  # nothing that a database would refuse


def test_a_limit_is_counted_in_characters_and_named() -> None:
    assert within("x" * 200, 200, "Your name") == "x" * 200
    with pytest.raises(Unreadable, match="Your note must be 2,000 characters or fewer"):
        within("x" * 2001, 2000, "Your note")


@pytest.mark.parametrize(
    ("typed", "wall"),
    [
        ("8", time(8)),
        ("8:30", time(8, 30)),
        ("8.30", time(8, 30)),
        ("830", time(8, 30)),
        ("8:30 a.m.", time(8, 30)),
        ("8:30AM", time(8, 30)),
        ("1", time(13)),
        ("1 pm", time(13)),
        ("5:15 P.M", time(17, 15)),
        ("05:15", time(5, 15)),
        ("13:00", time(13)),
        ("1730", time(17, 30)),
        ("noon", time(12)),
        ("12", time(12)),
        ("12 am", time(0)),
        ("0:00", time(0)),
    ],
)
def test_a_time_of_day_is_read_as_people_type_it(typed: str, wall: time) -> None:
    assert time_from(typed) == wall


@pytest.mark.parametrize("typed", ["", "24", "8:60", "13 pm", "0 am", "8:3", "eight", "-8", "8:30:15", "8 8"])
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable, match="The start must be a time of day"):
        time_from(typed, "The start")


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_time_or_a_sentence(typed: str) -> None:
    with contextlib.suppress(Unreadable):
        assert isinstance(time_from(typed), time)


@given(st.times(timezones=st.none()))
def test_a_time_in_words_reads_back(wall: time) -> None:
    minute = wall.replace(second=0, microsecond=0)
    assert time_from(us_wall_time(minute)) == minute
