"""What only a real browser can tell: focus, revealed boxes, keys, sizes, contrast; also without script."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from clinic.platform.controls import Choice, ui_field
from clinic.platform.forms import CheckboxesField, HouseForm, RadiosField, TextField, UsDateField
from tests.support.browser import Scheme, Size, judge, sideways, small_targets, visitor
from tests.support.plain_app import plain_app

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SIGNS = (
    Choice("sore", "A new open sore"),
    Choice("fever", "Fever"),
    Choice("none", "None of these", exclusive=True),
)
FORM = """{% extends "layouts/patient.html" %}{% from "components/parts.html" import acts, why, back_link %}
{% block title %}About you{% endblock %}{% block back %}{{ back_link("/") }}{% endblock %}
{% block main %}<h1>About you</h1><form method="post" novalidate>{{ csrf_field() }}
{{ field(form.name) }}{{ field(form.born) }}{{ field(form.signs) }}{{ field(form.had) }}
{{ why("So that we know.") }}{{ acts() }}</form>{% endblock %}"""
LIST = """{% extends "layouts/staff.html" %}{% from "components/staff.html" import priority %}
{% block title %}List{% endblock %}{% block main %}<h1>Three</h1>
<table class="tbl" data-walk-rows><caption class="vh">Three people</caption>
<thead><tr><th scope="col">Priority</th><th scope="col">Person</th><th scope="col">Next</th></tr></thead>
<tbody>
{% for name in ("Otto", "Pearl", "Silas") %}<tr><td class="c-pri">{{ priority(loop.index) }}</td>
<th scope="row" class="c-name"><a href="/{{ name }}">{{ name }}</a></th>
<td class="c-act"><a class="btn btn--sm btn--quiet act" href="/{{ name }}">Review
<span class="vh"> {{ name }}</span></a></td></tr>{% endfor %}</tbody></table>{% endblock %}"""


class About(HouseForm):
    name = TextField("Your name", required="Enter your name")
    born = UsDateField("Your date of birth", required="Enter your date of birth", past=True)
    signs = CheckboxesField("Any of these?", required="Choose what is true for you", choices=SIGNS)
    since = TextField("Since when?")
    had = RadiosField(
        "Did you have it?",
        required="Choose yes or no",
        choices=(Choice("yes", "Yes", reveal=ui_field("text", "since", "Since when?")), Choice("no", "No")),
    )


def about() -> tuple[str, int]:
    form = About()
    status = 200 if not form.is_submitted() or form.validate() else 422
    return render_template_string(FORM, form=form), status


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app: Flask = plain_app(Path(tmp_path_factory.mktemp("pages")))
    app.add_url_rule("/about", view_func=about, methods=["GET", "POST"])
    app.add_url_rule("/list", "list", lambda: render_template_string(LIST))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = visitor(chromium, "phone", base_url=address)
    yield context.new_page()
    context.close()


def test_errors_take_the_focus_and_lead_to_their_controls(page: Page) -> None:
    page.goto("/about")
    page.get_by_label("Year").fill("67")
    page.get_by_role("button", name="Continue").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    assert page.title() == "Error: About you - Quiet River Clinic"
    for link, control in (
        ("Enter your name", "name"),
        ("must include", "born-month"),
        ("Choose what", "signs"),
    ):
        page.get_by_role("link", name=link).click()
        expect(page.locator(f"#{control}")).to_be_focused()
    expect(page.get_by_label("Year")).to_have_value("67")
    assert judge(page).violations == ()


def test_none_of_these_and_the_others_clear_each_other(page: Page) -> None:
    page.goto("/about")
    none, sore = page.get_by_label("None of these"), page.get_by_label("A new open sore")
    sore.check(force=True)
    none.check(force=True)
    expect(sore).not_to_be_checked()
    sore.check(force=True)
    expect(none).not_to_be_checked()


@pytest.mark.parametrize("script", [True, False])
def test_a_box_is_there_only_while_its_choice_is_chosen(
    chromium: Browser, address: str, *, script: bool
) -> None:
    context = visitor(chromium, "phone", script=script, base_url=address)
    page = context.new_page()
    page.goto("/about")
    inner = page.get_by_label("Since when?")
    expect(inner).to_be_hidden()
    page.get_by_label("Yes").focus()
    page.keyboard.press("Space")
    expect(inner).to_be_visible()
    page.keyboard.press("Tab")
    expect(inner).to_be_focused()
    page.get_by_label("No", exact=True).check(force=True)
    expect(inner).to_be_hidden()
    context.close()


def test_without_script_the_errors_come_first_all_the_same(chromium: Browser, address: str) -> None:
    context = visitor(chromium, "small", script=False, base_url=address)
    page = context.new_page()
    page.goto("/about")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("main > *").first).to_contain_text("There is a problem")
    context.close()


def test_arrow_keys_walk_the_rows_and_letters_do_nothing(page: Page) -> None:
    page.goto("/list")
    page.get_by_role("link", name="Otto", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Pearl", exact=True)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("link", name="Otto", exact=True)).to_be_focused()
    assert page.url.endswith("/list")


# A constructed sheet is the one way past a policy that forbids inline style.
ADOPT = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""
PLACES = ("/", "/privacy", "/accessibility", "/about", "/list")


@pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desk", "dark")])
def test_pages_fit_the_screen_and_axe_finds_nothing(
    chromium: Browser, address: str, size: Size, scheme: Scheme
) -> None:
    context = visitor(chromium, size, scheme, base_url=address)
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    for path in PLACES:
        page.goto(path)
        assert judge(page).violations == (), path
        assert sideways(page) == 0, path
        assert small_targets(page, 24 if path == "/list" else 44) == [], path
    assert told == []
    context.close()


def test_nothing_is_cut_off_on_the_smallest_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for path in PLACES:
        page.goto(path)
        assert sideways(page) == 0, path


def test_text_twice_as_large_and_wider_spaced_still_fits(page: Page) -> None:
    spacing = (
        "* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}"
    )
    page.set_viewport_size({"width": 1280, "height": 800})
    for path in ("/", "/about"):
        page.goto(path)
        page.evaluate(ADOPT, "html {font-size: 200%} " + spacing)
        assert sideways(page) == 0, path


def test_every_request_stays_with_us(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    assert asked
    assert all(one.startswith(address) for one in asked), asked
