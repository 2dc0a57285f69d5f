"""The blueprints of the application, in one list."""

from flask import Flask

BLUEPRINTS: tuple[str, ...] = ()


def register(app: Flask) -> None:
    """Mount every slice's pages."""
    from werkzeug.utils import import_string

    for path in BLUEPRINTS:
        app.register_blueprint(import_string(path))
