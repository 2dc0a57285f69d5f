"""Asks the patient back: only the questions asked open, and the answers bring the referral to its reader."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.intake.queries import answer_sheet, intake_card
from clinic.intake.rules import PageRef, Place, askable, asked_pages, places_on
from clinic.intake.rules.checking import Raw
from clinic.intake.service import Saved
from clinic.intake.service import save_asked as keep_answers
from clinic.kernel.errors import Conflict, Invalid
from clinic.kernel.permissions import Actor, Permission
from clinic.notifications.service import enqueue
from clinic.patients.queries import patient_card
from clinic.patients.service import lock_patient
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.models import InformationRequest, Referral
from clinic.referrals.queries.asking import RequestRow, open_request
from clinic.referrals.rules import REFERRAL, EventKind, ReferralStep, RequestState, Turn
from clinic.referrals.service.events import keep_event
from clinic.referrals.service.locking import locked
from clinic.referrals.service.triaging import run_again
from clinic.safety.rules import CallBackKind
from clinic.safety.service import lapse_call_backs, open_call_back

QUESTION = "referral_question"
MOST_QUESTIONS = 12
# After so long without an answer the desk calls: nobody waits unseen.
ANSWER_WITHIN = timedelta(days=7)
_OVER = "This question is not open any more. You do not need to do anything."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a patient is asked: the open request, the pages left to answer and those answered already."""

    request: RequestRow
    left: tuple[PageRef, ...]
    done: tuple[PageRef, ...]


@transaction()
def ask(
    reference: str, places: Collection[Place], sentence: str, *, version: int, actor: Actor, now: datetime
) -> None:
    """Put questions back to the patient; the referral waits for them, with a clock of its own.

    It is assigned to whoever asks, unless somebody has it.

    Raises:
        NotAllowed, NotFound. StaleDecision: somebody changed the referral meanwhile.
        Conflict: it is closed or withdrawn, or there are no answers yet.
        Invalid: nothing is asked, or too much.
    """
    actor.require(Permission.REFERRAL_DECIDE)
    referral = locked(reference, version, actor)
    status = REFERRAL.next(referral.status, ReferralStep.ASK)
    wanted = _checked(referral, places)
    referral.status, referral.asked_at, referral.turn = status, now, Turn.ORDINARY
    referral.assignee_id = referral.assignee_id or actor.id
    referral.version += 1
    request = InformationRequest(
        referral_id=referral.id,
        state=RequestState.OPEN,
        asked=[[place.question, place.entry] for place in wanted],
        saved=[],
        sentence=sentence.strip() or None,
        asked_by=actor.id,
        asked_at=now,
        run_before=queries.newest_run(referral.id),
    )
    db.session.add(request)
    db.session.flush()
    _tell(Action.REFERRAL_ASKED, EventKind.ASKED, referral, actor=actor, now=now)
    _send(referral, request.id, actor, now)


@transaction()
def recall(reference: str, *, version: int, actor: Actor, now: datetime) -> None:
    """Take the questions back: the referral returns to the list without an answer.

    Raises:
        NotAllowed, NotFound, StaleDecision. Conflict: nothing is asked now.
    """
    actor.require(Permission.REFERRAL_DECIDE)
    referral = locked(reference, version, actor)
    referral.status = REFERRAL.next(referral.status, ReferralStep.RECALL)
    referral.version += 1
    end_request(referral, RequestState.RECALLED, actor=actor, now=now)
    _tell(Action.REFERRAL_QUESTION_RECALLED, EventKind.RECALLED, referral, actor=actor, now=now)


def asked_of(referral_id: UUID, intake_id: UUID | None) -> Asked | None:
    """What the patient of this referral may answer now; None when nothing is asked."""
    request = open_request(referral_id)
    if request is None or intake_id is None:
        return None
    questionnaire, sheet = intake_card(intake_id).questionnaire, answer_sheet(intake_id)
    pages = asked_pages(questionnaire, sheet, request.asked)
    done = tuple(ref for ref in pages if places_on(ref) <= request.saved)
    return Asked(request, tuple(ref for ref in pages if ref not in done), done)


@transaction()
def save_asked(
    referral_id: UUID, slug: str, entry: str | None, raw: Raw, *, actor: Actor, now: datetime
) -> Saved:
    """Keep what one asked page says; a red flag in it is raised at once.

    Raises:
        NotFound: the page was not asked. Conflict: nothing is asked any more.
    """
    row = queries.referral_by_id(referral_id)
    lock_patient(row.patient_id)
    held = _open_one(referral_id)
    if held is None or row.intake_id is None:
        raise Conflict(_OVER)
    asked = {Place(str(question), where) for question, where in held.asked}
    saved = keep_answers(row.intake_id, slug, entry, raw, asked=asked, actor=actor, now=now)
    if saved.checked.sound:
        kept = [[place.question, place.entry] for place in sorted(places_on(saved.ref) & asked, key=str)]
        held.saved = [*(one for one in held.saved if one not in kept), *kept]
    return saved


