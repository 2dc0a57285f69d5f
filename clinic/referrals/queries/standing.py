"""What every step of a booking reads of a referral, in one statement: itself and what hangs on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, select

from clinic.kernel.errors import NotFound
from clinic.platform.reading import run
from clinic.referrals.models import Referral, ReferringOffice
from clinic.referrals.queries.referral import REFERRAL_COLUMNS, ReferralRow, referral_row
from clinic.safety.models import SafetyFlag
from clinic.safety.queries import BLOCKING
from clinic.scheduling.models import Appointment
from clinic.scheduling.queries.appointments import as_of, comes_for


@dataclass(frozen=True, slots=True)
class Standing:
    """A referral, with what hangs on it and on its patient.

    `urgent_open`: an open flag keeps the patient from booking alone. `has_office`: somebody sent them.
    `has_visit`: a visit of theirs is asked for or booked and not over.
    """

    referral: ReferralRow
    urgent_open: bool
    has_office: bool
    has_visit: bool


_WIDTH = len(REFERRAL_COLUMNS)


def _any(of: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Is there one? Never as EXISTS: of that PostgreSQL may make a table of all there are, for one row."""
    return select(of).where(*conditions).limit(1).scalar_subquery().is_not(None)


_STANDING = select(
    *REFERRAL_COLUMNS,
    _any(SafetyFlag.id, SafetyFlag.patient_id == Referral.patient_id, BLOCKING),
    _any(ReferringOffice.id, ReferringOffice.referral_id == Referral.id),
    _any(Appointment.id, comes_for(Referral.patient_id)),
)
# A referral is named by its id or by its reference.
Which = UUID | str
_BY: dict[type, Any] = {
    UUID: Referral.id == bindparam("which"),
    str: Referral.reference == bindparam("which"),
}
_OWNER: dict[type, Select[UUID]] = {
    kind: select(Referral.patient_id).where(named) for kind, named in _BY.items()
}
_READ: dict[type, Select[Any]] = {kind: _STANDING.where(named) for kind, named in _BY.items()}


def owner_of(which: Which) -> tuple[Select[UUID], dict[str, Which]]:
    """Whose referral it is, as a statement to lock its patient by, and what is bound to it."""
    return _OWNER[type(which)], {"which": which}


def standing(which: Which, now: datetime) -> Standing:
    """How it stands with this referral.

    Raises:
        NotFound: no such referral.
    """
    found = run(_READ[type(which)], {"which": which, **as_of(now)}).first()
    if found is None:
        raise NotFound
    return Standing(referral_row(found[:_WIDTH]), *map(bool, found[_WIDTH:]))
