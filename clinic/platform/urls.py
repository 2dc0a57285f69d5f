"""The one place that makes addresses for mail and files: from the settings, never from a request."""

from urllib.parse import urlsplit

from flask import current_app

from clinic.platform.extensions import settings


def public_url(endpoint: str, **values: str) -> str:
    """The full public address of a page; works in the worker, and no forged Host header can change it."""
    base = settings().public_url.rstrip("/")
    path = current_app.url_map.bind(urlsplit(base).netloc).build(endpoint, values)
    return base + path
