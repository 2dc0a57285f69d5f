# mypy: disable-error-code="assignment,misc"
# The library's mixins declare `id: int` and untyped columns; the annotations below are the true ones.
"""The tables of staff accounts, in the shape that Flask-Security reads."""

import uuid
from datetime import date, datetime
from typing import Any

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, relationship

from clinic.accounts.rules import Role
from clinic.platform.orm import Row, choice, identity, operational


class Grant(Row, RoleMixin):
    """One role of one member of staff."""

    __tablename__ = "staff_grant"
    __table_args__ = (UniqueConstraint("staff_id", "name"),)

    staff_id: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"), index=True)
    name: Mapped[Role] = operational(choice(Role, "role"))


class Staff(Row, UserMixin):
    """A member of staff who signs in. Never deleted: the audit trail names them."""

    __tablename__ = "staff"

    email: Mapped[str] = identity(String(254), unique=True)
    name: Mapped[str] = identity(String(100))
    title: Mapped[str] = identity(String(40))
    active: Mapped[bool] = operational()
    # Single-key shortcuts; WCAG 2.1.4 wants them to be switched off when they are in the way.
    shortcuts: Mapped[bool] = operational(default=True, server_default=true())
    password: Mapped[str] = operational(String(255))
    # Held by every session; a new one ends them all.
    fs_uniquifier: Mapped[str] = operational(String(64), unique=True)
    added_at: Mapped[datetime] = operational()
    # Flask-Security walks this by itself, hence not raise_on_sql.
    roles: Mapped[list[Grant]] = relationship(lazy="selectin", order_by="Grant.name")

    def verify_auth_token(self, tdata: dict[str, Any]) -> bool:
        """Refuse sign-in by token, in header or address: it would go round the session table."""
        return False


class Cover(Row):
    """Days on which somebody is away, and who looks after their referrals meanwhile."""

    __tablename__ = "cover"
    __table_args__ = (
        CheckConstraint("staff_id <> covered_by", name="somebody_else"),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
    )

    staff_id: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"), index=True)
    covered_by: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"), index=True)
    first_day: Mapped[date] = operational()
    last_day: Mapped[date] = operational()
    entered_by: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"))
    entered_at: Mapped[datetime] = operational()
    ended_at: Mapped[datetime | None] = operational()
