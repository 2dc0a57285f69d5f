"""Adding members of staff and ending their access; days away; keys."""

import unicodedata
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid4

from email_validator import EmailNotValidError, validate_email
from flask_security.utils import hash_password
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clinic.accounts.models import Cover, Grant, Staff
from clinic.accounts.queries import away_between, colleagues
from clinic.accounts.rules import Role, check_days_away, password_problem
from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Conflict, Invalid, NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.kernel.wording import us_date_short
from clinic.platform.extensions import db, settings
from clinic.platform.sessions import end_sessions_of
from clinic.platform.transaction import transaction


def create_staff(
    email: str,
    name: str,
    roles: Collection[Role],
    password: str,
    *,
    actor: Actor,
    now: datetime,
    title: str = "",
) -> UUID:
    """Add a member of staff who can sign in at once.

    Raises:
        Invalid: the address, the name, the roles or the password will not do; `field` says which.
    """
    address = _checked_address(email)
    if not name.strip():
        raise Invalid("Enter the name", "name")
    if not roles:
        raise Invalid("Choose at least one role", "roles")
    plain = unicodedata.normalize("NFKD", password)  # as the sign-in form does
    wrong = password_problem(plain, own_words(address, name))
    if wrong:
        raise Invalid(wrong, "password")
    hashed = hash_password(plain)  # slow on purpose, so before the transaction
    with transaction():
        if db.session.scalar(select(Staff.id).where(Staff.email == address)):
            raise Invalid("Somebody with this e-mail address is there already", "email")
        staff = Staff(
            email=address,
            name=name.strip(),
            title=title.strip(),
            active=True,
            password=hashed,
            fs_uniquifier=uuid4().hex,
            added_at=now,
            roles=[Grant(name=role) for role in sorted(set(roles))],
        )
        db.session.add(staff)
        try:
            db.session.flush()
        except IntegrityError:
            raise Invalid("Somebody with this e-mail address is there already", "email") from None
        facts = {"roles": sorted(role.value for role in set(roles))}
        record(Action.STAFF_ADDED, actor=actor, subject=("staff", staff.id), now=now, facts=facts)
    return staff.id


def deactivate(staff_id: UUID, *, actor: Actor, now: datetime) -> None:
    """End somebody's access: every session ends with it.

    Raises:
        NotFound: nobody has this id.
        Conflict: the access has ended already.
    """
    with transaction():
        staff = db.session.get(Staff, staff_id)
        if staff is None:
            raise NotFound
        if not staff.active:
            raise Conflict("The access of this member of staff has ended already.")
        staff.active = False
        staff.fs_uniquifier = uuid4().hex
        end_sessions_of(staff_id)
        record(Action.STAFF_DEACTIVATED, actor=actor, subject=("staff", staff_id), now=now)


def record_failed_sign_in(staff: object, *, now: datetime) -> None:
    """Record a try with a wrong password, or with an address that nobody has; the address is not kept."""
    staff_id = staff.id if isinstance(staff, Staff) else None
    with transaction():
        record(Action.STAFF_SIGN_IN_FAILED, actor=Actor.anonymous(), subject=("staff", staff_id), now=now)


def record_sign_out(actor: Actor, *, now: datetime) -> None:
    """Record that somebody signed out."""
    with transaction():
        record(Action.STAFF_SIGNED_OUT, actor=actor, subject=("staff", actor.id), now=now)


def own_words(email: str, name: str) -> list[str]:
    """What somebody who guesses this person's password would try first."""
    return [email, *email.partition("@")[0].split("."), *name.split(), *settings().clinic_name.split()]


def _checked_address(email: str) -> str:
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Invalid("Enter an e-mail address like name@example.com", "email") from None


def lock_account(staff_id: UUID) -> None:
    """Let a member of staff do one thing at a time until the transaction ends: a double click waits."""
    db.session.execute(select(Staff.id).where(Staff.id == staff_id).with_for_update())


@transaction()
def enter_cover(first: date, last: date, covered_by: UUID | None, *, actor: Actor, now: datetime) -> UUID:
    """Enter days on which the actor is away, and the clinician who looks after their referrals meanwhile.

    Raises:
        NotAllowed.
        Invalid: the days or the person will not do; `field` says which.
    """
    actor.require(Permission.COVER_ENTER)
    assert actor.id is not None  # noqa: S101 - only staff hold the permission
    check_days_away(first, last, central_date(now))
    if covered_by == actor.id:
        raise Invalid("Choose somebody else than yourself", "covered_by")
    stand_in = colleagues().get(covered_by) if covered_by else None
    if stand_in is None or not stand_in.takes_referrals:
        raise Invalid("Choose a clinician of the list", "covered_by")
    lock_account(actor.id)
    own = away_between(actor.id, first, last)
    if own is not None:
        days = f"{us_date_short(own.first_day)} to {us_date_short(own.last_day)}"
        raise Invalid(f"You are away already on {days}", "first_day")
    theirs = away_between(stand_in.id, first, last)
    if theirs is not None:
        days = f"{us_date_short(theirs.first_day)} to {us_date_short(theirs.last_day)}"
        raise Invalid(f"{stand_in.short_name} is away from {days}", "covered_by")
    cover = Cover(
        staff_id=actor.id,
        covered_by=stand_in.id,
        first_day=first,
        last_day=last,
        entered_by=actor.id,
        entered_at=now,
    )
    db.session.add(cover)
    db.session.flush()
    facts = {"covered_by": str(stand_in.id)}
    record(Action.COVER_ENTERED, actor=actor, subject=("cover", cover.id), now=now, facts=facts)
    return cover.id


@transaction()
def end_cover(cover_id: UUID, *, actor: Actor, now: datetime) -> None:
    """The actor is back early, or does not go at all.

    Raises:
        NotAllowed.
        NotFound: no days of this actor have this id.
        Conflict: they have ended already.
    """
    actor.require(Permission.COVER_ENTER)
    cover = db.session.get(Cover, cover_id, populate_existing=True)
    if cover is None or cover.staff_id != actor.id:
        raise NotFound
    if cover.ended_at is not None or cover.last_day < central_date(now):
        raise Conflict("These days away have ended already.")
    cover.ended_at = now
    record(Action.COVER_ENDED, actor=actor, subject=("cover", cover_id), now=now)


@transaction()
def switch_shortcuts(*, on: bool, actor: Actor, now: datetime) -> None:
    """Let single keys do something on the actor's pages, or nothing."""
    actor.require(Permission.STAFF_SELF)
    staff = db.session.get_one(Staff, actor.id)
    staff.shortcuts = on
    facts = {"on": on}
    record(Action.STAFF_SHORTCUTS_SWITCHED, actor=actor, subject=("staff", actor.id), now=now, facts=facts)
