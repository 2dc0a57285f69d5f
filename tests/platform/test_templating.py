"""Templates are strict and escape everything; dates and phones read as people here expect."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError

from clinic.kernel.wording import clinical_date, tel, us_date, us_date_long, us_date_time, us_phone, us_time
from clinic.platform.templating import _manifest, render_bare
from config import ROOT
from tests.support.client import faults, text_of
from tests.support.plain_app import home, plain_app

PAGE = """{% extends "layouts/patient.html" %}{% block title %}About you{% endblock %}
{% block main %}<h1>About you</h1>{{ words }}{% endblock %}"""


@pytest.fixture
def pages(tmp_path: Path) -> Flask:
    return plain_app(tmp_path)


def shown(pages: Flask, template: str, **context: Any) -> str:
    with pages.test_request_context("/"):
        return render_template_string(template, **context)


def test_an_unknown_name_is_an_error(pages: Flask) -> None:
    with pytest.raises(UndefinedError):
        shown(pages, "{{ misspelt }}")


def test_what_people_typed_is_escaped_in_pages_and_plain_in_mail(pages: Flask) -> None:
    typed = "<script>alert('O')</script>"
    assert "<script>alert" not in shown(pages, PAGE, words=typed)
    env = pages.jinja_env
    assert callable(env.autoescape)
    assert env.autoescape("email/x/body.html")
    assert env.autoescape("email/x/anything.xml")
    assert not env.autoescape("email/x/body.txt")


def test_the_layouts_make_whole_pages(pages: Flask) -> None:
    page = shown(pages, PAGE, words="x")
    assert faults(page) == []
    assert "<title>About you - Quiet River Clinic</title>" in page
    words = text_of(page)
    assert "(205) 555-0142" in words
    assert "911" in words
    assert "988" in words
    assert "Central Time" in words


def test_a_page_with_problems_says_so_in_title_and_summary(pages: Flask) -> None:
    from clinic.platform.controls import Problem

    page = shown(pages, PAGE, words="x", problems=[Problem("Enter your <name>", "name")])
    assert "<title>Error: About you - Quiet River Clinic</title>" in page
    assert page.index("There is a problem") < page.index("<h1>")
    assert re.search(r'href="#name"\s*>\s*Enter your &lt;name&gt;', page)


def test_a_staff_page_names_who_is_signed_in_and_where_one_is(pages: Flask) -> None:
    pages.add_url_rule("/staff/sign-out", "security.logout", lambda: "", methods=["POST"])
    template = """{% extends "layouts/staff.html" %}{% block title %}Today{% endblock %}
    {% block main %}<h1>x</h1>{% endblock %}"""
    nav = [("Today", "home.index", 3), ("Calendar", "home.privacy", None)]
    page = shown(pages, template, nav_items=nav, nav_current="home.index", signed_in_as="Dr. <Ada>")
    assert faults(page) == []
    assert 'aria-current="page">Today <span class="n">3</span>' in page
    assert "Dr. &lt;Ada&gt;" in page
    assert page.count("aria-current") == 1
    assert faults(shown(pages, template)) == []  # before sign-in there is neither menu nor name


@pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 422, 429, 500, 503])
def test_error_pages_come_out_without_session_and_context(pages: Flask, code: int) -> None:
    def broken() -> dict[str, object]:
        raise RuntimeError("the database does not answer")

    pages.template_context_processors[None].append(broken)
    with pages.test_request_context("/"):
        page = render_bare(f"errors/{code}.html")
        with_words = render_bare(f"errors/{code}.html", message="That time was just taken.")
    assert faults(page) == faults(with_words) == []
    assert "(205) 555-0142" in text_of(page)
    assert "That time was just taken." in text_of(with_words)


def test_every_mark_and_part_can_be_printed(pages: Flask) -> None:
    page = shown(
        pages,
        """{% from "components/staff.html" import priority, phases, visit_status, flag, filters %}
        {% from "components/parts.html" import answers, empty, pages, post_button %}
        {% from "components/parts.html" import progress, why, acts, back_link %}
        {% for number in range(1, 6) %}{{ priority(number) }}{% endfor %}
        {{ phases(["one", "three"]) }}{{ phases([]) }}
        {% for name in names %}{{ visit_status(name, "20 min") }}{% endfor %}
        {{ flag("Judgement needed", href="#why") }}
        {% set pill = namespace(listing=namespace(query={}), text="All", count="3", chosen=true) %}
        {{ filters([pill], "Lists", "home.index") }}
        {{ answers([("Email", "", "/change"), ("Name", "<Hazel>", "")]) }}{{ empty("None today") }}
        {{ pages("", "/later") }}{{ post_button("/x", "Cancel", "sm quiet", "visit") }}
        {{ progress("You", 2, 4, true) }}
        {{ why("So that we can call.") }}{{ acts(later_href="/later") }}{{ back_link("/") }}""",
        names=[
            "held",
            "requested",
            "booked",
            "arrived",
            "in_consultation",
            "late",
            "completed",
            "no_show",
            "cancelled",
        ],
    )
    for words in (
        "1 Urgent",
        "2 Safety call",
        "5 Routine",
        "No phase yet",
        "Late 20 min",
        "Not provided",
        "2 of 4",
    ):
        assert words in page, words
    assert "&lt;Hazel&gt;" in page
    assert 'class="btn btn--sm btn--quiet"' in page


def test_the_urgent_page_begins_with_a_number_to_call(pages: Flask) -> None:
    page = shown(
        pages,
        """{% extends "layouts/patient.html" %}{% from "components/urgent.html" import urgent_top, call_911 %}
        {% block title %}Please read{% endblock %}{% block main_class %}{% endblock %}
        {% block main %}{{ urgent_top("We are glad you told us", quote, "You matter.", first="988") }}
        {{ call_911(on_red=false) }}{% endblock %}""",
        quote="wanting to <die>",
    )
    assert faults(page) == []
    assert page.index('class="call call--911" href="tel:988"') < page.index(
        'class="call call--988" href="tel:911"'
    )
    assert "wanting to &lt;die&gt;" in page


def test_style_and_script_have_names_that_change_with_their_content(pages: Flask) -> None:
    page = shown(pages, PAGE, words="x")
    for name in ("patient.css", "main.js", "head.js"):
        stem, ending = name.split(".")
        assert re.search(rf"/static/vendor/{stem}-[0-9a-f]{{10}}\.{ending}", page)
    answer = pages.test_client().get(re.search(r'href="([^"]+patient-[^"]+)"', page)[1])  # type: ignore[index]
    assert answer.status_code == 200
    answer.close()


def test_a_first_load_is_small_and_carries_nobody_elses_marks(pages: Flask) -> None:
    names = _manifest(str(ROOT / "clinic" / "static"))
    vendor = ROOT / "clinic" / "static" / "vendor"
    with pages.test_request_context("/"):
        page = home().encode()
    sizes = [len(page), (ROOT / "clinic/static/favicon.svg").stat().st_size]
    for name in ("patient.css", "main.js", "head.js"):
        packed = vendor / f"{names[name]}.gz"
        sizes.append((packed if packed.exists() else vendor / names[name]).stat().st_size)
    assert sum(sizes) < 30_000, sizes
    built = "".join((vendor / name).read_text() for name in names.values())
    for mark in ("GDS Transport", "govuk-crest", "govuk-logotype", "@font-face", "http://", "//fonts"):
        assert mark not in built, mark
    assert (vendor / "LICENSE.govuk-frontend.txt").exists()


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2026, 12, 8, 16, 30, tzinfo=UTC), "Tuesday, December 8, 10:30 a.m."),
        (datetime(2026, 12, 9, 5, 59, tzinfo=UTC), "Tuesday, December 8, 11:59 p.m."),
        (datetime(2026, 12, 9, 6, 0, tzinfo=UTC), "Wednesday, December 9, 12:00 a.m."),
        (datetime(2026, 7, 1, 17, 5, tzinfo=UTC), "Wednesday, July 1, 12:05 p.m."),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "Sunday, November 1, 1:30 a.m."),
        (datetime(2026, 11, 1, 7, 30, tzinfo=UTC), "Sunday, November 1, 1:30 a.m."),
    ],
)
def test_times_are_read_on_a_clock_in_alabama(instant: datetime, expected: str) -> None:
    assert us_date_time(instant) == expected


def test_dates_and_phones_have_one_form_each() -> None:
    born = date(1967, 2, 9)
    assert us_date(date(2026, 12, 8)) == "Tuesday, December 8"
    assert us_date_long(date(2026, 12, 8)) == "Tuesday, December 8, 2026"
    assert clinical_date(born) == "9 Feb 1967"
    assert us_time(datetime(2026, 12, 8, 18, 0, tzinfo=UTC)) == "12:00 p.m."
    assert {us_phone(one) for one in ("+12055550142", "205-555-0142", "(205) 555-0142")} == {"(205) 555-0142"}
    assert us_phone("+442079460958") == "+442079460958"
    assert (tel("205-555-0142"), tel("+12055550142"), tel("911")) == (
        "tel:+12055550142",
        "tel:+12055550142",
        "tel:911",
    )
