"""The history of a referral in one list: what came in, what the rules said, what was done and found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from clinic.referrals.presenters.words import (
    CHOICE_LONG,
    DIAGNOSIS_WORDS,
    EVENT_WORDS,
    KIND_WORDS,
    REASON_WORDS,
    WITHDRAW_WORDS,
    phase_set,
)
from clinic.referrals.queries import DecisionRow
from clinic.referrals.queries.events import EventRow
from clinic.referrals.rules import EventKind
from clinic.referrals.service import ReferralScreen


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line: what happened, by whom, and what was written; free text stays apart from our words."""

    at: datetime
    what: str
    who: str
    said: str = ""
    to_patient: str = ""


def history_lines(screen: ReferralScreen) -> tuple[HistoryLine, ...]:
    """Everything, the newest first."""
    return tuple(sorted(_lines(screen), key=lambda line: line.at, reverse=True))


def _lines(screen: ReferralScreen) -> Iterator[HistoryLine]:
    yield from (_decided(one) for one in screen.decisions)
    for run in screen.runs:
        words = f"rules {run.rule_version} suggested {phase_set(run.outcome['phases'])}"
        yield HistoryLine(run.created_at, words, "")
    for one in screen.outcomes:
        phase = f"Phase {phase_set([one.phase_found])}" if one.phase_found else "no phase fits"
        words = f"at the visit: {phase}, diagnosis {DIAGNOSIS_WORDS[one.diagnosis].lower()}"
        yield HistoryLine(one.at, words, one.staff_name, one.sentence)
    sentences = {one.asked_at: one.sentence or "" for one in screen.requests}
    for event in screen.events:
        yield _event(event, sentences.get(event.at, "") if event.kind is EventKind.ASKED else "")
    came = "sent in" if screen.referral.intake_id else "opened by phone"
    yield HistoryLine(screen.referral.submitted_at, came, "")


def _decided(one: DecisionRow) -> HistoryLine:
    reason = f", {REASON_WORDS[one.reason].lower()}" if one.reason else ""
    return HistoryLine(
        one.at,
        f"{CHOICE_LONG[one.choice]} ({KIND_WORDS[one.kind]}{reason})",
        one.staff_name,
        one.sentence or "",
        one.words_to_patient or "",
    )


def _event(event: EventRow, asked: str) -> HistoryLine:
    words = EVENT_WORDS[event.kind]
    if event.kind is EventKind.ASSIGNED:
        words = f"assigned to {event.about}" if event.about else "given back to the list"
    if event.reason:
        words += f": {WITHDRAW_WORDS[event.reason].lower()}"
    who = event.staff_name or ("the patient" if event.actor_kind.value == "patient" else "")
    return HistoryLine(event.at, words, who, event.note or "", asked)
