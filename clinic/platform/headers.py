"""Security headers of every answer, errors and static files included; limits of what may be sent to us."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
UNUSED_FEATURES = ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics")
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: over https the CSRF check needs the Referer of our own pages.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ONE_YEAR = 31_536_000
MEGABYTE = 1_048_576


def strict_headers(https: bool) -> dict[str, str]:
    """The headers that every answer carries."""
    transport = {"Strict-Transport-Security": f"max-age={ONE_YEAR}; includeSubDomains"} if https else {}
    return ALWAYS | transport


def set_up(app: Flask) -> None:
    """Send strict headers, trust only our own host and the proxies we were told of, cap request bodies."""
    held = app.extensions["clinic.settings"]
    address = urlsplit(held.public_url)
    headers = strict_headers(address.scheme == "https")
    app.config.update(MAX_CONTENT_LENGTH=MEGABYTE, MAX_FORM_MEMORY_SIZE=MEGABYTE, MAX_FORM_PARTS=500)
    if held.environment == "production":
        # Loopback names are for health probes; links in mail are built from the public address alone.
        app.config["TRUSTED_HOSTS"] = [address.hostname, "127.0.0.1", "localhost"]
    if held.trusted_proxies:
        hops = held.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]

    @app.after_request
    def harden(answer: Response) -> Response:
        for name, value in headers.items():
            answer.headers.setdefault(name, value)
        if request.endpoint != "static" or answer.status_code >= 400:
            answer.headers["Cache-Control"] = "no-store"
        if request.endpoint == "security.logout":
            answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer
