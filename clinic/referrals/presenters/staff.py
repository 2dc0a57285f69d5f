"""What clinicians see: rows of the worklist, the strip of a referral, the urgent strip."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clinic.kernel.clock import central_date
from clinic.kernel.wording import us_date_short
from clinic.referrals.presenters.words import CALLER_WORDS
from clinic.referrals.queries import ReferralRow, WorklistRow
from clinic.referrals.rules import ReferralSource, headline
from clinic.safety.queries import Flag
from clinic.safety.rules import BLOCKING_TIERS, RED_FLAGS
from clinic.scheduling.queries import AppointmentCard
from clinic.scheduling.rules import State

PHASE_KEYS = {1: "one", 2: "two", 3: "three"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the worklist."""

    reference: str
    priority: int
    name: str
    age: int
    phases: tuple[str, ...]
    main: str
    sub: str
    place: str
    visit: str
    waiting: str
    overdue: bool
    action: str
    urgent: bool


def line(row: WorklistRow, now: datetime, places: dict[str, str]) -> Line:
    """One referral as a row; `places` gives a location's name by its slug."""
    referral = row.referral
    main, sub = top_reasons(referral, row.flags)
    blocking = [flag for flag in row.flags if flag.tier in BLOCKING_TIERS]
    return Line(
        reference=referral.reference,
        priority=referral.priority,
        name=row.patient.full_name,
        age=age_on(row.patient.birth_date, central_date(now)),
        phases=tuple(PHASE_KEYS[phase] for phase in referral.phases),
        main=main,
        sub=sub,
        place=places.get(referral.preferred_location or "", "Either place"),
        visit=visit_words(row.visit),
        waiting=waiting(now - referral.submitted_at),
        overdue=row.visit is None and central_date(now) > referral.see_by,
        action=_action(referral, urgent=bool(blocking)),
        urgent=bool(blocking),
    )


def top_reasons(referral: ReferralRow, flags: tuple[Flag, ...]) -> tuple[str, str]:
    """The main reason and the next one; an open red flag comes first."""
    told = [RED_FLAGS[flag.code].concern for flag in flags]
    if referral.source is ReferralSource.PHONE and referral.caller_reason:
        told.append(f"By phone: {CALLER_WORDS[referral.caller_reason].lower()}")
    told += headline(
        months=referral.months,
        details=referral.details,
        flags=referral.flags,
        no_phase_reason=referral.no_phase_reason,
    )
    told = [words for words in told if words]
    return told[0] if told else "Nothing stands out", told[1] if len(told) > 1 else ""


def visit_words(visit: AppointmentCard | None) -> str:
    """The coming visit in a few words."""
    if visit is None:
        return "No visit yet"
    verb = "Asked for" if visit.state is State.REQUESTED else "Visit"
    return f"{verb} {us_date_short(visit.start_at)}, {visit.location.name}"


def waiting(since: timedelta) -> str:
    """How long: "3 h", "1 d 13 h", "6 d"."""
    hours = int(since.total_seconds() // 3600)
    days, rest = divmod(hours, 24)
    if not days:
        return f"{hours} h" if hours else "under 1 h"
    return f"{days} d {rest} h" if days < 3 and rest else f"{days} d"


def age_on(birth: date, day: date) -> int:
    """Completed years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _action(referral: ReferralRow, *, urgent: bool) -> str:
    if urgent:
        return "Call now"
    if "contradictory_data" in referral.flags:
        return "Compare"
    return "Review"
