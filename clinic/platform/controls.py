"""The one adapter between a question and its accessible markup; forms and declared questions both end here.

`ui_field(kind, name, label, ...)` prints one labelled control with hint, error and every link between them:

- kinds: text, name, email, phone, digits, password, textarea, radios, checkboxes, select, date;
- `value` is a string, a collection of strings (checkboxes) or a mapping month/day/year (date);
- `choices` are `Choice` values: `exclusive` marks "None of these", `reveal` holds one simple control shown
  while the choice is chosen (the server must drop its answer otherwise), `divider` prints a word above it;
- `appearance` of radios: "rows", "scale" (joined), "change" (joined, with the pictures of the seven-point
  change scale on the first seven choices), "seg" (side by side, for two to four very short choices);
- `heading=True` makes the label the page's h1;
- `faulty_parts` names the boxes of a date that are wrong (none named: all); the error links to the first.

`error_summary` and `title_prefix` take a form, or a list of `Problem`; `target(kind, name)` is the id to
link to.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, cast

from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup, escape

from clinic.platform.parsing import DATE_PARTS, DatePart

Kind = Literal[
    "text",
    "name",
    "email",
    "phone",
    "digits",
    "password",
    "textarea",
    "radios",
    "checkboxes",
    "select",
    "date",
]
Appearance = Literal["rows", "scale", "change", "seg"]
Params = dict[str, Any]

_INPUT_TRAITS: Mapping[str, Params] = {
    "text": {"type": "text"},
    "name": {"type": "text", "attributes": {"spellcheck": "false", "autocapitalize": "words"}},
    "email": {"type": "email", "attributes": {"spellcheck": "false", "autocapitalize": "none"}},
    "phone": {"type": "tel", "classes": "govuk-input--width-20"},
    "digits": {"type": "text", "inputmode": "numeric", "attributes": {"spellcheck": "false"}},
    "password": {"type": "password", "attributes": {"spellcheck": "false", "autocapitalize": "none"}},
}
_DATE_BOXES: Mapping[DatePart, tuple[str, str]] = {
    "month": ("Month", "govuk-input--width-2"),
    "day": ("Day", "govuk-input--width-2"),
    "year": ("Year", "govuk-input--width-4"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio button, check box or option."""

    value: str
    text: str
    hint: str = ""
    exclusive: bool = False
    divider: str = ""
    reveal: Markup = field(default_factory=Markup)


@dataclass(frozen=True, slots=True)
class Problem:
    """One error: its words and the id of the control that they link to."""

    text: str
    target: str


@cache
def _macro(kebab: str) -> Any:
    # The vendored macros read attributes that may be missing, so they cannot live in the strict environment.
    library = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    vendor = Environment(
        loader=library, autoescape=True, undefined=ChainableUndefined, trim_blocks=True, lstrip_blocks=True
    )
    module = vendor.get_template(f"govuk_frontend_jinja/components/{kebab}/macro.html").module
    return getattr(module, "govuk" + "".join(word.title() for word in kebab.split("-")))


def ui(component: str, **params: object) -> Markup:
    """Print a component of GOV.UK Frontend by its kebab name, with its documented parameters."""
    return Markup(_macro(component)(params))  # noqa: S704 - the macro has escaped every value


def target(kind: str, name: str, faulty_parts: Sequence[str] = ()) -> str:
    """The id that an error summary links to: the first wrong box, or the first control of the group."""
    if kind != "date":
        return name
    return f"{name}-{next((part for part in DATE_PARTS if part in faulty_parts), DATE_PARTS[0])}"


