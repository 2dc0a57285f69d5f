"""Whose referral this browser may see: by the session that sent the answers, or by a private link.

Both ways end at the same place: the referral's own link, and a birth date that was given lately.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor
from clinic.patients.access import PatientAccess, begin_access, confirm_birth_date, current_patient_access
from clinic.patients.queries import live_link_by_id
from clinic.platform.access import public
from clinic.platform.extensions import now
from clinic.referrals.queries import ReferralRow, newest_referral_of, referral_by_id


@dataclass(frozen=True, slots=True)
class Opened:
    """A referral that this browser may see now."""

    referral: ReferralRow
    actor: Actor
    now: datetime


def open_for_sender(referral: ReferralRow, instant: datetime) -> None:
    """Whoever has just sent the answers sees the referral without another question."""
    grant = live_link_by_id(referral.link_id, instant)
    if grant is not None:
        begin_access(grant)
        confirm_birth_date()


def for_visitor(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Decorator of a patient's page: it gets the `Opened` referral, or the visitor is asked who they are."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
        access = current_patient_access()
        if access is None:
            return render_template("referrals/no_link.html")
        if not access.birth_date_confirmed:
            return redirect(url_for("referrals.birth_date"))
        return view(Opened(referral_of(access), access.actor, now()), *args, **kwargs)

    return public(guarded)


def referral_of(access: PatientAccess) -> ReferralRow:
    """The link's own referral; for a link about something else of theirs, the newest one."""
    try:
        return referral_by_id(access.subject_id)
    except NotFound:
        newest = newest_referral_of(access.patient_id)
        if newest is None:
            raise
        return newest
