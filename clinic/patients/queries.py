"""Reads of patients and private links."""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.patients.models import Patient, PrivateLink
from clinic.patients.rules import LinkGrant, link_is_live, name_key
from clinic.platform.extensions import db, key_ring
from clinic.platform.sealed import blind

# Any of these lets staff look for a patient.
FINDERS = (Permission.CALLER_BOOK, Permission.WORKLIST_VIEW)


@dataclass(frozen=True, slots=True)
class PatientCard:
    """Who a patient is and how to reach them, opened for one screen. Whoever asks for it records the view."""

    id: UUID
    first_name: str
    last_name: str
    preferred_name: str | None
    birth_date: date
    phone: str
    email: str | None
    city: str | None
    state: str | None
    no_email: bool
    voicemail_ok: bool
    text_ok: bool

    @property
    def full_name(self) -> str:
        """For staff screens."""
        return f"{self.first_name} {self.last_name}"

    @property
    def called(self) -> str:
        """How the person wants to be called."""
        return self.preferred_name or self.first_name


def patient_card(patient_id: UUID) -> PatientCard:
    """One patient.

    Raises:
        NotFound: no such patient.
    """
    found = patient_cards([patient_id])
    if not found:
        raise NotFound
    return found[patient_id]


def patient_cards(patient_ids: Collection[UUID]) -> Mapping[UUID, PatientCard]:
    """Several patients by id, in one statement; unknown ids are left out."""
    return {card.id: card for card in _cards(select(*_CARD).where(Patient.id.in_(patient_ids)))}


def with_address(patient_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these patients who have an e-mail address; nothing sealed is opened."""
    chosen = select(Patient.id).where(Patient.id.in_(patient_ids), Patient.email_index.is_not(None))
    return frozenset(db.session.scalars(chosen))


def find_by_last_name_and_birth(last_name: str, birth_date: date, actor: Actor) -> tuple[PatientCard, ...]:
    """The patients with exactly this last name (case and accents aside) and birth date, for staff.

    Raises:
        NotAllowed: the actor may not look for patients.
    """
    if not any(actor.may(permission) for permission in FINDERS):
        actor.require(FINDERS[0])
    return _cards(select(*_CARD).where(Patient.name_birth_index == name_birth_index(last_name, birth_date)))


def possible_duplicates(patient_id: UUID) -> tuple[UUID, ...]:
    """Ids of others who may be the same person; a human decides.

    Same last name and birth date; or same birth date with the same phone or e-mail.
    """
    mine = db.session.get_one(Patient, patient_id)
    same_reach = [Patient.phone_index == mine.phone_index]
    if mine.email_index is not None:
        same_reach.append(Patient.email_index == mine.email_index)
    rows = db.session.execute(
        select(Patient.id, Patient.name_birth_index, Patient.birth_date)
        .where(or_(Patient.name_birth_index == mine.name_birth_index, *same_reach), Patient.id != patient_id)
        .order_by(Patient.created_at, Patient.id)
    )
    birth = mine.birth_date
    return tuple(row.id for row in rows if row.name_birth_index == mine.name_birth_index or row[2] == birth)


def birth_date_matches(patient_id: UUID, given: date) -> bool:
    """Is this the patient's birth date? Compared in constant time; the caller limits the tries."""
    stored = db.session.scalar(select(Patient.birth_date).where(Patient.id == patient_id))
    return stored is not None and hmac.compare_digest(stored, given.isoformat())


def name_birth_index(last_name: str, birth_date: date) -> bytes:
    """The blind index of a last name together with a birth date."""
    return blind("patient.name_birth", f"{name_key(last_name)}\0{birth_date.isoformat()}")


def stored_mac(token: str) -> bytes:
    """What the table keeps of a private link's token."""
    return key_ring().mac("private_link.stored", token)


def live_link(token: str, now: datetime) -> LinkGrant | None:
    """What the token opens, or None when it is unknown, expired or revoked (all alike)."""
    row = db.session.scalar(select(PrivateLink).where(PrivateLink.token_mac == stored_mac(token)))
    return _grant(row, now)


def live_link_by_id(link_id: UUID, now: datetime) -> LinkGrant | None:
    """What the link that a session holds opens now, or None."""
    return _grant(db.session.get(PrivateLink, link_id), now)


def _grant(row: PrivateLink | None, now: datetime) -> LinkGrant | None:
    if row is None or not link_is_live(row.expires_at, row.revoked_at, now):
        return None
    return LinkGrant(row.id, row.patient_id, row.purpose, row.subject_id)


_CARD: tuple[Any, ...] = (
    Patient.id,
    Patient.first_name,
    Patient.last_name,
    Patient.preferred_name,
    Patient.birth_date,
    Patient.phone,
    Patient.email,
    Patient.city,
    Patient.state,
    Patient.no_email,
    Patient.voicemail_ok,
    Patient.text_ok,
)


def _cards(chosen: Select[Any]) -> tuple[PatientCard, ...]:
    rows = db.session.execute(chosen.order_by(Patient.created_at, Patient.id)).mappings()
    return tuple(PatientCard(**{**row, "birth_date": date.fromisoformat(row["birth_date"])}) for row in rows)
