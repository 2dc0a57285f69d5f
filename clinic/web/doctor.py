"""`flask --app wsgi doctor`: asks every slice whether its data keeps its promises."""

import inspect
import sys
from datetime import datetime

import click
from flask.cli import with_appcontext
from werkzeug.utils import import_string

from clinic.platform.extensions import now

# "module:function"; a check takes the instant when it needs it, and returns one line for each problem.
CHECKS: tuple[str, ...] = (
    "clinic.audit.queries:doctor_checks",
    "clinic.notifications.queries:doctor_checks",
    "clinic.safety.queries:doctor_checks",
    "clinic.intake.queries:doctor_checks",
    "clinic.triage.queries:doctor_checks",
    "clinic.scheduling.queries.doctor:doctor_checks",
    "clinic.referrals.queries.doctor:doctor_checks",
)


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Print each problem in the data and end with 1, or say that there is none."""
    found = problems(now())
    for line in found:
        click.echo(line)
    if found:
        sys.exit(1)
    click.echo(f"No problem found by {len(CHECKS)} checks.")


def problems(instant: datetime) -> list[str]:
    """What every check finds."""
    return [line for path in CHECKS for line in _run(path, instant)]


def _run(path: str, instant: datetime) -> list[str]:
    check = import_string(path)
    lines: list[str] = check(instant) if inspect.signature(check).parameters else check()
    return lines
