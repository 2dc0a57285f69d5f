"""Saves one page: its answers, the treatments ticked, who the patient is, and what must not wait."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.intake import queries
from clinic.intake.models import AnswerRevision, Intake, ListEntry
from clinic.intake.rules import (
    AnswerSheet,
    Checked,
    Entry,
    Mistake,
    PageRef,
    Place,
    Questionnaire,
    Value,
    check_page,
    first_unanswered,
    missing_entries,
    next_page,
    to_stored,
    visible_answers,
)
from clinic.intake.rules.addresses import comes_later, page_about, page_for_answers
from clinic.intake.rules.checking import Raw
from clinic.intake.rules.person import details_from, question_of, tells_who
from clinic.intake.rules.red_flags import red_flags_in, red_flags_of
from clinic.intake.rules.reopening import asked_pages
from clinic.intake.rules.status import LIFECYCLE, IntakeAction
from clinic.intake.service.drafts import locked, start
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Invalid, NotFound
from clinic.kernel.permissions import Actor, ActorKind
from clinic.patients import service as patients
from clinic.platform.extensions import db
from clinic.platform.sealed import blind
from clinic.platform.transaction import transaction
from clinic.safety import service as safety
from clinic.safety.rules import RED_FLAGS, FlagSource

TREATMENT = "treatment"


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one page: what was kept, what must be mended, and where to go on."""

    ref: PageRef
    checked: Checked
    after: PageRef | None  # the page to go on with; None: every page is answered
    gap: PageRef | None  # the first page that still wants an answer
    red_flags: tuple[str, ...]  # told by the answers that this page sent


@transaction()
def save_page(
    intake_id: UUID, slug: str, entry_id: str | None, raw: Raw, *, actor: Actor, now: datetime
) -> Saved:
    """Check what a page sent and keep every sound answer; the next page waits until all of it is sound.

    A changed answer becomes a new revision, so that two tabs or a resent form lose nothing.

    Raises:
        NotFound: no such intake, page or list entry.
        Conflict: the intake was submitted, or has expired.
    """
    intake = locked(intake_id)
    LIFECYCLE.next(intake.status, IntakeAction.SAVE)
    questionnaire = queries.questionnaire(intake.questionnaire_id)
    sheet = queries.answer_sheet(intake_id)
    ref = page_for_answers(questionnaire, sheet, slug, entry_id)
    if ref is None:
        raise NotFound
    sheet, checked = _keep_sound(intake, questionnaire, sheet, ref, raw, actor=actor, now=now)
    gap = first_unanswered(questionnaire, sheet)
    after = _after(questionnaire, sheet, ref, gap) if checked.sound else ref
    return Saved(ref, checked, after, gap, red_flags_in(questionnaire, checked.values))


@transaction()
def save_asked(
    intake_id: UUID,
    slug: str,
    entry_id: str | None,
    raw: Raw,
    *,
    asked: Collection[Place],
    actor: Actor,
    now: datetime,
) -> Saved:
    """Save answers to questions that were asked again after sending; all others stay as they were sent.

    Raises:
        NotFound: no such intake, or the page holds none of the questions asked.
        Conflict: the intake was never sent.
    """
    intake = locked(intake_id)
    LIFECYCLE.next(intake.status, IntakeAction.CORRECT)
    questionnaire, sheet = queries.questionnaire(intake.questionnaire_id), queries.answer_sheet(intake_id)
    pages = asked_pages(questionnaire, sheet, asked)
    ref = next((one for one in pages if (one.slug, one.entry_id) == (slug, entry_id)), None)
    if ref is None:
        raise NotFound
    sheet, checked = _keep_sound(intake, questionnaire, sheet, ref, raw, actor=actor, now=now)
    gap = first_unanswered(questionnaire, sheet)
    return Saved(ref, checked, gap, gap, red_flags_in(questionnaire, checked.values))


def _keep_sound(
    intake: Intake,
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    ref: PageRef,
    raw: Raw,
    *,
    actor: Actor,
    now: datetime,
) -> tuple[AnswerSheet, Checked]:
    """Check what the page sent, write what is sound and new; the answers as they are then."""
    checked = _checked(questionnaire, sheet, ref, raw, now)
    changed = {
        key: value
        for key, value in checked.values.items()
        if not sheet.was_asked(key, ref.entry_id) or sheet.value(key, ref.entry_id) != value
    }
    before = sheet
    sheet = sheet.with_answers(changed, ref.entry_id)
    added = missing_entries(questionnaire, sheet, lambda: str(uuid4()))
    sheet = sheet.with_entries(added)
    if changed or added:
        _write(intake, ref, changed, added, actor=actor, now=now)
        _tell_others(intake, questionnaire, sheet, before=before, actor=actor, now=now)
    return sheet, checked


