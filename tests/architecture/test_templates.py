"""Every template compiles in the strict environment."""

from flask import Flask
from jinja2 import StrictUndefined


def test_every_template_compiles(app: Flask) -> None:
    names = app.jinja_env.list_templates(filter_func=lambda name: name.endswith((".html", ".txt", ".svg")))
    for name in names:
        app.jinja_env.get_template(name)


def test_undefined_names_are_errors(app: Flask) -> None:
    assert issubclass(app.jinja_env.undefined, StrictUndefined)
