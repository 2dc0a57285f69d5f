"""When first symptoms began, read from stored facts: a span of days, its words, completed months."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clinic.kernel.calendar import add_months
from clinic.kernel.wording import MONTHS, clinical_date


@dataclass(frozen=True, slots=True)
class OnsetSpan:
    """First symptoms lie between two days, both included; without `earliest` at any time before."""

    earliest: date | None
    latest: date
    words: str


def onset_span(facts: Mapping[str, Any]) -> OnsetSpan | None:
    """The span of the current episode's first symptoms (triage rules, section 3); None: nothing is known."""
    today = date.fromisoformat(facts["reference_date"])
    for told in (facts.get("current_episode_onset"), facts.get("onset")):
        span = _span(told or {}, today)
        if span:
            return span
    return None


def months_since(facts: Mapping[str, Any]) -> int | None:
    """Completed months from the latest possible first symptoms to the reference date."""
    span = onset_span(facts)
    if span is None or span.earliest is None:
        return None
    today = date.fromisoformat(facts["reference_date"])
    latest = min(span.latest, today)
    months = (today.year - latest.year) * 12 + today.month - latest.month
    return months if add_months(latest, months) <= today else months - 1


def _span(told: Mapping[str, Any], today: date) -> OnsetSpan | None:
    precision, value = told.get("precision", "unknown"), told.get("value")
    if precision == "unknown":
        return None
    if precision == "range":
        first, last = date.fromisoformat(told["earliest"]), date.fromisoformat(told["latest"])
        last = max(first, min(last, today))
        return OnsetSpan(first, last, f"{clinical_date(first)} to {clinical_date(last)}")
    if precision == "before" or told.get("basis") == "diagnosis":
        last = _last_day(str(value))
        return OnsetSpan(None, last, f"before {clinical_date(last)}")
    last = max(_first_day(str(value)), min(_last_day(str(value)), today))
    return OnsetSpan(_first_day(str(value)), last, _words(str(value)))


def _first_day(value: str) -> date:
    """The first day of `2026`, `2026-03` or `2026-03-09`."""
    year, month, day = [*(int(part) for part in value.split("-")), 1, 1][:3]
    return date(year, month, day)


def _last_day(value: str) -> date:
    parts = [int(part) for part in value.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else monthrange(year, month)[1])


def _words(value: str) -> str:
    parts = [int(part) for part in value.split("-")]
    if len(parts) == 3:
        return clinical_date(date(*parts))
    return f"{MONTHS[parts[1] - 1][:3]} {parts[0]}" if len(parts) == 2 else str(parts[0])
