"""Sessions live in the database: the cookie is a random name, stored hashed; without its row it is dead."""

import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from cryptography.exceptions import InvalidTag
from flask import Flask, Request, Response, request, session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import LargeBinary, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped

from clinic.platform import logs
from clinic.platform.extensions import db, key_ring, now
from clinic.platform.orm import Row, identity, operational
from clinic.platform.sealed import Sealed, SealedBytes, place_of
from clinic.platform.transaction import short_write

STAFF_IDLE = timedelta(minutes=15)
STAFF_ABSOLUTE = timedelta(hours=10)
PATIENT_LIFE = timedelta(hours=24)
TOUCH_AFTER = timedelta(seconds=60)  # how stale `seen_at` may become; saves a write for most requests


class WebSession(Row):
    """One browser's session. `owner_id` is the account that signed in; without one it is a visitor's."""

    __tablename__ = "web_session"

    key: Mapped[bytes] = operational(LargeBinary(32), unique=True)
    owner_id: Mapped[uuid.UUID | None] = operational(index=True)
    data: Mapped[Sealed] = identity(SealedBytes)
    started_at: Mapped[datetime] = operational(index=True)
    seen_at: Mapped[datetime] = operational()


_TABLE = WebSession.__table__
# Built once, on the table itself: every request that carries a cookie asks.
_BY_KEY = select(
    *(_TABLE.c[name] for name in ("id", "data", "owner_id", "started_at", "seen_at")),
).where(_TABLE.c.key == bindparam("key"))


@dataclass(frozen=True, slots=True)
class Stored:
    """A live session as the table holds it."""

    id: uuid.UUID
    values: dict[str, Any]
    owner_id: uuid.UUID | None
    seen_at: datetime