def ui_field(
    kind: Kind,
    name: str,
    label: str,
    *,
    value: str | Collection[str] | Mapping[str, str] = "",
    hint: str = "",
    error: str = "",
    choices: Iterable[Choice] = (),
    heading: bool = False,
    optional: bool = False,
    appearance: Appearance = "rows",
    autocomplete: str = "",
    width: str = "",
    rows: int = 5,
    faulty_parts: Sequence[str] = (),
) -> Markup:
    """Print one control; the module's words describe the parameters."""
    shared: Params = {"name": name, "id": name}
    if hint:
        shared["hint"] = {"text": hint}
    if error:
        shared["errorMessage"] = {"text": error, "visuallyHiddenText": "Error"}
    words = f"{label} (optional)" if optional else label
    if kind == "date":
        faulty = (faulty_parts or DATE_PARTS) if error else ()
        boxes = _date_boxes(cast("Mapping[str, str]", value or {}), autocomplete, faulty)
        return ui("date-input", **shared, namePrefix=name, items=boxes, fieldset=_fieldset(words, heading))
    if kind in ("radios", "checkboxes"):
        chosen = {value} if isinstance(value, str) else set(value)
        items = _items(name, tuple(choices), chosen, appearance)
        group = {"classes": f"choices--{'scale' if appearance == 'change' else appearance}", "items": items}
        return ui(kind, **shared, **group, idPrefix=name, fieldset=_fieldset(words, heading))
    shared["label"] = _label(words, heading)
    if kind == "select":
        options = [{"value": one.value, "text": one.text, "selected": one.value == value} for one in choices]
        return ui("select", **shared, items=options)
    if kind == "textarea":
        return ui("textarea", **shared, value=value, rows=rows)
    traits = dict(_INPUT_TRAITS[kind])
    if width:
        traits["classes"] = f"govuk-input--width-{width}"
    if autocomplete:
        traits["autocomplete"] = autocomplete
    return ui("input", **shared, **traits, value="" if kind == "password" else value)


def _label(words: str, heading: bool) -> Params:
    return {"text": words, "isPageHeading": heading}


def _fieldset(words: str, heading: bool) -> Params:
    return {"legend": {"text": words, "isPageHeading": heading}}


def _date_boxes(typed: Mapping[str, str], autocomplete: str, faulty: Sequence[str]) -> list[Params]:
    boxes = []
    for part, (label, width) in _DATE_BOXES.items():
        wrong = " govuk-input--error" if part in faulty else ""
        box = {"name": part, "label": label, "classes": width + wrong, "inputmode": "numeric"}
        box["value"] = typed.get(part, "")
        if autocomplete:
            box["autocomplete"] = f"{autocomplete}-{part}"
        boxes.append(box)
    return boxes


def _items(
    name: str, choices: Sequence[Choice], chosen: Collection[str], appearance: Appearance
) -> list[Params]:
    items: list[Params] = []
    for place, choice in enumerate(choices):
        if choice.divider:
            items.append({"divider": choice.divider})
        # The first control carries the bare name: that is what an error summary links to.
        item: Params = {"value": choice.value, "checked": choice.value in chosen}
        item["id"] = name if place == 0 else f"{name}-{place + 1}"
        if appearance == "change" and place < 7:
            item["html"] = escape(choice.text) + change_picture(place)
        else:
            item["text"] = choice.text
        if choice.hint:
            item["hint"] = {"text": choice.hint}
        if choice.exclusive:
            item["behaviour"] = "exclusive"
        if choice.reveal:
            item["conditional"] = {"html": choice.reveal}
        items.append(item)
    return items


def change_picture(place: int) -> Markup:
    """The change scale's small code: three to one discs, a bar, one to three diamonds (never a slope)."""
    centres = (53, 33, 13)[: abs(3 - place)]
    if place < 3:
        shapes, way = [Markup('<circle cx="{}" cy="9" r="6.5"/>').format(x) for x in centres], "up"
    elif place == 3:
        shapes, way = [Markup('<rect x="42" y="7" width="18" height="4" rx="2"/>')], "flat"
    else:
        shapes, way = (
            [Markup('<path d="M{} 1.5l7.5 7.5-7.5 7.5-7.5-7.5z"/>').format(x) for x in centres],
            "down",
        )
    frame = Markup('<svg class="lvl {}" viewBox="0 0 62 18" aria-hidden="true" focusable="false">{}</svg>')
    return frame.format(way, Markup().join(shapes))


def problems_of(source: object) -> list[Problem]:
    """The problems of a form (ours or a library's), or of a list of them; nothing has none."""
    if source is None or isinstance(source, str):
        return []
    if hasattr(source, "problems"):
        return list(source.problems())
    if hasattr(source, "errors") and hasattr(source, "data"):
        fields = cast("Iterable[Any]", source)
        return [Problem(str(one.errors[0]), one.id) for one in fields if one.errors]
    return list(cast("Iterable[Problem]", source))


def error_summary(source: object) -> Markup:
    """ "There is a problem", with a link to each wrong control; empty when there is none."""
    found = problems_of(source)
    if not found:
        return Markup()
    links = [{"text": one.text, "href": f"#{one.target}"} for one in found]
    return ui("error-summary", titleText="There is a problem", errorList=links)


def title_prefix(source: object) -> str:
    """What the page's title starts with while something is wrong."""
    return "Error: " if problems_of(source) else ""
