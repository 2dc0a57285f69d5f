"""Questions put back to a patient. The sentence is clinical text: whoever shows it records the view."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from clinic.accounts.models import Staff
from clinic.intake.rules import Place
from clinic.platform.extensions import db
from clinic.referrals.models import InformationRequest
from clinic.referrals.rules import RequestState


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One set of questions: which, by whom, how far the answers have come, the runs before and after."""

    id: UUID
    state: RequestState
    asked: tuple[Place, ...]
    saved: frozenset[Place]
    sentence: str | None
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    ended_at: datetime | None
    run_before: UUID | None
    run_after: UUID | None


def requests_of(referral_id: UUID) -> tuple[RequestRow, ...]:
    """Every set of questions of a referral, the newest first."""
    chosen = _chosen().where(InformationRequest.referral_id == referral_id)
    return _read(chosen.order_by(InformationRequest.asked_at.desc(), InformationRequest.id))


def open_request(referral_id: UUID) -> RequestRow | None:
    """The questions that the patient may answer now."""
    chosen = _chosen().where(
        InformationRequest.referral_id == referral_id, InformationRequest.state == RequestState.OPEN
    )
    found = _read(chosen)
    return found[0] if found else None


def _chosen() -> Select[*tuple[Any, ...]]:
    return select(
        InformationRequest.id,
        InformationRequest.state,
        InformationRequest.asked,
        InformationRequest.saved,
        InformationRequest.sentence,
        InformationRequest.asked_by,
        Staff.name,
        InformationRequest.asked_at,
        InformationRequest.ended_at,
        InformationRequest.run_before,
        InformationRequest.run_after,
    ).join(Staff, Staff.id == InformationRequest.asked_by)


def _read(chosen: Select[*tuple[Any, ...]]) -> tuple[RequestRow, ...]:
    rows = db.session.execute(chosen.execution_options(populate_existing=True)).all()
    return tuple(
        RequestRow(key, state, _places(asked), frozenset(_places(saved)), *rest)
        for key, state, asked, saved, *rest in rows
    )


def _places(stored: list[list[str | None]]) -> tuple[Place, ...]:
    return tuple(Place(str(question), entry) for question, entry in stored)
