"""The reply to the office that sent a patient: where it goes, the letter, the mails that announce it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.permissions import Actor, Permission
from clinic.notifications.queries import keys_present
from clinic.notifications.service import enqueue
from clinic.patients.queries import PatientCard, patient_card
from clinic.patients.service import lock_patient
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.models import ReferringOffice
from clinic.referrals.queries import DecisionRow, ReferralRow
from clinic.referrals.queries.office import OfficeRow, office_of
from clinic.referrals.rules import EventKind
from clinic.referrals.rules.office import OfficeDetails, OfficeNews, StaleOffice
from clinic.referrals.service.events import keep_event
from clinic.scheduling.queries import AppointmentCard, next_appointment
from clinic.scheduling.rules import State


@dataclass(frozen=True, slots=True)
class OfficePage:
    """The referring office of one referral, for whoever books: nothing clinical."""

    reference: str
    patient: PatientCard
    office: OfficeRow | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What the letter to the referring office says."""

    referral: ReferralRow
    patient: PatientCard
    office: OfficeRow | None
    decision: DecisionRow | None
    visit: AppointmentCard | None


@transaction()
def view_office(reference: str, *, actor: Actor, now: datetime) -> OfficePage:
    """The office that sent this person, as far as it is known.

    Raises:
        NotFound: no such referral, or the actor may not book.
    """
    referral = queries.referral_to_book(actor, reference)
    record(
        Action.OFFICE_VIEWED,
        actor=actor,
        subject=("referral", referral.id),
        patient_id=referral.patient_id,
        now=now,
    )
    return OfficePage(referral.reference, patient_card(referral.patient_id), office_of(referral.id))


@transaction()
def keep_office(
    reference: str, given: OfficeDetails, *, version: int, actor: Actor, now: datetime
) -> OfficeDetails:
    """Keep what staff typed over what the page showed (`version`, 0 for none), and tell the office.

    Raises:
        NotAllowed, NotFound. StaleOffice: somebody changed it meanwhile.
    """
    actor.require(Permission.APPOINTMENT_BOOK)
    seen = queries.referral_to_book(actor, reference)
    lock_patient(seen.patient_id)
    known = office_of(seen.id)
    if (known.version if known else 0) != version:
        raise StaleOffice
    changed = given.changed_from(known.details if known else None)
    if changed:
        office_id = _write(seen.id, given, actor, now)
        record(
            Action.OFFICE_KEPT,
            actor=actor,
            subject=("referring_office", office_id),
            patient_id=seen.patient_id,
            now=now,
            facts={"fields": changed},
        )
    for news in _news_so_far(seen, now):
        tell_office(seen.id, news, actor=actor, now=now)
    return given


@transaction()
def view_letter(reference: str, *, actor: Actor, now: datetime) -> Letter:
    """The letter to the referring office, as things stand now.

    Raises:
        NotFound: no such referral, or not for this actor.
    """
    referral = queries.referral_for(actor, reference)
    record(
        Action.LETTER_VIEWED,
        actor=actor,
        subject=("referral", referral.id),
        patient_id=referral.patient_id,
        now=now,
    )
    decisions = queries.decisions_of(referral.id) if referral.decided_at else ()
    return Letter(
        referral=referral,
        patient=patient_card(referral.patient_id),
        office=office_of(referral.id),
        decision=decisions[0] if decisions else None,
        visit=next_appointment(referral.patient_id, now),
    )


def tell_office(referral_id: UUID, news: OfficeNews, *, actor: Actor, now: datetime) -> None:
    """Mail the referring office that there is news, once; without an office or an address nothing happens."""
    key = f"referral:{referral_id}:{news.value}"
    office = office_of(referral_id)
    if office is None or office.details.email is None or keys_present([key]):
        return
    enqueue(news.value, key, {"referral": str(referral_id)}, None, now, now=now)
    keep_event(referral_id, EventKind.REPLIED, actor=actor, now=now)


def _write(referral_id: UUID, given: OfficeDetails, actor: Actor, now: datetime) -> UUID:
    row = db.session.scalar(select(ReferringOffice).where(ReferringOffice.referral_id == referral_id))
    if row is None:
        row = ReferringOffice(referral_id=referral_id)
        db.session.add(row)
    for name, value in asdict(given).items():
        setattr(row, name, value)
    assert actor.id is not None  # noqa: S101 - staff have one
    row.changed_by, row.changed_at = actor.id, now
    db.session.flush()
    return row.id


def _news_so_far(referral: ReferralRow, now: datetime) -> list[OfficeNews]:
    """The newest thing that an office may know; later things are told when they happen."""
    visit = next_appointment(referral.patient_id, now)
    if visit is not None and visit.state is State.BOOKED:
        return [OfficeNews.VISIT]
    return [OfficeNews.DECIDED if referral.decided_at else OfficeNews.RECEIVED]
