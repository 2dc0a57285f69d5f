"""How templates are compiled and what they may call: strict names, everything escaped, one set of macros."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, current_app, url_for
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined, select_autoescape
from markupsafe import Markup

from clinic.kernel import wording
from clinic.platform import controls, forms

if TYPE_CHECKING:
    from config import Settings

FILTERS: dict[str, Callable[..., str]] = {
    "count_words": wording.count_words,
    "us_date": wording.us_date,
    "us_date_long": wording.us_date_long,
    "us_date_short": wording.us_date_short,
    "us_date_time": wording.us_date_time,
    "us_birth_date": wording.us_birth_date,
    "us_time": wording.us_time,
    "us_phone": wording.us_phone,
    "clinical_date": wording.clinical_date,
    "tel": wording.tel,
}


def configure(app: Flask) -> None:
    """Make the house environment strict and give it the macros, filters and the clinic's public facts."""
    held: Settings = app.extensions["clinic.settings"]
    env = app.jinja_env
    env.undefined = StrictUndefined
    # Plain-text mail is the one place where &amp; would be read as it stands.
    env.autoescape = select_autoescape(default=True, default_for_string=True, disabled_extensions=("txt",))
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(FILTERS)
    env.globals.update(
        _=translated,
        asset=asset,
        change_picture=controls.change_picture,
        choice=controls.Choice,
        clinic_hours=held.clinic_hours,
        clinic_name=held.clinic_name,
        clinic_phone=held.clinic_phone,
        csrf_field=csrf_field,
        endpoint_exists=endpoint_exists,
        error_summary=controls.error_summary,
        field=forms.field,
        title_prefix=controls.title_prefix,
        ui=controls.ui,
        ui_field=controls.ui_field,
    )


def render_bare(template: str, **context: object) -> str:
    """Render without context processors: the page comes out even when session and database do not answer."""
    return current_app.jinja_env.get_template(template).render(**context)


def translated(text: str, **values: object) -> str:
    """The text in the reader's language, with `%(name)s` filled in; English is the only language yet."""
    return text % values if values else text


def endpoint_exists(endpoint: str) -> bool:
    """Whether a page is there to link to."""
    return endpoint in current_app.view_functions


def csrf_field() -> Markup:
    """The hidden field that every POST form carries; without an id, so that a page may hold several forms."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def asset(name: str) -> str:
    """The address of a built style sheet or script by its plain name; it changes with the content."""
    return url_for("static", filename=f"vendor/{_manifest(current_app.static_folder or '')[name]}")


@cache
def _manifest(static_folder: str) -> dict[str, str]:
    path = Path(static_folder) / "vendor" / "manifest.json"
    if not path.exists():
        raise RuntimeError("The style sheets are not built. Run: make setup")
    names: dict[str, str] = json.loads(path.read_text())
    return names
