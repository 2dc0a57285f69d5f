"""The demo people's names, contacts and answers; every one of them is made up and sounds like it."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from clinic.kernel.calendar import add_months

FOLDER = Path(__file__).parent
FIRST_NAMES = """
    Hazel Jonah Willa Otis Enid Rufus Marigold Juniper Della Silva Ivy Amos Cora Nell Hugh Lou Gus Ned Bea
    Iris Abel June Otto Pearl Basil Clover Dov Elsie Fern Gil Hattie Ike Jem Kit Lena Milo Nan Orla
    Pip Quill Rosa Seth Tess Ulla Vera Wes Xena Yara Zeke Ansel Birdie Cal Dot Ezra Flora Greer Hollis
    Inez Jude Kay Lark
    """.split()  # noqa: SIM905 - one long list of words reads better so
LAST_NAMES = """
    Exampleton Testwell Sampleton Placeholder Fixture Testerman Mockwell Draftman Fauxley Demoore Madeup
    Samplewood Nonesuch Figment Pretender Standin Stagename Sampler Notreal Filler
    """.split()  # noqa: SIM905
TOWNS = (("Birmingham", "AL"), ("Opelika", "AL"), ("Hoover", "AL"), ("Columbus", "GA"), ("Selma", "AL"))
Fields = dict[str, list[str]]


@cache
def stories() -> dict[str, Any]:
    """The declared stories, with what they have in common."""
    return tomllib.loads((FOLDER / "stories.toml").read_text())


@cache
def cases() -> list[dict[str, Any]]:
    """Who stands where."""
    listed: list[dict[str, Any]] = tomllib.loads((FOLDER / "cases.toml").read_text())["case"]
    return listed


def identity(number: int) -> dict[str, str]:
    """Name, birth date and contact of the n-th person; phones end in 555-01xx."""
    first, last = FIRST_NAMES[number % len(FIRST_NAMES)], LAST_NAMES[number * 7 % len(LAST_NAMES)]
    area = ("205", "334")[number % 2]
    town, state = TOWNS[number % len(TOWNS)]
    known = {
        "first_name": first,
        "last_name": last,
        "birth_date_month": str(number % 12 + 1),
        "birth_date_day": str(number % 28 + 1),
        "birth_date_year": str(1948 + number * 11 % 54),
        "phone": f"({area}) 555-01{number:02}",
        "city_now": town,
        "state_now": state,
    }
    mail = {"email_none": "yes"} if number % 9 == 4 else {"email": f"{first}.{last}@example.com".lower()}
    return known | mail


def answers(story: str, number: int, sent: date) -> tuple[Fields, Mapping[str, Fields]]:
    """What the person types, common pages and treatment pages apart, as if on the day `sent`."""
    told = {**stories()["common"], **stories()["story"][story]}
    treatments = told.pop("treatments", {})
    started = dict(_start(told, sent))
    common = told | started | identity(number)
    return _listed(common), {slug: _listed(held) for slug, held in treatments.items()}


def _start(told: dict[str, Any], sent: date) -> Iterator[tuple[str, str]]:
    if "days_ago" in told:
        day = sent - timedelta(days=told.pop("days_ago"))
        yield "first_symptoms_day", str(day.day)
    elif "months_ago" in told:
        day = add_months(sent, -told.pop("months_ago"))
    else:
        return
    yield "first_symptoms_month", str(day.month)
    yield "first_symptoms_year", str(day.year)


def _listed(values: Mapping[str, Any]) -> Fields:
    return {name: held if isinstance(held, list) else [held] for name, held in values.items()}
