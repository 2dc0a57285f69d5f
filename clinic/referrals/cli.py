"""`flask triage replay`: which past referrals would be placed differently under other settings."""

import json
from typing import TextIO

import click
from flask.cli import with_appcontext
from pydantic import TypeAdapter, ValidationError

from clinic.kernel.permissions import Actor
from clinic.platform.extensions import now
from clinic.referrals.service.replaying import replay as replay_all
from clinic.triage.cli import BAD_INPUT, triage
from clinic.triage.rules import RuleSettings, wording

__all__ = ["triage"]


@triage.command()
@click.option("--settings", "file", type=click.File("r", encoding="utf-8"), required=True)
@with_appcontext
def replay(file: TextIO) -> None:
    """Print each referral that the settings in FILE (a JSON object; "-": standard input) would change."""
    settings = _read(file)
    for name, value in settings.changed().items():
        click.echo(f"{name}: {json.dumps(value)}")
    found = replay_all(settings, actor=Actor.system(), now=now())
    for one in found.changed:
        (was, first), (would_be, then) = one.was, one.would_be
        priority = "" if first == then else f", priority {first} -> {then}"
        click.echo(f"{one.reference}: {wording.phases(was)} -> {wording.phases(would_be)}{priority}")
    for reference in found.unreadable:
        click.echo(f"{reference}: its facts cannot be read by these rules")
    click.echo(f"{len(found.changed)} of {found.read} referrals would change")


def _read(file: TextIO) -> RuleSettings:
    """The settings in a file; what is not named there keeps its default."""
    try:
        return TypeAdapter(RuleSettings).validate_json(file.read())
    except UnicodeDecodeError:
        click.echo("settings: is not UTF-8 text", err=True)
    except ValidationError as wrong:
        for one in wrong.errors():
            place = ".".join(str(part) for part in one["loc"])
            click.echo(f"settings{'.' if place else ''}{place}: {one['msg']}", err=True)
    raise SystemExit(BAD_INPUT)
