"""Forms as the house wants them: unknown fields refused, errors in plain words, one way to render.

A form is declared with the fields of `clinic.platform.fields` (all importable from here) and shown with
`{{ field(form.x) }}`; the layout prints the error summary.

    class Caller(HouseForm):
        first_name = TextField("First name", required="Enter the first name", kind="name")
        born = UsDateField("Date of birth", required="Enter the date of birth", past=True)
        text_ok = RadiosField("OK to text?", required="Choose yes or no", choices=[Choice("yes", "Yes"), ...])

An empty `required` makes a field optional, and its label then says so. Other options: `hint`, `autocomplete`,
`width`, `limit`, `noun` (how error words call the field, if not by its label).
"""

from typing import Any, ClassVar

from flask import request
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field
from wtforms.fields import HiddenField

from clinic.kernel.errors import Invalid
from clinic.platform.controls import Choice, Kind, Problem, ui_field
from clinic.platform.fields import (
    CheckboxesField,
    EmailField,
    HouseField,
    LongTextField,
    RadiosField,
    SelectField,
    TextField,
    TimeField,
    UsDateField,
    UsPhoneField,
    WholeNumberField,
)

__all__ = [
    "CheckboxesField",
    "Choice",
    "EmailField",
    "HiddenField",
    "HouseForm",
    "LongTextField",
    "RadiosField",
    "SelectField",
    "TextField",
    "TimeField",
    "UsDateField",
    "UsPhoneField",
    "WholeNumberField",
    "field",
]


class HouseForm(FlaskForm):  # type: ignore[misc]  # flask_wtf carries no types
    """A form that refuses fields it does not know. `buttons` names the submit buttons whose value is read."""

    buttons: ClassVar[tuple[str, ...]] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge every field.

        Raises:
            Invalid: a posted field is not one of ours; the page was changed, nobody typed that.
        """
        known = {"csrf_token", *self.buttons}
        for one in self:
            known.update(one.posted_names() if isinstance(one, HouseField) else (one.name,))
        if set(request.form) - known:
            raise Invalid("This page sent something we do not know. Please go back and try again.")
        return bool(super().validate(extra_validators))

    def problems(self) -> list[Problem]:
        """Every field's first error, in the order of the page, for the summary."""
        return [problem for one in self if isinstance(one, HouseField) for problem in one.problems()]

    def add_error(self, name: str, words: str) -> None:
        """Add an error that only the use case could find, beside its field."""
        wrong = self._fields[name]
        wrong.errors = [*wrong.errors, words]


_PLAIN_KINDS: dict[str, Kind] = {
    "PasswordField": "password",
    "EmailField": "email",
    "TextAreaField": "textarea",
    "TelField": "phone",
    "IntegerField": "digits",
}


def field(bound: Field, **overrides: Any) -> Markup:
    """Print a bound field, a library's plain ones included; `overrides` are the options of `ui_field`."""
    options: dict[str, Any] = {"error": str(bound.errors[0]) if bound.errors else ""}
    label = str(bound.label.text)
    if isinstance(bound, HouseField):
        options |= bound.render_options() | {"optional": not bound.required_words}
        if bound.kind == "date":
            options["faulty_parts"] = bound.faulty_parts
        kind, value = bound.kind, bound.shown_value()
    elif bound.type == "BooleanField":
        kind, value = "checkboxes", ["y"] if bound.data else []
        options["choices"] = [Choice("y", label)]
    else:
        shown = "" if bound.type == "PasswordField" else str(bound.data or "")
        kind, value = _PLAIN_KINDS.get(bound.type, "text"), shown
    options |= overrides
    return ui_field(
        options.pop("kind", kind), bound.name, options.pop("label", label), value=value, **options
    )
