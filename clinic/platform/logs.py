"""Logs as JSON lines. Only allow-listed keys get out; messages and parameters of exceptions never do."""

import logging
import sys
import time
import traceback
import uuid
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, has_request_context, request

from clinic.kernel.permissions import ActorKind

# Nothing here can hold a name, an address, an answer or a token: routes are templates, ids are internal.
KEYS = (
    "ts",
    "level",
    "event",
    "request_id",
    "route",
    "method",
    "status",
    "ms",
    "actor_id",
    "role",
    "exc_class",
    "sqlstate",
    "constraint",
    "where",
    "kind",
    "count",
)
PROJECT = Path(__file__).resolve().parents[2]
FRAMES = 6
Event = MutableMapping[str, Any]

log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("clinic")


class _Lines(logging.StreamHandler[Any]):
    """Writes to whatever standard error is at the moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        """Asked anew for each line: servers and test runners exchange it."""
        return sys.stderr


def describe(wrong: BaseException) -> dict[str, str]:
    """What may be logged of an exception: class, codes, places; never its words, which can quote a row."""
    told = {"exc_class": type(wrong).__name__, "where": _where(wrong)}
    cause = getattr(wrong, "orig", None)
    if cause is not None:
        told["exc_class"] += f"({type(cause).__name__})"
        told["sqlstate"] = getattr(cause, "sqlstate", "") or getattr(cause, "sqlite_errorname", "")
        told["constraint"] = getattr(getattr(cause, "diag", None), "constraint_name", "")
    return {key: str(value) for key, value in told.items() if value}


def _where(wrong: BaseException) -> str:
    frames = traceback.extract_tb(wrong.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(PROJECT)]
    own = [frame for frame in own if "site-packages" not in frame.filename] or frames
    return " > ".join(f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in own[-FRAMES:])


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else path.name


def _foreign(_: Any, __: str, event: Event) -> Event:
    """A library's record: who spoke and what failed, not what it said."""
    record: logging.LogRecord = event["_record"]
    event["event"] = f"{record.name}.{record.funcName}"
    if record.exc_info and record.exc_info[1]:
        event.update(describe(record.exc_info[1]))
    return event


def _request_facts(_: Any, __: str, event: Event) -> Event:
    if has_request_context() and "request_id" in g:
        event.setdefault("request_id", g.request_id)
    return event


def _allowed(_: Any, __: str, event: Event) -> Event:
    event["level"] = str(event.get("level", "info"))
    return {key: _one_line(event[key]) for key in KEYS if key in event}


def _one_line(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    return "".join(char if char.isprintable() else "?" for char in str(value))[:500]


def configure(level: str) -> None:
    """Send every logger of the process through the allow-list."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts")
    shared: list[structlog.typing.Processor] = [structlog.stdlib.add_log_level, stamp, _request_facts]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    lines = _Lines()
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _foreign],
            processors=[_allowed, structlog.processors.JSONRenderer()],
        )
    )
    root = logging.getLogger()
    root.handlers = [*(held for held in root.handlers if not isinstance(held, _Lines)), lines]
    root.setLevel(logging.WARNING)
    logging.getLogger("clinic").setLevel(level)


def set_up(app: Flask, level: str) -> None:
    """Give every request an id and one line in the log: route template, status, time, who.

    To be called before anything else looks at requests: what fails there is logged too.
    """
    configure(level)

    @app.before_request
    def begin() -> None:
        g.request_id = uuid.uuid4().hex
        g.began = time.perf_counter()

    @app.after_request
    def tell(answer: Response) -> Response:
        if request.endpoint == "static":
            return answer
        actor = g.get("actor")
        log.info(
            "request",
            route=request.url_rule.rule if request.url_rule else "unmatched",
            method=request.method,
            status=answer.status_code,
            ms=round((time.perf_counter() - g.began) * 1000, 1) if "began" in g else None,
            actor_id=actor.id if actor and actor.kind is ActorKind.STAFF else None,
            role=actor.role if actor else None,
        )
        return answer