@transaction()
def send_answers(referral_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Hand the answers in: the rules run again beside the old run, the referral goes on top of its priority.

    Sent twice it is sent once.

    Raises:
        Invalid: a question still wants an answer. Conflict: nothing is asked any more.
    """
    seen = queries.referral_by_id(referral_id)
    lock_patient(seen.patient_id)
    asked = asked_of(referral_id, seen.intake_id)
    if asked is None:
        raise Conflict(_OVER)
    if asked.left:
        raise Invalid("Some questions still need an answer.")
    run_again(referral_id, actor=actor, now=now)
    referral = db.session.get_one(Referral, referral_id, populate_existing=True)
    referral.status = REFERRAL.next(referral.status, ReferralStep.ANSWER)
    referral.turn = Turn.ANSWERED
    end_request(referral, RequestState.ANSWERED, actor=actor, now=now)
    _tell(Action.REFERRAL_ANSWERED, EventKind.ANSWERED, referral, actor=actor, now=now)


def end_request(referral: Referral, state: RequestState, *, actor: Actor, now: datetime) -> None:
    """Close what is asked, if anything is; the patient's pages say so. Part of a use case."""
    held = _open_one(referral.id)
    if held is None:
        return
    held.state, held.ended_at = state, now
    if state is RequestState.ANSWERED:
        held.run_after = queries.newest_run(referral.id)
    kind = CallBackKind.ASK_BY_PHONE
    lapse_call_backs(referral.patient_id, kind, actor=actor, now=now, subject_id=held.id)


@transaction()
def call_the_silent(now: datetime) -> int:
    """Let the desk call those who have not answered in time; how many questions are so old."""
    late = db.session.execute(
        select(InformationRequest.id, Referral.patient_id)
        .join(Referral, Referral.id == InformationRequest.referral_id)
        .where(
            InformationRequest.state == RequestState.OPEN, InformationRequest.asked_at <= now - ANSWER_WITHIN
        )
        .order_by(Referral.patient_id)
    ).all()
    for request_id, patient_id in late:
        kind = CallBackKind.ASK_BY_PHONE
        open_call_back(patient_id, kind, subject_id=request_id, actor=Actor.system(), now=now)
    return len(late)


def _checked(referral: Referral, places: Collection[Place]) -> list[Place]:
    """The questions in the order of the form."""
    if referral.intake_id is None:
        raise Conflict("There are no answers to ask about. Please call the person.")
    questionnaire, sheet = intake_card(referral.intake_id).questionnaire, answer_sheet(referral.intake_id)
    known = [
        Place(question.key, ref.entry_id)
        for ref in askable(questionnaire, sheet)
        for question in ref.questions
    ]
    wanted = [place for place in known if place in places]
    if not wanted:
        raise Invalid("Choose at least one question.", "questions")
    if len(wanted) != len(set(places)):
        raise Invalid("One of these questions does not apply any more. Please choose again.", "questions")
    if len(wanted) > MOST_QUESTIONS:
        raise Invalid(f"Choose {MOST_QUESTIONS} questions or fewer: a call is kinder then.", "questions")
    return wanted


def _send(referral: Referral, request_id: UUID, actor: Actor, now: datetime) -> None:
    """A mail with the private link; who has no address is called."""
    if patient_card(referral.patient_id).email is None:
        kind = CallBackKind.ASK_BY_PHONE
        open_call_back(referral.patient_id, kind, subject_id=request_id, actor=actor, now=now)
        return
    ids = {"referral": str(referral.id), "request": str(request_id)}
    enqueue(QUESTION, f"{QUESTION}:{request_id}", ids, referral.patient_id, now, now=now)


def _tell(action: Action, kind: EventKind, referral: Referral, *, actor: Actor, now: datetime) -> None:
    keep_event(referral.id, kind, actor=actor, now=now)
    record(
        action,
        actor=actor,
        subject=("referral", referral.id),
        patient_id=referral.patient_id,
        now=now,
        facts={"version": referral.version},
    )


def _open_one(referral_id: UUID) -> InformationRequest | None:
    chosen = select(InformationRequest).where(
        InformationRequest.referral_id == referral_id, InformationRequest.state == RequestState.OPEN
    )
    return db.session.scalar(chosen.execution_options(populate_existing=True))
