"""As many referrals as asked for, written in bulk: what a clinic has after years."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from clinic.kernel.reference import ALPHABET
from clinic.patients.models import Patient, PrivateLink
from clinic.patients.rules import LinkPurpose
from clinic.platform.sealed import key_ring, place_of
from clinic.platform.transaction import transaction
from clinic.referrals.models import Referral
from clinic.referrals.rules import CallerReason, Choice, ReferralSource, ReferralStatus, Turn
from tests.support.bulk import Values, store

BATCH = 10_000
REFERRALS_EACH = 4
SETS: tuple[tuple[int, ...], ...] = ((1,), (2,), (1, 2), (3,), (2, 3), ())
# Every hundredth decision stays open; few are closed in one way or the other.
DECIDED, OVER = 90, 99


def fill(count: int, now: datetime, *, to_review: int, first: int = 0) -> None:
    """`count` referrals by phone, of which the newest `to_review` wait; four to a patient."""
    for begin in range(first, first + count, BATCH):
        numbers = range(begin, min(begin + BATCH, first + count))
        rows = [_referral(number, first + count - to_review, now) for number in numbers]
        people = {row["patient_id"]: row["submitted_at"] for row in rows}
        with transaction():
            known = numbers.start % REFERRALS_EACH and numbers.start > first
            new = list(people.items())[1 if known else 0 :]
            if new:
                store(Patient, [patient(who, at) for who, at in new])
            store(PrivateLink, list(_links(rows)))
            store(Referral, rows)


def reference_of(number: int) -> str:
    """The reference of the n-th one."""
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _referral(number: int, first_waiting: int, now: datetime) -> Values:
    waits, kind = number >= first_waiting, number % 100
    status = ReferralStatus.SUBMITTED if waits else ReferralStatus.DECIDED
    if not waits and kind >= DECIDED:
        status = ReferralStatus.CLOSED if kind < OVER else ReferralStatus.WITHDRAWN
    decided = status in (ReferralStatus.DECIDED, ReferralStatus.CLOSED)
    phases = SETS[number % len(SETS)]
    submitted = now - timedelta(minutes=3 * (first_waiting + 10_000_000 - number))
    if waits:
        submitted = now - timedelta(minutes=number - first_waiting + 60)
    return {
        "id": uuid.UUID(int=(3 << 100) + number),
        "reference": reference_of(number),
        "patient_id": uuid.UUID(int=(1 << 100) + number // REFERRALS_EACH),
        "intake_id": None,
        "link_id": uuid.UUID(int=(2 << 100) + number),
        "source": ReferralSource.PHONE,
        "caller_reason": CallerReason.FIRST_VISIT,
        "status": status,
        "version": 2 if decided else 1,
        "submitted_at": submitted,
        "see_by": (submitted + timedelta(days=14)).date(),
        "preferred_location": ("birmingham", "auburn", None)[number % 3],
        "assignee_id": None,
        "turn": Turn.ORDINARY,
        "asked_at": None,
        "priority": 3 + number % 3,
        "phases": list(phases),
        "confidence": "high" if len(phases) == 1 else "low",
        "flags": [],
        "details": [],
        "no_phase_reason": None if phases else "needs_information",
        "months": number % 90,
        "choice": (Choice.PHASE_TWO if kind else Choice.CANNOT_DECIDE_YET) if decided else None,
        "decided_phase": 2 if decided and kind else None,
        "decided_at": submitted + timedelta(days=2) if decided else None,
    }


def _links(rows: list[Values]) -> Iterator[Values]:
    for row in rows:
        yield {
            "id": row["link_id"],
            "patient_id": row["patient_id"],
            "purpose": LinkPurpose.VISIT,
            "subject_id": row["id"],
            "token_mac": row["link_id"].bytes * 2,
            "created_at": row["submitted_at"],
            "expires_at": row["submitted_at"] + timedelta(days=400),
        }


def patient(who: uuid.UUID, at: datetime) -> Values:
    """The row of a person, sealed for this very row, as the application does."""
    number = who.int & (1 << 64) - 1
    told = {
        "first_name": f"Person {number}",
        "last_name": "Exampleton",
        "birth_date": "1970-05-17",
        "phone": "+12055550100",
    }
    sealed = {
        f"{name}_sealed": key_ring().seal(text, place_of("patient", name, who)) for name, text in told.items()
    }
    fingerprint = who.bytes
    return {
        "id": who,
        **sealed,
        "name_birth_index": fingerprint,
        "phone_index": fingerprint,
        "no_email": True,
        "created_at": at,
        "changed_at": at,
        "version": 1,
    }
