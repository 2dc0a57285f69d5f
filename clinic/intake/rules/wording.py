"""The sentences that tell a person what is wrong with an answer, under each language key."""

from collections.abc import Mapping

_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "choose_listed": "Choose one of the answers on this page.",
        "choose_single": "Choose one answer only.",
        "none_alone": "You ticked “{none}” and something else. Untick one of them.",
        "too_long": "Use {limit} letters or fewer. You used {used}.",
        "no_letters": "Use letters here.",
        "number_needed": "Enter a whole number, such as {lowest}.",
        "number_range": "Enter a number from {lowest} to {highest}.",
        "zip_shape": "Enter a ZIP code with 5 numbers, such as 36830.",
        "phone_shape": "Enter a US phone number with 10 numbers, such as (205) 555-0100.",
        "email_shape": "Enter an e-mail address such as name@example.com.",
        "email_or_none": "Enter an e-mail address or tick the box. Not both.",
        "month_unknown": "Enter the month as a number from 1 to 12, or its name.",
        "month_missing": "Add the month.",
        "month_before_day": "Add the month, or leave the day empty.",
        "day_missing": "Add the day.",
        "day_unknown": "Enter the day as a number from 1 to 31.",
        "year_missing": "Add the year.",
        "year_unknown": "Enter the year with 4 numbers, such as 2024.",
        "no_such_day": "This must be a real date. That month has no day {day}.",
        "in_the_future": "This date must be in the past.",
        "too_long_ago": "Check the year. It must be {year} or later.",
        "one_way_only": "Give the date, or how long ago, or tick “I am not sure”. Choose just one.",
        "count_range": "Enter a number from 1 to {highest}.",
        "unit_missing": "Choose weeks or months.",
    }
}


def sentence(name: str, language: str, **parts: object) -> str:
    """Give the error sentence with its parts filled in."""
    return _SENTENCES[language][name].format(**parts)


def all_sentences(language: str) -> tuple[str, ...]:
    """List every sentence, so that its reading level can be measured."""
    return tuple(_SENTENCES[language].values())
