"""Routes are closed by default: every view says who may use it."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import NotAllowed
from clinic.kernel.permissions import Actor, ActorKind, Permission

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
ActorLoader = Callable[[], Actor]

# Views of libraries and of Flask itself, which cannot carry our decorator.
_DECLARED_ELSEWHERE: dict[str, str | Permission] = {"static": PUBLIC}


def public(view: View) -> View:
    """Anyone may use this view; it decides by session or link whose rows are seen."""
    view.access = PUBLIC  # type: ignore[attr-defined]  # read by `declared`
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Only signed-in staff whose roles hold the permission may use this view."""

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return mark


def declare(endpoint: str, access: str | Permission) -> None:
    """Declare the access of a view that a library registers."""
    _DECLARED_ELSEWHERE[endpoint] = access


def declared(app: Flask, endpoint: str) -> str | Permission | None:
    """What the endpoint declares; None when it declares nothing (it is then closed)."""
    if endpoint in _DECLARED_ELSEWHERE:
        return _DECLARED_ELSEWHERE[endpoint]
    access: str | Permission | None = getattr(app.view_functions.get(endpoint), "access", None)
    return access


def current_actor() -> Actor:
    """Who is asking in this request."""
    if "actor" not in g:
        loader: ActorLoader = current_app.extensions.get("clinic.actor_loader", Actor.anonymous)
        g.actor = loader()
    actor: Actor = g.actor
    return actor


def set_up(app: Flask, loader: ActorLoader) -> None:
    """Guard every request; `loader` tells the actor of a request."""
    app.extensions["clinic.actor_loader"] = loader

    @app.before_request
    def guard() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None  # 404 or 405 by the router
        access = declared(app, request.endpoint)
        if access == PUBLIC:
            return None
        actor = current_actor()
        if access is None:
            raise NotAllowed("This page is closed.")
        if actor.kind is not ActorKind.STAFF:
            return _to_sign_in()
        actor.require(Permission(access))
        return None


def _to_sign_in() -> Response:
    target = request.full_path.rstrip("?") if request.method == "GET" else url_for("home.index")
    answer = redirect(url_for("security.login", next=target))
    assert isinstance(answer, Response)  # noqa: S101 - for the type checker
    return answer
