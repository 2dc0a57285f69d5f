"""Use cases of patients: register, change details, private links."""

import base64
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, bindparam, select, update

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.clock import central_date
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor
from clinic.patients.models import Patient, PrivateLink
from clinic.patients.queries import name_birth_index, stored_mac
from clinic.patients.rules import LinkGrant, LinkPurpose, PatientDetails, check_birth_date, link_is_live
from clinic.platform.extensions import db, key_ring
from clinic.platform.reading import run
from clinic.platform.sealed import blind
from clinic.platform.transaction import locked_so_far, transaction

_LOCK = select(Patient.id).where(Patient.id == bindparam("id")).with_for_update(key_share=True)


@transaction()
def register(details: PatientDetails, actor: Actor, now: datetime) -> UUID:
    """Enter a new patient; returns the id.

    Raises:
        Invalid: the birth date lies in the future.
    """
    check_birth_date(details.birth_date, central_date(now))
    patient = Patient(**_columns(details), created_at=now, changed_at=now)
    db.session.add(patient)
    db.session.flush()
    record(
        Action.PATIENT_REGISTERED,
        actor=actor,
        subject=("patient", patient.id),
        patient_id=patient.id,
        now=now,
    )
    return patient.id


@transaction()
def change_details(patient_id: UUID, details: PatientDetails, actor: Actor, now: datetime) -> None:
    """Replace a patient's details; the audit event names the fields that changed, not their values.

    Raises:
        NotFound: no such patient.
        Invalid: the birth date lies in the future.
    """
    check_birth_date(details.birth_date, central_date(now))
    lock_patient(patient_id)
    patient = db.session.get_one(Patient, patient_id, populate_existing=True)
    changed = details.changed_from(_details(patient))
    if not changed:
        return
    for name, value in _columns(details).items():
        setattr(patient, name, value)
    patient.changed_at = now
    record(
        Action.PATIENT_CHANGED,
        actor=actor,
        subject=("patient", patient_id),
        patient_id=patient_id,
        now=now,
        facts={"fields": changed},
    )


@transaction()
def lock_patient(patient_id: UUID) -> None:
    """Let no other use case change what hangs on this patient until the transaction ends.

    SQLite: the transaction itself is the lock. PostgreSQL: a row lock that does not stop inserts of new rows
    which merely point to the patient.

    Raises:
        NotFound: no such patient.
    """
    locked, this = locked_so_far(), ("patient", patient_id)
    if this in locked:
        return
    if run(_LOCK, {"id": patient_id}).scalar() is None:
        raise NotFound
    locked.add(this)


def lock_owner(whose: Select[UUID], given: Mapping[str, Any]) -> UUID:
    """`lock_patient` for whom a statement finds: whose referral it is, say. In one statement; gives the id.

    Raises:
        NotFound: the statement finds nobody.
    """
    patient_id: UUID | None = run(_lock_of(whose), given).scalar()
    if patient_id is None:
        raise NotFound
    locked_so_far().add(("patient", patient_id))
    return patient_id


@cache
def _lock_of(whose: Select[UUID]) -> Select[UUID]:
    found = Patient.id == whose.scalar_subquery()
    return select(Patient.id).where(found).with_for_update(key_share=True)


@transaction()
def issue_link(
    patient_id: UUID,
    purpose: LinkPurpose,
    subject_id: UUID,
    expires_at: datetime,
    now: datetime,
    *,
    actor: Actor | None = None,
) -> UUID:
    """Make a private link; the token itself is derived when a message is written (`link_token`)."""
    link_id = uuid4()
    db.session.add(
        PrivateLink(
            id=link_id,
            patient_id=patient_id,
            purpose=purpose,
            subject_id=subject_id,
            token_mac=stored_mac(_token(link_id, purpose)),
            created_at=now,
            expires_at=expires_at,
        )
    )
    grant = LinkGrant(link_id, patient_id, purpose, subject_id)
    _record_link(Action.LINK_ISSUED, actor or Actor.system(), grant, now)
    return link_id


def link_token(link_id: UUID) -> str:
    """The token of a link (43 characters, 256 bits), derived anew each time and stored nowhere.

    Raises:
        NotFound: no such link.
    """
    purpose = db.session.scalar(select(PrivateLink.purpose).where(PrivateLink.id == link_id))
    if purpose is None:
        raise NotFound
    return _token(link_id, purpose)


@transaction()
def exchange(token: str, now: datetime) -> LinkGrant | None:
    """Trade a token for what it opens; None when it is unknown, expired or revoked (all alike)."""
    link = db.session.scalar(select(PrivateLink).where(PrivateLink.token_mac == stored_mac(token)))
    if link is None or not link_is_live(link.expires_at, link.revoked_at, now):
        return None
    link.last_used_at = now
    grant = LinkGrant(link.id, link.patient_id, link.purpose, link.subject_id)
    _record_link(Action.LINK_OPENED, Actor.patient(link.patient_id), grant, now)
    return grant


@transaction()
def revoke_links(patient_id: UUID, actor: Actor, now: datetime, *, subject_id: UUID | None = None) -> int:
    """End the patient's private links, or those for one subject; returns how many were ended.

    Sessions that hold one of them end with their next request.
    """
    chosen = update(PrivateLink).where(PrivateLink.patient_id == patient_id, PrivateLink.revoked_at.is_(None))
    if subject_id is not None:
        chosen = chosen.where(PrivateLink.subject_id == subject_id)
    ended = db.session.execute(
        chosen.values(revoked_at=now).returning(
            PrivateLink.id, PrivateLink.patient_id, PrivateLink.purpose, PrivateLink.subject_id
        ),
        execution_options={"synchronize_session": "fetch"},
    ).all()
    for link in ended:
        _record_link(Action.LINK_REVOKED, actor, LinkGrant(*link), now)
    return len(ended)


def _token(link_id: UUID, purpose: LinkPurpose) -> str:
    made = key_ring().mac(f"private_link.{purpose.value}", str(link_id))
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _record_link(action: Action, actor: Actor, link: LinkGrant, now: datetime) -> None:
    record(
        action,
        actor=actor,
        subject=("private_link", link.link_id),
        patient_id=link.patient_id,
        now=now,
        facts={"purpose": link.purpose.value},
    )


def _columns(details: PatientDetails) -> dict[str, object]:
    email = details.email
    return {
        "first_name": details.first_name,
        "last_name": details.last_name,
        "preferred_name": details.preferred_name,
        "birth_date": details.birth_date.isoformat(),
        "phone": details.phone,
        "email": email,
        "city": details.city,
        "state": details.state,
        "no_email": details.no_email,
        "voicemail_ok": details.voicemail_ok,
        "text_ok": details.text_ok,
        "name_birth_index": name_birth_index(details.last_name, details.birth_date),
        "phone_index": blind("patient.phone", details.phone),
        "email_index": blind("patient.email", email.casefold()) if email else None,
    }


def _details(patient: Patient) -> PatientDetails:
    return PatientDetails(
        first_name=patient.first_name,
        last_name=patient.last_name,
        preferred_name=patient.preferred_name,
        birth_date=date.fromisoformat(patient.birth_date),
        phone=patient.phone,
        email=patient.email,
        city=patient.city,
        state=patient.state,
        no_email=patient.no_email,
        voicemail_ok=patient.voicemail_ok,
        text_ok=patient.text_ok,
    )
