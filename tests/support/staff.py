"""Members of staff for tests, and how they sign in: through the page, as people do."""

from uuid import UUID

from werkzeug.test import TestResponse

from clinic.accounts.rules import Role
from clinic.accounts.service import create_staff
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db, now
from tests.support.client import PageClient

PASSWORD = "correct horse battery staple"
SIGN_IN = "/staff/sign-in"


def add_staff(*roles: Role, email: str = "", name: str = "Robin Vale", title: str = "") -> UUID:
    """Somebody with these roles, who signs in with `PASSWORD`."""
    address = email or f"{'-'.join(role.value for role in roles)}@clinic.example.com"
    staff_id = create_staff(address, name, roles, PASSWORD, actor=Actor.system(), now=now(), title=title)
    db.session.rollback()
    return staff_id


def try_sign_in(client: PageClient, email: str, password: str = PASSWORD, url: str = SIGN_IN) -> TestResponse:
    """Fill in the sign-in form, whatever comes of it."""
    client.get(url)
    return client.post(url, {"email": email, "password": password})


def sign_in(client: PageClient, role: Role | str, **given: str) -> UUID:
    """Add somebody with this role and sign them in; returns their id."""
    held = Role(role)
    email = given.pop("email", f"{held.value}@clinic.example.com")
    staff_id = add_staff(held, email=email, **given)
    answer = try_sign_in(client, email)
    assert answer.status_code == 302, answer.text
    return staff_id
