"""`/healthz`: the process answers. `/readyz`: so does what it needs; details for this machine alone."""

import ipaddress
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import literal, select

from clinic.notifications.queries import last_beat
from clinic.notifications.rules import worker_is_alive
from clinic.platform import logs
from clinic.platform.access import public
from clinic.platform.extensions import now, settings
from clinic.platform.transaction import short_write
from clinic.web import schema

probes = Blueprint("health", __name__)
DISK_FREE_SHARE = 0.10
FORWARDED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded")


@probes.get("/healthz")
@public
def healthz() -> Response:
    """The process answers; nothing else is asked."""
    return Response("ok\n", mimetype="text/plain")


@probes.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Everything that a request needs is there; 503 otherwise."""
    found = readiness(now())
    ready = all(found.values())
    if not _asked_from_here():
        return Response("ready\n" if ready else "not ready\n", 200 if ready else 503, mimetype="text/plain")
    return jsonify(found), 200 if ready else 503


def readiness(instant: datetime) -> dict[str, bool]:
    """Each thing that is needed, and whether it is there. A check that fails in any way is a no."""
    return {name: _holds(check, instant) for name, check in CHECKS.items()}


def _holds(check: Callable[[datetime], bool], instant: datetime) -> bool:
    try:
        return check(instant)
    except Exception as wrong:
        logs.log.error("readyz.failed", **logs.describe(wrong))
        return False


def _database_takes_writes(_: datetime) -> bool:
    with short_write() as link:
        return link.scalar(select(literal(1))) == 1


def _schema_is_current(_: datetime) -> bool:
    return schema.is_current()


def _worker_is_alive(instant: datetime) -> bool:
    return worker_is_alive(last_beat(), instant)


def _disk_has_room(_: datetime) -> bool:
    usage = shutil.disk_usage(settings().instance_dir)
    return usage.free / usage.total > DISK_FREE_SHARE


def _asked_from_here() -> bool:
    """From this machine and not passed on by a proxy, which would make everybody look local."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


CHECKS: Mapping[str, Callable[[datetime], bool]] = {
    "database": _database_takes_writes,
    "schema": _schema_is_current,
    "worker": _worker_is_alive,
    "disk": _disk_has_room,
}
