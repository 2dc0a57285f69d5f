"""What this browser's session holds: which draft, when it was last used, which urgent answers were given."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from flask import Response, redirect, session, url_for

from clinic.intake import queries
from clinic.intake.presenters import Row
from clinic.intake.queries import IntakeCard
from clinic.intake.rules import PageRef
from clinic.intake.rules.status import IntakeStatus, must_ask_birth_date
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor, ActorKind
from clinic.platform.access import current_actor
from clinic.platform.extensions import now
from clinic.platform.sessions import renew_session
from clinic.platform.templating import endpoint_exists

_INTAKE, _SEEN, _URGENT = "intake_id", "intake_seen", "intake_urgent"
_TOUCH_AFTER = timedelta(minutes=1)  # saves a write of the session for most pages
CHECK = "check"
"""`?to=check`: after this page, back to the answers as they are read back."""


def remember(intake_id: UUID) -> None:
    """Let this browser, under a new session, be the one that fills in the draft."""
    renew_session()
    session[_INTAKE] = str(intake_id)
    unlock()


def forget() -> None:
    """This browser has no draft any more, and nothing urgent; the draft itself stays."""
    for name in (_INTAKE, _SEEN, _URGENT):
        session.pop(name, None)


def held() -> IntakeCard | None:
    """The intake that this browser began, whatever became of it."""
    if _INTAKE not in session:
        return None
    try:
        return queries.intake_card(UUID(session[_INTAKE]))
    except NotFound:
        return None


def draft() -> IntakeCard | None:
    """The draft that this browser may go on with."""
    card = held()
    return card if card is not None and card.status is IntakeStatus.DRAFT else None


def is_locked() -> bool:
    """Must the birth date be given before an earlier answer is shown?"""
    return _SEEN not in session or must_ask_birth_date(datetime.fromisoformat(session[_SEEN]), now())


def unlock() -> None:
    """Somebody who may see the answers sits there now."""
    session[_SEEN] = now().isoformat()


def touch() -> None:
    """The browser is in use."""
    if now() - datetime.fromisoformat(session[_SEEN]) >= _TOUCH_AFTER:
        unlock()


def turned_away(card: IntakeCard | None) -> Response | None:
    """Where to go instead of a page that shows answers; None: stay here."""
    if card is None:
        sent = held() is not None and endpoint_exists("referrals.received")
        return _to("referrals.received" if sent else "intake.start")
    if is_locked():
        return _to("intake.birth_date")
    touch()
    return None


def actor_for(card: IntakeCard | None) -> Actor:
    """Who types: a member of staff, the patient, or somebody not yet known."""
    signed_in = current_actor()
    if signed_in.kind is ActorKind.STAFF:
        return signed_in
    if card is None or card.patient_id is None:
        return Actor.anonymous()
    return Actor.patient(card.patient_id)


def keep_urgent(codes: Iterable[str]) -> None:
    """Remember which urgent answers were given, so that the urgent page stays within reach."""
    session[_URGENT] = list(dict.fromkeys([*codes, *urgent_codes()]))


def urgent_codes() -> tuple[str, ...]:
    """The urgent answers of this session, the newest first, retracted ones included."""
    return tuple(session.get(_URGENT, ()))


def page_url(ref: PageRef, to: str | None = None) -> str:
    """The address of a page."""
    return url_for("intake.page", slug=ref.slug, entry_id=ref.entry_id, to=to)


def row_url(row: Row) -> str:
    """The address at which one answer is changed; then back to the answers as they are read back."""
    return url_for("intake.page", slug=row.slug, entry_id=row.entry_id, to=CHECK)


def _to(endpoint: str) -> Response:
    answer = redirect(url_for(endpoint))
    assert isinstance(answer, Response)  # noqa: S101 - for the type checker
    return answer
