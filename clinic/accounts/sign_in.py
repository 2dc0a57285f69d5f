"""Sets up Flask-Security: which pages are on, who asks in a request, what sign-in does to the session."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request, session
from flask_login import current_user, user_logged_in, user_logged_out
from flask_security import Security
from flask_security.signals import password_changed, user_authenticated
from flask_security.utils import aware_utcnow
from werkzeug.exceptions import HTTPException

from clinic.accounts.datastore import Datastore
from clinic.accounts.forms import ConfirmPassword, HousePasswords, SignIn
from clinic.accounts.models import Staff
from clinic.accounts.queries import actor_of
from clinic.accounts.rules import PASSWORD_MIN
from clinic.accounts.service import record_sign_out
from clinic.audit.rules import Action
from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Actor, Permission
from clinic.platform.access import PUBLIC, declare
from clinic.platform.extensions import now
from clinic.platform.limits import SIGN_IN, limited
from clinic.platform.sessions import end_session, own_session

OPTIONS: dict[str, Any] = {
    "URL_PREFIX": "/staff",
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "CHANGE_URL": "/password",
    "VERIFY_URL": "/confirm-password",
    "STATIC_FOLDER": None,
    "CHANGEABLE": True,
    "SEND_PASSWORD_CHANGE_EMAIL": False,
    "LOGOUT_METHODS": ["POST"],
    "API_ENABLED_METHODS": ["session"],
    "CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "RETURN_GENERIC_RESPONSES": True,
    "DATETIME_FACTORY": aware_utcnow,  # the default is naive, which our instants refuse
    "JOIN_USER_ROLES": False,
    "POST_LOGIN_VIEW": "accounts.landing",
    "POST_CHANGE_VIEW": "accounts.landing",
    "POST_LOGOUT_VIEW": "security.login",
    "PASSWORD_LENGTH_MIN": PASSWORD_MIN,
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": True,  # no pepper: a changed application key must not lock everybody out
    # One cost on purpose, about 20 ms and 19 MiB (OWASP's minimum); the default takes 120 ms and 64 MiB.
    "PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__memory_cost": 19_456,
        "argon2__time_cost": 2,
        "argon2__parallelism": 1,
    },
    "MSG_GENERIC_AUTHN_FAILED": ("The e-mail address or the password is not right", "error"),
    "MSG_INVALID_PASSWORD": ("This is not your present password", "error"),
    "MSG_PASSWORD_NOT_PROVIDED": ("Enter the password", "error"),
    "MSG_RETYPE_PASSWORD_MISMATCH": ("Enter the same new password twice", "error"),
    "MSG_PASSWORD_IS_THE_SAME": ("Choose a password that differs from the present one", "error"),
    "MSG_PASSWORD_CHANGE": ("Your password is changed. Other devices are signed out.", "success"),
}
ACCESS: dict[str, str | Permission] = {
    "security.login": PUBLIC,
    "security.logout": PUBLIC,  # signing out twice harms nobody
    "security.change_password": Permission.STAFF_SELF,
    "security.verify": Permission.STAFF_SELF,
}
# What a session keeps when somebody signs in; a patient's intake in the same browser ends.
KEPT_AT_SIGN_IN = ("_", "fs_", "csrf_token")


def set_up(app: Flask) -> None:
    """Register the sign-in pages under /staff, closed but for what `ACCESS` opens."""
    app.config.update({f"SECURITY_{name}": value for name, value in OPTIONS.items()})
    # The library would compare network addresses, which phones change, and write to visitors' sessions.
    app.config["SESSION_PROTECTION"] = None
    security = Security(
        app,
        Datastore(),
        login_form=SignIn,
        verify_form=ConfirmPassword,
        password_util_cls=HousePasswords,
    )
    security.want_json(_never)
    for endpoint, access in ACCESS.items():
        declare(endpoint, access)
    for endpoint in ("security.login", "security.verify", "security.change_password"):
        view: Callable[..., Any] = app.view_functions[endpoint]
        app.view_functions[endpoint] = limited(SIGN_IN)(view)
    app.before_request(_refuse_foreign_targets)
    user_logged_in.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)
    user_authenticated.connect(_authenticated, app)
    password_changed.connect(_password_changed, app)


def load_actor() -> Actor:
    """Who asks: the signed-in member of staff, or a visitor."""
    return actor_of(current_user) if current_user.is_authenticated else Actor.anonymous()


def _never(_: object) -> bool:
    return False


def _refuse_foreign_targets() -> None:
    if not (request.endpoint or "").startswith("security."):
        return
    for target in (*request.args.getlist("next"), *request.form.getlist("next")):
        if target and not is_own_page(target):
            raise Invalid("That link leads somewhere we do not know. Go to the sign-in page and start there.")


def is_own_page(target: str) -> bool:
    """Is this the path of a page of ours that can be opened? Then it may be returned to after signing in."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target or not target.isprintable():
        return False
    adapter = current_app.url_map.bind(request.host)
    try:
        adapter.match(urlsplit(target).path, method="GET")
    except HTTPException:
        return False
    return True


def _signed_in(_: Flask, user: Staff, **__: object) -> None:
    for name in [name for name in session if not name.startswith(KEPT_AT_SIGN_IN)]:
        del session[name]
    own_session(user.id)


def _signed_out(_: Flask, user: Staff, **__: object) -> None:
    if user.is_authenticated:
        record_sign_out(actor_of(user), now=now())
    end_session()


def _authenticated(app: Flask, user: Staff, authn_via: list[str], **_: object) -> None:
    if "change" not in authn_via:  # the library signs in anew after a change of password
        app.extensions["security"].datastore.note(Action.STAFF_SIGNED_IN, user)


def _password_changed(app: Flask, user: Staff, **_: object) -> None:
    app.extensions["security"].datastore.note(Action.STAFF_PASSWORD_CHANGED, user)
