"""Forms keep what was typed, give one error for each control, and tie every error to it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from clinic.kernel.errors import Invalid
from clinic.platform.controls import Problem, error_summary, problems_of, target, title_prefix, ui_field
from clinic.platform.forms import (
    CheckboxesField,
    Choice,
    EmailField,
    HiddenField,
    HouseForm,
    LongTextField,
    RadiosField,
    SelectField,
    TextField,
    UsDateField,
    UsPhoneField,
    WholeNumberField,
    field,
)
from tests.support.client import parse
from tests.support.plain_app import plain_app

YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))
SIGNS = (
    Choice("sore", "A new open sore"),
    Choice("fever", "Fever"),
    Choice("none", "None of these", exclusive=True),
)
RIGHT = {
    "name": "Hazel Exampleton",
    "born-month": "9",
    "born-day": "27",
    "born-year": "1967",
    "phone": "(205) 555-0164",
    "signs": ["none"],
    "text_ok": "yes",
    "state": "AL",
    "count": "0",
}


class Story(HouseForm):
    name = TextField("Your name", kind="name", required="Enter your name", autocomplete="name", limit=40)
    born = UsDateField(
        "Your date of birth", required="Enter your date of birth", autocomplete="bday", past=True
    )
    phone = UsPhoneField("Phone number", required="Enter your phone number")
    email = EmailField("Email address")
    signs = CheckboxesField("Any of these?", required="Choose what is true for you", choices=SIGNS)
    text_ok = RadiosField("OK to text?", required="Choose yes or no", choices=YES_NO)
    state = SelectField(
        "State", required="Choose a state", choices=(Choice("", "Choose"), Choice("AL", "Alabama"))
    )
    count = WholeNumberField("How many?", minimum=0, maximum=10, required="Enter a number")
    note = LongTextField("Anything else?")
    key = HiddenField()
    buttons = ("later",)


@pytest.fixture
def pages(tmp_path: Path) -> Flask:
    app = plain_app(tmp_path)
    app.config["WTF_CSRF_ENABLED"] = False  # the token has tests of its own
    return app


def posted(pages: Flask, **changes: Any) -> tuple[Story, bool]:
    """The form as it stands after this answer, and whether it was taken."""
    given_values = {name: value for name, value in (RIGHT | changes).items() if value is not None}
    with pages.test_request_context("/", method="POST", data=MultiDict(given_values)):
        form = Story()
        return form, form.validate()


def test_a_right_answer_gives_values(pages: Flask) -> None:
    form, taken = posted(pages)
    assert taken, form.errors
    assert (form.name.data, form.born.data, form.phone.data) == (
        "Hazel Exampleton",
        date(1967, 9, 27),
        "+12055550164",
    )
    assert (form.signs.data, form.text_ok.data, form.count.data, form.email.data) == (["none"], "yes", 0, "")


def test_an_empty_answer_has_one_error_for_each_required_control(pages: Flask) -> None:
    form, taken = posted(pages, **dict.fromkeys(RIGHT, None))
    assert not taken
    assert [(one.target, one.text) for one in form.problems()] == [
        ("name", "Enter your name"),
        ("born-month", "Enter your date of birth"),
        ("phone", "Enter your phone number"),
        ("signs", "Choose what is true for you"),
        ("text_ok", "Choose yes or no"),
        ("state", "Choose a state"),
        ("count", "Enter a number"),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "x" * 10_000}, Problem("Your name must be 40 characters or fewer", "name")),
        ({"name": "\x00 \x07"}, Problem("Enter your name", "name")),
        ({"born-day": "31"}, Problem("Your date of birth must be a real date", "born-month")),
        ({"born-year": "67"}, Problem("Year must include 4 numbers", "born-year")),
        ({"born-day": ""}, Problem("Your date of birth must include a day", "born-day")),
        ({"phone": "555"}, Problem("Enter a US phone number with 10 digits, like 205-555-0142", "phone")),
        (
            {"email": "a@b"},
            Problem("Enter an email address in the right form, like name@example.com", "email"),
        ),
        ({"signs": ["none", "sore"]}, None),
        ({"signs": ["forged"]}, Problem("Choose one of the answers on the page", "signs")),
        ({"text_ok": "forged"}, Problem("Choose one of the answers on the page", "text_ok")),
        ({"state": "ZZ"}, Problem("Choose one of the answers on the page", "state")),
        ({"count": "11"}, Problem("How many? must be a number between 0 and 10", "count")),
        ({"count": "9" * 200}, Problem("How many? must be a number between 0 and 10", "count")),
        ({"note": "x" * 2001}, Problem("Anything else? must be 2,000 characters or fewer", "note")),
    ],
)
def test_a_wrong_answer_has_one_error_and_is_kept(
    pages: Flask, changes: dict[str, Any], expected: Problem | None
) -> None:
    form, taken = posted(pages, **changes)
    assert not taken
    if expected is not None:
        assert form.problems() == [expected]
    wrong = next(one for one in form if one.errors)
    typed = next(iter(changes.values()))
    shown = wrong.shown_value()
    kept = shown.get("day") if isinstance(shown, dict) and "born-day" in changes else shown
    if isinstance(typed, str) and wrong.name != "born":
        assert kept == typed.replace("\x00 \x07", "")


def test_none_of_these_stands_alone(pages: Flask) -> None:
    form, taken = posted(pages, signs=["sore", "none"])
    assert not taken
    assert form.problems() == [
        Problem("Choose what is true for you, or choose “None of these”, not both", "signs")
    ]
    assert form.signs.data == ["sore", "none"]


@pytest.mark.parametrize("name", ["admin", "born", "signs-2", "csrf"])
def test_an_unknown_field_is_refused(pages: Flask, name: str) -> None:
    with pytest.raises(Invalid, match="do not know"):
        posted(pages, **{name: "1"})


def test_a_declared_button_is_known(pages: Flask) -> None:
    assert posted(pages, later="1")[1]


def test_today_is_read_on_a_clock_in_alabama(pages: Flask) -> None:
    pages.extensions["clinic.clock"].now = datetime(2026, 12, 2, 5, 30, tzinfo=UTC)  # December 1, 11:30 p.m.
    assert posted(pages, **{"born-month": "12", "born-day": "1", "born-year": "2026"})[1]
    form, taken = posted(pages, **{"born-month": "12", "born-day": "2", "born-year": "2026"})
    assert not taken
    assert form.problems()[0].text == "Your date of birth must be in the past"


def test_a_stored_value_is_shown_until_something_is_typed(pages: Flask) -> None:
    with pages.test_request_context("/"):
        form = Story(data={"name": "Otto", "born": date(1990, 2, 3), "signs": ["sore"], "count": 4})
        assert (form.name.shown_value(), form.count.shown_value()) == ("Otto", "4")
        assert form.born.shown_value() == {"month": "2", "day": "3", "year": "1990"}
        assert 'value="sore" checked' in field(form.signs)


def test_an_error_of_the_use_case_stands_beside_its_field(pages: Flask) -> None:
    form, _ = posted(pages)
    form.add_error("state", "That place is closed on this day")
    assert form.problems() == [Problem("That place is closed on this day", "state")]
    assert "That place is closed on this day" in field(form.state)


def controls(html: str) -> Any:
    """The markup as a tree inside a whole page."""
    return parse(f"<!DOCTYPE html><html lang=en><title>x</title><body><main>{html}</main></body></html>")


def test_every_error_is_linked_and_described(pages: Flask) -> None:
    form, _ = posted(pages, **dict.fromkeys(RIGHT, None))
    tree = controls(str(error_summary(form)) + "".join(str(field(one)) for one in form if one.name != "key"))
    ids = {one.get("id"): one for one in tree.iter() if one.get("id")}
    links = [one.get("href") for one in tree.iter("a")]
    assert len(links) == 7
    for link in links:
        assert ids[link[1:]].tag in ("input", "select", "textarea"), link
    described = {word for one in tree.iter() for word in (one.get("aria-describedby") or "").split()}
    assert described <= set(ids)
    assert {
        f"{name}-error" for name in ("name", "born", "phone", "signs", "text_ok", "state", "count")
    } <= described


def test_every_control_has_a_label_and_optional_ones_say_so(pages: Flask) -> None:
    with pages.test_request_context("/"):
        form = Story()
        tree = controls("".join(str(field(one)) for one in form if one.name not in ("key", "csrf_token")))
    labels = {one.get("for"): "".join(one.itertext()).strip() for one in tree.iter("label")}
    shown = [one for kind in ("input", "select", "textarea") for one in tree.iter(kind)]
    assert {one.get("id") for one in shown} == set(labels)
    assert labels["email"] == "Email address (optional)"
    assert [labels[f"born-{part}"] for part in ("month", "day", "year")] == ["Month", "Day", "Year"]


def test_inputs_carry_their_tokens(pages: Flask) -> None:
    with pages.test_request_context("/"):
        form = Story()
        tree = controls("".join(str(field(one)) for one in (form.name, form.born, form.phone, form.email)))
    inputs = {one.get("id"): one for one in tree.iter("input")}
    tokens = {name: one.get("autocomplete") for name, one in inputs.items()}
    assert tokens == {
        "name": "name",
        "born-month": "bday-month",
        "born-day": "bday-day",
        "born-year": "bday-year",
        "phone": "tel",
        "email": "email",
    }
    assert inputs["name"].get("spellcheck") == inputs["email"].get("spellcheck") == "false"
    assert {inputs[f"born-{part}"].get("inputmode") for part in ("month", "day", "year")} == {"numeric"}
    assert (inputs["phone"].get("type"), inputs["email"].get("type")) == ("tel", "email")


@given(text=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_text_anywhere_breaks_the_form_or_its_page(pages: Flask, text: str) -> None:
    form, _ = posted(pages, **dict.fromkeys((*RIGHT, "email", "note"), text))
    marked = f"<q>{text}</q>"
    html = "".join(str(field(one)) for one in form if one.name != "key")
    html += ui_field("radios", "other", marked, hint=marked, error=marked, choices=[Choice(text, marked)])
    assert "<q>" not in html
    assert problems_of(form) is not None


def test_the_same_adapter_prints_declared_questions() -> None:
    inner = ui_field("text", "since", "Since when?", optional=True)
    choices = (Choice("yes", "Yes", reveal=inner), Choice("no", "No", hint="or not yet"))
    html = ui_field(
        "radios", "had", "Did you have it?", value="yes", choices=choices, heading=True, error="Choose"
    )
    tree = controls(html)
    assert "".join(next(tree.iter("h1")).itertext()).strip() == "Did you have it?"
    assert {one.get("id"): one.get("checked") is not None for one in tree.iter("input")} == {
        "had": True,
        "since": False,
        "had-2": False,
    }
    assert "Since when? (optional)" in "".join(tree.itertext())


def test_the_first_choice_is_the_target_even_behind_a_divider() -> None:
    html = ui_field("checkboxes", "a", "A?", choices=[Choice("x", "X", divider="first"), Choice("y", "Y")])
    assert [one.get("id") for one in controls(html).iter("input")] == ["a", "a-2"]
    assert target("checkboxes", "a") == "a"
    assert (target("date", "d"), target("date", "d", ("year", "day"))) == ("d-month", "d-day")


def test_a_page_without_problems_has_no_summary_and_no_prefix() -> None:
    assert error_summary(None) == error_summary([]) == ""
    assert title_prefix(None) == ""
    assert title_prefix([Problem("Enter a name", "name")]) == "Error: "


def test_pictures_of_the_change_scale_are_not_read_aloud() -> None:
    choices = [Choice(str(number), f"Step {number}") for number in range(8)]
    html = ui_field("radios", "change", "Change?", choices=choices, appearance="change")
    pictures = list(controls(html).iter("{http://www.w3.org/2000/svg}svg"))
    assert len(pictures) == 7
    assert {one.get("aria-hidden") for one in pictures} == {"true"}
    assert [len(one) for one in pictures] == [3, 2, 1, 1, 1, 2, 3]
