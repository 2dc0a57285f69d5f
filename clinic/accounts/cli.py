"""`flask --app wsgi staff ...`: adding members of staff from the command line."""

import sys

import click
from flask.cli import AppGroup

from clinic.accounts.queries import staff_by_email
from clinic.accounts.rules import Role
from clinic.accounts.service import create_staff, deactivate
from clinic.kernel.errors import ClinicError
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import now

staff = AppGroup("staff", help="Staff accounts.")


@staff.command("create")
@click.argument("email")
@click.argument("name")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role])
)
@click.option("--title", default="", help='Credentials after the name, such as "MD".')
def create(email: str, name: str, roles: tuple[str, ...], title: str) -> None:
    """Add a member of staff; the password is read from standard input, one line."""
    password = _password()
    try:
        create_staff(
            email,
            name,
            {Role(role) for role in roles},
            password,
            actor=Actor.system(),
            now=now(),
            title=title,
        )
    except ClinicError as wrong:
        raise click.ClickException(wrong.message) from None
    click.echo(f"{name} can sign in now.")


@staff.command("deactivate")
@click.argument("email")
def end_access(email: str) -> None:
    """End the access of a member of staff, and with it every session."""
    card = staff_by_email(email)
    if card is None:
        raise click.ClickException("Nobody has this e-mail address.")
    try:
        deactivate(card.id, actor=Actor.system(), now=now())
    except ClinicError as wrong:
        raise click.ClickException(wrong.message) from None
    click.echo(f"The access of {card.name} has ended.")


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
