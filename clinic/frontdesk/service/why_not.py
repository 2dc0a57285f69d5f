"""Why a time is not offered, and booking it anyway, with a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.frontdesk.service.booking import view_to_book
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor
from clinic.patients.queries import PatientCard, patient_card
from clinic.platform.transaction import transaction
from clinic.referrals.queries import referral_to_book
from clinic.referrals.service import book_by_staff
from clinic.scheduling import queries as scheduling
from clinic.scheduling import service
from clinic.scheduling.queries import AppointmentCard, WhyNot
from clinic.scheduling.rules import NEVER_SET_ASIDE, OpenTime, Wanted, terms_shown


@dataclass(frozen=True, slots=True)
class Subject:
    """For whom a time is looked for: somebody without a visit, or a visit that is to be moved.

    `reference` names the referral; a visit has none here.
    """

    patient: PatientCard
    visit_type_id: UUID
    reference: str = ""
    visit: AppointmentCard | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What speaks against a time, the nearest ones that work, and whether it can be had all the same."""

    wanted: Wanted
    why: WhyNot
    nearest: tuple[OpenTime, ...]
    too_soon_online: bool

    @property
    def is_open(self) -> bool:
        """Nothing speaks against it."""
        return not self.why.found.hindrances

    @property
    def may_be_forced(self) -> bool:
        """Nothing that is never set aside speaks against it."""
        return not self.is_open and not NEVER_SET_ASIDE.intersection(self.why.found.reasons)

    @property
    def shown(self) -> str:
        """The kind and length that the page shows; a form that brings others is refused."""
        return terms_shown(self.why.terms.id, self.why.terms.minutes)

    @property
    def open_time(self) -> OpenTime:
        """The time itself, as a picker would offer it."""
        wanted, terms = self.wanted, self.why.terms
        end = wanted.start + timedelta(minutes=terms.minutes)
        return OpenTime(wanted.start, end, wanted.clinician_id, wanted.location_id, terms.id)


@transaction()
def view_subject(reference: str, visit_id: UUID | None, actor: Actor, now: datetime) -> Subject | None:
    """Who is looked for, if the address names somebody; the view is recorded.

    Raises:
        NotFound: no such referral or visit.
    """
    if visit_id is not None:
        card = scheduling.appointment_card(visit_id)
        record(
            Action.VISIT_VIEWED,
            actor=actor,
            subject=("appointment", card.id),
            patient_id=card.patient_id,
            now=now,
        )
        return Subject(patient_card(card.patient_id), card.visit_type_id, visit=card)
    if reference:
        row = view_to_book(reference, actor, now)
        return Subject(row.patient, row.visit_type_id, row.reference)
    return None


def ask(wanted: Wanted, subject: Subject | None, now: datetime) -> Answer:
    """What speaks against this time.

    Raises:
        NotFound: no such visit type.
    """
    patient_id = subject.patient.id if subject else None
    ignoring = subject.visit.id if subject and subject.visit else None
    why = scheduling.why_not(wanted, now=now, patient_id=patient_id, ignoring=ignoring)
    nearest: tuple[OpenTime, ...] = ()
    if why.found.hindrances:
        nearest = scheduling.nearest_times(
            wanted, now=now, patient_id=patient_id, ignoring=ignoring, with_notice=False
        )
    notice = timedelta(minutes=why.terms.notice_minutes)
    return Answer(wanted, why, nearest, now <= wanted.start < now + notice)


def book_anyway(
    subject: Subject, wanted: Wanted, reason: str, *, key: str, version: int, actor: Actor, now: datetime
) -> UUID:
    """Book or move against the rule on purpose; returns the visit's id.

    Raises:
        NotAllowed: the actor may not. Invalid: no reason was given.
        NotBookable, Conflict: what stands against it is never set aside, or somebody was faster.
    """
    if subject.visit is not None:
        moved = service.move(
            subject.visit.id, wanted, actor=actor, now=now, expected_version=version, override=reason
        )
        return moved.id
    referral = referral_to_book(actor, subject.reference)
    if referral.patient_id != subject.patient.id:
        raise NotFound
    return book_by_staff(referral.id, wanted, key=key, actor=actor, now=now, override=reason).id
