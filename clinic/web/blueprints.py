"""The blueprints of the application, in one list."""

from flask import Flask

# "module:blueprint", in the order of the map.
BLUEPRINTS: tuple[str, ...] = ("clinic.web.home:pages", "clinic.accounts.views:pages")


def register(app: Flask) -> None:
    """Mount every slice's pages."""
    from werkzeug.utils import import_string

    for path in BLUEPRINTS:
        app.register_blueprint(import_string(path))