@transaction()
def begin_again(slug: str, about: str, actor: Actor, now: datetime) -> tuple[UUID, str | None]:
    """Begin a new draft for answers whose draft is closed: the draft, and the list entry that they are about.

    An entry begun so counts as soon as its treatment is ticked again.

    Raises:
        NotFound: there is no such page, or no such treatment to be asked about there.
    """
    intake_id = start(actor, now)
    intake = db.session.get_one(Intake, intake_id)
    questionnaire = queries.questionnaire(intake.questionnaire_id)
    ref = page_about(questionnaire, slug, about, str(uuid4()))
    if ref is None:
        raise NotFound
    if ref.entry is not None:
        _add_entries(intake, (ref.entry,), now)
        db.session.flush()
    return intake_id, ref.entry_id


def _checked(
    questionnaire: Questionnaire, sheet: AnswerSheet, ref: PageRef, raw: Raw, now: datetime
) -> Checked:
    """The questionnaire's own rules, and then what the patient's record asks of a name, phone or e-mail."""
    checked = check_page(questionnaire, sheet, ref, raw, today=central_date(now))
    if not tells_who(checked.values):
        return checked
    try:
        details_from(visible_answers(questionnaire, sheet.with_answers(checked.values, ref.entry_id)))
    except Invalid as wrong:
        key = question_of(wrong.field)
        if key is None or key not in checked.values:
            raise
        kept = {name: value for name, value in checked.values.items() if name != key}
        mistake = Mistake(key, key, wrong.message)
        return replace(checked, values=kept, mistakes=(*checked.mistakes, mistake))
    return checked


def _after(
    questionnaire: Questionnaire, sheet: AnswerSheet, ref: PageRef, gap: PageRef | None
) -> PageRef | None:
    """The next page, or the first gap if that stands before it; None when all is answered."""
    following = next_page(questionnaire, sheet, ref)
    if gap is None or following is None:
        return following or gap
    return gap if comes_later(questionnaire, sheet, following, gap) else following


def _write(
    intake: Intake,
    ref: PageRef,
    changed: Mapping[str, Value | None],
    added: tuple[Entry, ...],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    last = select(func.max(AnswerRevision.sequence)).where(AnswerRevision.intake_id == intake.id)
    sequence = db.session.scalar(last) or 0
    for number, (key, value) in enumerate(changed.items(), sequence + 1):
        db.session.add(
            AnswerRevision(
                intake_id=intake.id,
                sequence=number,
                page_key=ref.page.key,
                question_key=key,
                entry_id=UUID(ref.entry_id) if ref.entry_id else None,
                value=json.dumps(to_stored(value), ensure_ascii=False),
                author_kind=actor.kind,
                author_id=actor.id,
                saved_at=now,
            )
        )
    _add_entries(intake, added, now)
    intake.last_saved_at = now
    record(
        Action.INTAKE_SAVED,
        actor=actor,
        subject=("intake", intake.id),
        patient_id=intake.patient_id,
        now=now,
        facts={"page": ref.page.key, "revisions": len(changed)},
    )


def _add_entries(intake: Intake, added: tuple[Entry, ...], now: datetime) -> None:
    if not added:
        return
    last = select(func.max(ListEntry.position)).where(ListEntry.intake_id == intake.id)
    position = db.session.scalar(last) or 0
    for number, entry in enumerate(added, position + 1):
        db.session.add(
            ListEntry(
                id=UUID(entry.id),
                intake_id=intake.id,
                position=number,
                kind=TREATMENT,
                code=entry.code,
                code_index=blind(f"list_entry.{intake.id}", entry.code),
                added_at=now,
            )
        )


def _tell_others(
    intake: Intake,
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    *,
    before: AnswerSheet,
    actor: Actor,
    now: datetime,
) -> None:
    """Register or change the patient, and put red flags before clinical staff at once, in the same breath.

    Codes that were named before there was anybody to call are raised as soon as there is.
    """
    details = details_from(visible_answers(questionnaire, sheet))
    if details is None:
        return
    told = red_flags_of(questionnaire, before)
    if intake.patient_id is None:
        intake.patient_id, told = patients.register(details, actor, now), ()
    elif details != details_from(visible_answers(questionnaire, before)):
        patients.change_details(intake.patient_id, details, actor, now)
    tells = red_flags_of(questionnaire, sheet)
    fresh = [code for code in tells if code not in told]
    if fresh:
        source = FlagSource.STAFF if actor.kind is ActorKind.STAFF else FlagSource.PATIENT
        safety.raise_flags(intake.patient_id, intake.id, fresh, source, actor, now=now)
    still = {RED_FLAGS[code].flag for code in tells}
    taken_back = [code for code in told if RED_FLAGS[code].flag not in still]
    if taken_back:
        safety.retract(intake.patient_id, taken_back, actor, now=now)
