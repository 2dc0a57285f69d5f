"""The pages that everybody sees: true, plain, without dead links."""

import re

import pytest
from flask import Flask, render_template

from tests.scheduling.scene import build_scene
from tests.support.app import FixedClock
from tests.support.client import PageClient, text_of

NOTICES = ("/", "/privacy", "/accessibility")


@pytest.mark.parametrize("address", NOTICES)
def test_general_pages_link_only_to_pages_that_are_there(client: PageClient, address: str) -> None:
    page = client.get(address).get_data(as_text=True)
    for link in sorted(set(re.findall(r'href="(/[^"]*)"', page))):
        with client.get(link, status=-1) as answer:  # static files are open until they are read
            assert answer.status_code in (200, 302), link
    assert "Español" not in page


def test_home_says_what_happens_what_it_costs_and_whom_to_call(client: PageClient) -> None:
    words = text_of(client.get("/").get_data(as_text=True))
    for promise in (
        "What happens",
        "What it may cost",
        "Phase One",
        "Phase Two",
        "Phase Three",
        "(205) 555-0142",
    ):
        assert promise in words, promise
    assert "This website never decides which phase fits you." in words


def test_the_order_of_the_steps_follows_the_clinic_s_setting(app: Flask) -> None:
    with app.test_request_context("/"):
        books_first = text_of(render_template("home/index.html", books_first=True, places=()))
        reads_first = text_of(render_template("home/index.html", books_first=False, places=()))
    assert books_first.index("You pick a time") < books_first.index("A clinician reads it")
    assert reads_first.index("A clinician reads it") < reads_first.index("You pick a time")


def test_an_unknown_address_is_a_kind_page(client: PageClient) -> None:
    answer = client.get("/nowhere", status=404)
    assert "We cannot find that page" in text_of(answer.get_data(as_text=True))


def test_home_shows_where_the_clinic_is(client: PageClient, clock: FixedClock) -> None:
    assert "Two places" not in text_of(client.get("/").get_data(as_text=True))
    build_scene(clock.now)
    words = text_of(client.get("/").get_data(as_text=True))
    assert "Two places, one team" in words
    assert words.index("Birmingham, AL 35200") < words.index("Auburn, AL 35200")
