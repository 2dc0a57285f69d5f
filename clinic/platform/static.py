"""Style sheets, scripts, pictures: served compressed, kept for good when the name holds a hash."""

import re
from collections.abc import MutableMapping
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

from clinic.platform.headers import strict_headers

# What the asset build writes: name-0123456789.css
HASHED = re.compile(r"/static/vendor/[\w.-]+-[0-9a-f]{10}\.\w+")
AN_HOUR = 3600


def set_up(app: Flask) -> None:
    """Answer for files of the static folder before Flask is asked; what is not there falls through to it."""
    headers = strict_headers(app.extensions["clinic.settings"].public_url.startswith("https://"))

    def harden(given: MutableMapping[str, str], path: str, url: str) -> None:
        for name, value in headers.items():
            given[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=Path(app.static_folder or ""),
        prefix="static/",
        max_age=AN_HOUR,
        allow_all_origins=False,
        add_headers_function=harden,
        immutable_file_test=lambda path, url: HASHED.fullmatch(url) is not None,
    )
