"""From stored facts: the start of the symptoms that count, and the time before they came back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from clinic.kernel.calendar import add_months
from clinic.referrals.rules import OnsetSpan, onset_span
from clinic.referrals.timeline import Earlier, Onset

_NO_RETURN = {"current_episode_onset": None}
# The form asks for a band and keeps its lower end, in months.
_GAPS = {3: "3 to 11 months", 12: "12 months or more"}


def onset_of(facts: Mapping[str, Any], *, recurrence: bool) -> Onset | None:
    """The start from which time counts (triage rules, VD8 and VD9)."""
    span = onset_span(facts)
    if span is None:
        return None
    again = _after_gap(facts, span) if recurrence and not _came_back_known(facts) else None
    if again:
        return Onset(again, date.fromisoformat(facts["reference_date"]), "on a day not known")
    began = onset_span({**facts, **_NO_RETURN}) if _came_back_known(facts) else None
    earliest = span.earliest or (began.latest if began else None)
    return Onset(min(earliest, span.latest) if earliest else None, span.latest, span.words)


def earlier_of(facts: Mapping[str, Any], *, recurrence: bool) -> Earlier | None:
    """The time before symptoms came back; None: they never went away, or nobody knows when they came back."""
    began = onset_span({**facts, **_NO_RETURN})
    if began is None:
        return None
    months = int(facts.get("symptom_free_months") or 0)
    back = onset_span(facts) if _came_back_known(facts) else None
    ended = add_months(back.latest, -months) if back else recurrence and _after_gap(facts, began)
    if not ended:
        return None
    words = _GAPS.get(months) or (f"{months} months" if months else "")
    return Earlier(Onset(began.earliest, began.latest, began.words), max(ended, began.latest), words)


def _came_back_known(facts: Mapping[str, Any]) -> bool:
    return bool((facts.get("current_episode_onset") or {}).get("precision", "unknown") != "unknown")


def _after_gap(facts: Mapping[str, Any], span: OnsetSpan) -> date | None:
    """Without a day of return it lies after the symptom-free time at the earliest."""
    months = int(facts.get("symptom_free_months") or 0)
    if not months or span.earliest is None:
        return None
    again = add_months(span.earliest, months)
    return again if again <= date.fromisoformat(facts["reference_date"]) else None