class ServerSession(SessionMixin):
    """Flask's session; the row is read at the first use, so pages that need none ask the database nothing."""

    def __init__(self, find: Callable[[], Stored | None]) -> None:
        self._find = find
        self._loaded = False
        self._stored: Stored | None = None
        self._values: dict[str, Any] = {}
        self._owner_id: uuid.UUID | None = None
        self.renewed = False
        self.modified = False

    @property
    def used(self) -> bool:
        """Has anything asked this session?"""
        return self._loaded

    @property
    def stored(self) -> Stored | None:
        """The row behind this session; None for a new one."""
        self._load()
        return self._stored

    @property
    def owner_id(self) -> uuid.UUID | None:
        """The account that this session belongs to."""
        self._load()
        return self._owner_id

    @owner_id.setter
    def owner_id(self, owner_id: uuid.UUID | None) -> None:
        self._load()
        self._owner_id = owner_id
        self.modified = True

    def _load(self) -> dict[str, Any]:
        if not self._loaded:
            self._stored = self._find()
            self._loaded = True
            if self._stored is not None:
                self._values = dict(self._stored.values)
                self._owner_id = self._stored.owner_id
        return self._values

    def __getitem__(self, key: str) -> Any:
        return self._load()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._load()[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self._load()[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())


class DatabaseSessions(SessionInterface):
    """Reads and writes sessions on short connections, before and after the request's own transaction."""

    box = TaggedJSONSerializer()

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """Flask's hook: the session that the cookie names, read when it is first used."""
        name = request.cookies.get(self.get_cookie_name(app))
        return ServerSession(lambda: self._find(name) if name else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Flask's hook, after the view has committed: write what changed, send the cookie when it is new."""
        if not isinstance(session, ServerSession) or not session.used:
            return
        if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            return  # the database is busy and nothing was done: do not wait for it a second time
        response.vary.add("Cookie")
        if not session:
            alive = False
            self._end(session.stored)
        elif session.stored is None or session.renewed:
            alive = self._start(app, session, response)
        else:
            alive = self._keep(session.stored, session)
        if not alive and self.get_cookie_name(app) in request.cookies:
            response.delete_cookie(
                self.get_cookie_name(app), path="/", secure=self.get_cookie_secure(app), httponly=True
            )

    def _find(self, name: str) -> Stored | None:
        with db.engine.connect() as link:
            row = link.execute(_BY_KEY, {"key": _hashed(name)}).one_or_none()
        if row is None or _is_over(row.owner_id, row.started_at, row.seen_at, now()):
            return None
        try:
            text = key_ring().open(row.data, WebSession.__tablename__, "data", row.id)
        except (InvalidTag, KeyError) as wrong:  # moved from another row, or its key was retired
            logs.log.warning("session.unreadable", **logs.describe(wrong))
            return None
        return Stored(row.id, self.box.loads(text), row.owner_id, row.seen_at)

    def _start(self, app: Flask, session: ServerSession, response: Response) -> bool:
        """A new row under a new name; the old one, if any, ends."""
        name, row_id, instant = secrets.token_urlsafe(32), uuid.uuid4(), now()
        with short_write() as link:
            if session.stored is not None:
                gone = (
                    link.execute(delete(WebSession).where(WebSession.id == session.stored.id)).rowcount == 0
                )
                if gone and session.stored.owner_id is not None:
                    return False  # somebody ended it meanwhile, and that wins
            link.execute(
                insert(WebSession).values(
                    id=row_id,
                    key=_hashed(name),
                    owner_id=session.owner_id,
                    data=self._sealed(session, row_id),
                    started_at=instant,
                    seen_at=instant,
                )
            )
        response.set_cookie(
            self.get_cookie_name(app),
            name,
            max_age=None if session.owner_id else PATIENT_LIFE,
            path="/",
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite=self.get_cookie_samesite(app),
        )
        return True

    def _keep(self, stored: Stored, session: ServerSession) -> bool:
        """Write changes, or only that it was used; False when somebody has ended it meanwhile."""
        change = update(WebSession).where(WebSession.id == stored.id)
        if session.modified:
            data = self._sealed(session, stored.id)
            change = change.values(data=data, owner_id=session.owner_id, seen_at=now())
            with short_write() as link:
                return bool(link.execute(change).rowcount)
        if now() - stored.seen_at > TOUCH_AFTER:
            try:
                with short_write() as link:
                    return bool(link.execute(change.values(seen_at=now())).rowcount)
            except SQLAlchemyError:
                return True  # a busy database must not cost an answer whose work is already committed
        return True

    def _end(self, stored: Stored | None) -> None:
        if stored is not None:
            with short_write() as link:
                link.execute(delete(WebSession).where(WebSession.id == stored.id))

    def _sealed(self, session: ServerSession, row_id: uuid.UUID) -> Sealed:
        place = place_of(WebSession.__tablename__, "data", row_id)
        return key_ring().seal(self.box.dumps(dict(session)), place)


def _hashed(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def _is_over(owner_id: uuid.UUID | None, started_at: datetime, seen_at: datetime, instant: datetime) -> bool:
    if owner_id is None:
        return instant - started_at >= PATIENT_LIFE
    return instant - seen_at >= STAFF_IDLE or instant - started_at >= STAFF_ABSOLUTE


def _current() -> ServerSession:
    held = session._get_current_object()  # type: ignore[attr-defined]  # behind Flask's proxy
    assert isinstance(held, ServerSession)  # noqa: S101 - for the type checker
    return held


def renew_session() -> None:
    """Give this browser a new session id, so that whoever knew the old one is left with nothing."""
    _current().renewed = True


def own_session(owner_id: uuid.UUID) -> None:
    """Bind this session to an account under a new id; staff limits hold from now on."""
    held = _current()
    held.owner_id = owner_id
    held.renewed = True


def end_session() -> None:
    """Forget all that this browser's session holds; row and cookie go with the answer."""
    held = _current()
    held.clear()
    held.owner_id = None


def end_sessions_of(owner_id: uuid.UUID) -> None:
    """End every session of an account; part of the caller's transaction."""
    db.session.execute(delete(WebSession).where(WebSession.owner_id == owner_id))


def sweep_sessions(instant: datetime) -> int:
    """Delete the sessions that are over; returns how many. Part of the caller's transaction."""
    over = or_(
        and_(WebSession.owner_id.is_(None), WebSession.started_at <= instant - PATIENT_LIFE),
        and_(
            WebSession.owner_id.is_not(None),
            or_(
                WebSession.seen_at <= instant - STAFF_IDLE, WebSession.started_at <= instant - STAFF_ABSOLUTE
            ),
        ),
    )
    result: Any = db.session.execute(delete(WebSession).where(over))
    return int(result.rowcount)


def set_up(app: Flask) -> None:
    """Use these sessions; over https the cookie is bound to this very host."""
    secure = app.extensions["clinic.settings"].public_url.startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        # Not Strict: a link from elsewhere would arrive without the cookie, and the answer to it
        # would replace the staff session by an empty one.
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.session_interface = DatabaseSessions()
