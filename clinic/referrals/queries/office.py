"""The office that sent a patient. Opens sealed columns: whoever shows it records the view."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from clinic.accounts.models import Staff
from clinic.platform.extensions import db
from clinic.referrals.models import ReferringOffice
from clinic.referrals.rules.office import OfficeDetails


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office as stored, and who typed it last."""

    details: OfficeDetails
    version: int
    changed_by: str
    changed_at: datetime


_OFFICE = (
    select(
        ReferringOffice.name,
        ReferringOffice.clinician,
        ReferringOffice.address,
        ReferringOffice.fax,
        ReferringOffice.email,
        ReferringOffice.version,
        Staff.name,
        ReferringOffice.changed_at,
    )
    .join(Staff, Staff.id == ReferringOffice.changed_by)
    .where(ReferringOffice.referral_id == bindparam("referral_id"))
)


def office_of(referral_id: UUID) -> OfficeRow | None:
    """The referring office of a referral; None: nobody has typed one."""
    found = db.session.execute(_OFFICE, {"referral_id": referral_id}).first()
    if found is None:
        return None
    name, clinician, address, fax, email, version, changed_by, changed_at = found
    details = OfficeDetails(name=name, clinician=clinician, address=address, fax=fax, email=email)
    return OfficeRow(details, version, changed_by, changed_at)
