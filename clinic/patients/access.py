"""What a patient's session holds after a private link was opened, and for how long a birth date counts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import session

from clinic.kernel.permissions import Actor
from clinic.patients.queries import live_link_by_id
from clinic.patients.rules import LinkGrant, LinkPurpose, birth_date_still_counts
from clinic.platform.extensions import now
from clinic.platform.sessions import renew_session

LINK, CONFIRMED, USED = "patient_link", "patient_birth_date_at", "patient_birth_date_used"
KNOWN = "patient_was_known"


@dataclass(frozen=True, slots=True)
class PatientAccess:
    """Whose pages this browser may see. Without `birth_date_confirmed` nothing personal is shown yet."""

    link_id: UUID
    patient_id: UUID
    purpose: LinkPurpose
    subject_id: UUID
    birth_date_confirmed: bool
    was_known: bool
    """The birth date was given for this link before: what is typed may be kept, nothing is shown."""

    @property
    def actor(self) -> Actor:
        """The patient as the one who acts."""
        return Actor.patient(self.patient_id)


def begin_access(grant: LinkGrant) -> None:
    """Remember the link in a renewed session; a birth date given for another link is forgotten."""
    renew_session()
    forget_birth_date()
    session.pop(KNOWN, None)
    session[LINK] = str(grant.link_id)


def current_patient_access() -> PatientAccess | None:
    """What this browser may see now; None without a link, or when the link has expired or was revoked."""
    held = session.get(LINK)
    grant = live_link_by_id(UUID(held), now()) if held else None
    if grant is None:
        return None
    return PatientAccess(
        grant.link_id,
        grant.patient_id,
        grant.purpose,
        grant.subject_id,
        birth_date_confirmed=_birth_date_counts(now()),
        was_known=KNOWN in session,
    )


def confirm_birth_date() -> None:
    """The birth date was right (`queries.birth_date_matches`): show the pages, in a renewed session."""
    renew_session()
    session[CONFIRMED] = session[USED] = now().isoformat()
    session[KNOWN] = True


def forget_birth_date() -> None:
    """Ask for the birth date again."""
    session.pop(CONFIRMED, None)
    session.pop(USED, None)


def end_access() -> None:
    """Forget the link, for a person at a shared computer."""
    session.pop(LINK, None)
    session.pop(KNOWN, None)
    forget_birth_date()


def _birth_date_counts(instant: datetime) -> bool:
    if CONFIRMED not in session:
        return False
    at, used = (datetime.fromisoformat(session[name]) for name in (CONFIRMED, USED))
    if not birth_date_still_counts(at, used, instant):
        forget_birth_date()
        return False
    session[USED] = instant.isoformat()
    return True
