"""One referral, always through the scope of whoever asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor, ActorKind, Permission
from clinic.kernel.reference import normalise_reference
from clinic.platform.reading import run
from clinic.referrals.models import Referral
from clinic.referrals.rules import OPEN, CallerReason, Choice, ReferralSource, ReferralStatus


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A referral as stored."""

    id: UUID
    reference: str
    patient_id: UUID
    intake_id: UUID | None
    link_id: UUID
    source: ReferralSource
    caller_reason: CallerReason | None
    status: ReferralStatus
    version: int
    submitted_at: datetime
    see_by: date
    preferred_location: str | None
    assignee_id: UUID | None
    turn: int
    asked_at: datetime | None
    priority: int
    phases: tuple[int, ...]
    confidence: str
    flags: tuple[str, ...]
    details: tuple[str, ...]
    no_phase_reason: str | None
    months: int | None
    choice: Choice | None
    decided_phase: int | None
    visit_type: str | None
    decided_at: datetime | None


REFERRAL_COLUMNS: tuple[Any, ...] = (
    Referral.id,
    Referral.reference,
    Referral.patient_id,
    Referral.intake_id,
    Referral.link_id,
    Referral.source,
    Referral.caller_reason,
    Referral.status,
    Referral.version,
    Referral.submitted_at,
    Referral.see_by,
    Referral.preferred_location,
    Referral.assignee_id,
    Referral.turn,
    Referral.asked_at,
    Referral.priority,
    Referral.phases,
    Referral.confidence,
    Referral.flags,
    Referral.details,
    Referral.no_phase_reason,
    Referral.months,
    Referral.choice,
    Referral.decided_phase,
    Referral.visit_type,
    Referral.decided_at,
)
LISTS = ("phases", "flags", "details")
_LISTS = [place for place, one in enumerate(REFERRAL_COLUMNS) if one.key in LISTS]


# Built once: every booking asks.
_BY_ID = select(*REFERRAL_COLUMNS).where(Referral.id == bindparam("id"))
_BY_REFERENCE = select(*REFERRAL_COLUMNS).where(Referral.reference == bindparam("reference"))


def rows_of(chosen: Select[Any], **given: Any) -> tuple[ReferralRow, ...]:
    """Frozen rows of a select of `chosen_rows`; `given` are its bound parameters."""
    return tuple(map(referral_row, run(chosen, given)))


def referral_row(values: Sequence[Any], codes: Callable[[Any], tuple[Any, ...]] = tuple) -> ReferralRow:
    """What was fetched of `REFERRAL_COLUMNS`, frozen; `codes` reads the columns named in `LISTS`."""
    cells = list(values)
    for place in _LISTS:
        cells[place] = codes(cells[place])
    return ReferralRow(*cells)


def chosen_rows() -> Select[Any]:
    """Every column of a referral."""
    return select(*REFERRAL_COLUMNS)


def referral_for(actor: Actor, reference: str) -> ReferralRow:
    """The referral with this reference, as far as the actor may know of it.

    Raises:
        NotFound: no such referral, or not one of this actor's; both answer the same.
    """
    chosen = chosen_rows().where(Referral.reference == normalise_reference(reference))
    if actor.kind is ActorKind.PATIENT:
        chosen = chosen.where(Referral.patient_id == actor.id)
    elif not actor.may(Permission.REFERRAL_VIEW):
        raise NotFound
    found = rows_of(chosen)
    if not found:
        raise NotFound
    return found[0]


def referral_to_book(actor: Actor, reference: str) -> ReferralRow:
    """The referral for which staff look for a time; the caller shows no clinical column of it.

    Raises:
        NotFound: no such referral, or the actor may not book; both answer the same.
    """
    found = rows_of(_BY_REFERENCE, reference=normalise_reference(reference))
    if not found or not actor.may(Permission.APPOINTMENT_BOOK):
        raise NotFound
    return found[0]


def referral_by_id(referral_id: UUID) -> ReferralRow:
    """One referral for a use case that has checked its actor.

    Raises:
        NotFound: no such referral.
    """
    found = rows_of(_BY_ID, id=referral_id)
    if not found:
        raise NotFound
    return found[0]


def referral_of_intake(intake_id: UUID) -> ReferralRow | None:
    """The referral that this intake became, if it was submitted."""
    found = rows_of(chosen_rows().where(Referral.intake_id == intake_id))
    return found[0] if found else None


def newest_referral_of(patient_id: UUID) -> ReferralRow | None:
    """The patient's newest referral, whatever its status."""
    chosen = chosen_rows().where(Referral.patient_id == patient_id)
    found = rows_of(chosen.order_by(Referral.submitted_at.desc(), Referral.id).limit(1))
    return found[0] if found else None


def others_of(referral: ReferralRow) -> tuple[ReferralRow, ...]:
    """The same patient's other referrals, the newest first."""
    chosen = chosen_rows().where(Referral.patient_id == referral.patient_id, Referral.id != referral.id)
    return rows_of(chosen.order_by(Referral.submitted_at.desc(), Referral.id))


def open_referrals_of(patient_id: UUID) -> tuple[ReferralRow, ...]:
    """The patient's referrals that are neither closed nor withdrawn, the oldest first."""
    chosen = chosen_rows().where(Referral.patient_id == patient_id, Referral.status.in_(OPEN))
    return rows_of(chosen.order_by(Referral.submitted_at, Referral.id))
