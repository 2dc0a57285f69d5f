"""Twelve hard cases of the treatment time line, as facts that the real rules judge."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

from clinic.kernel.calendar import add_months
from clinic.referrals.presenters.story import story_of
from clinic.referrals.queries import RunRow
from clinic.referrals.timeline import Story
from clinic.scheduling.queries import AppointmentCard
from clinic.triage.rules import CATALOGUE, RULE_VERSION, evaluate, parse_facts

Facts = dict[str, Any]
BANDS = ("lt4", "4to6", "6to12", "12to26", "ge26", "unknown")
REASONS = (
    *("did_not_help", "side_effects", "allergy", "finished_course"),
    *("cost_insurance", "travel_access", "own_choice", "other"),
)


def _day(day: date) -> Facts:
    return {"precision": "day", "value": day.isoformat(), "basis": "symptoms"}


def _had(slug: str, **given: Any) -> Facts:
    return {"slug": slug, "status": "past", "weeks_band": "6to12", "adherence": "most", "pgic": 4, **given}


def _going(slug: str, **given: Any) -> Facts:
    return _had(slug, status="current", **given)


def nothing_tried(today: date) -> Facts:
    """Five weeks ago, and the box "nothing tried" ticked."""
    return {"onset": _day(today - timedelta(days=37)), "nothing_tried": "yes"}


def sixty_treatments(today: date) -> Facts:
    """Everything that the catalogue has, of every length and with every end."""
    slugs = list(CATALOGUE)[:60]
    treatments = [
        _had(
            slug,
            status="current" if at % 7 == 3 else "past",
            weeks_band=BANDS[at % len(BANDS)],
            pgic=(None, 1, 3, 4, 5, 7)[at % 6],
            stop_reason=None if at % 7 == 3 else REASONS[at % len(REASONS)],
        )
        for at, slug in enumerate(slugs)
    ]
    return {"onset": _day(today - timedelta(days=1200)), "treatments": treatments, "overall_pgic": 4}


def unknown_dates(today: date) -> Facts:
    """Nobody knows when anything was."""
    return {
        "onset": {"precision": "unknown"},
        "treatments": [
            _had("gabapentin", weeks_band="unknown", pgic=None, adherence="unknown"),
            _had("pt", status="unsure", weeks_band="unknown", pgic=None),
            _had("sympathetic_block", weeks_band="unknown", pgic=3, relief_weeks=4),
            _going("topical", weeks_band="ge26", pgic=3),
        ],
    }


def a_year_alone(today: date) -> Facts:
    """Of the start only the year is known."""
    return {
        "onset": {"precision": "year", "value": str(today.year - 1), "basis": "symptoms"},
        "treatments": [_had("nsaid", weeks_band="lt4"), _going("pt", weeks_band="12to26", pgic=3)],
        "overall_pgic": 3,
    }


def gap_between(today: date) -> Facts:
    """It went away for more than a year and came back; each episode has its treatments."""
    return {
        "onset": {"precision": "month", "value": f"{today.year - 5}-03", "basis": "symptoms"},
        "symptom_free_months": 12,
        "trend": "relapsed",
        "current_episode_onset": _day(add_months(today, -7)),
        "treatments": [
            _had("gabapentin", weeks_band="ge26", pgic=2, episode="previous", stop_reason="finished_course"),
            _had("pt", weeks_band="12to26", pgic=2, episode="previous"),
            _going("nsaid", weeks_band="12to26", pgic=4, episode="current"),
            _had("ot", weeks_band="lt4", pgic=5, episode="current", stop_reason="travel_access"),
            _had("topical", weeks_band="6to12", pgic=3, episode="unknown"),
        ],
        "overall_pgic": 4,
    }


def twenty_years(today: date) -> Facts:
    """Long ago, with short treatments."""
    return {
        "onset": _day(add_months(today, -243)),
        "treatments": [
            _had("nsaid", weeks_band="lt4", stop_reason="side_effects"),
            _had("pt", weeks_band="12to26", pgic=3),
            _going("gabapentin", weeks_band="ge26", pgic=4),
            _had("scs", weeks_band="ge26", pgic=2),
            _had("sympathetic_block", procedures_count=12, weeks_band="unknown", pgic=3, relief_weeks=1),
        ],
        "overall_pgic": 4,
    }


def one_week(today: date) -> Facts:
    """It began a week ago."""
    return {
        "onset": _day(today - timedelta(days=7)),
        "treatments": [
            _going("nsaid", weeks=0.5, weeks_band="unknown", pgic=4),
            _going("rest_ice_elevation", weeks=1, weeks_band="unknown", pgic=3),
        ],
        "overall_pgic": 4,
    }


def overlapping(today: date) -> Facts:
    """Everything at the same time, the visit tomorrow."""
    slugs = ("gabapentin", "nsaid", "pt", "ot", "mirror_therapy", "cbt", "topical")
    bands = ("ge26", "12to26", "12to26", "6to12", "6to12", "4to6", "lt4")
    treatments = [
        _going(slug, weeks_band=band, pgic=(4, 3, 3, 4, 2, 5, None)[at])
        for at, (slug, band) in enumerate(zip(slugs, bands, strict=True))
    ]
    return {"onset": _day(add_months(today, -9)), "treatments": treatments, "overall_pgic": 3}


def implants(today: date) -> Facts:
    """Devices in place, one of them for something else."""
    return {
        "onset": _day(add_months(today, -40)),
        "treatments": [_had("gabapentin", weeks_band="ge26"), _had("pt", weeks_band="12to26", pgic=3)],
        "implants": [
            {"kind": "scs", "for_crps": "yes"},
            {"kind": "intrathecal_pump", "for_crps": "unknown"},
            {"kind": "pacemaker_or_icd", "for_crps": "no"},
        ],
        "overall_pgic": 3,
    }


def all_bad(today: date) -> Facts:
    """Every treatment made it worse and was stopped."""
    slugs = ("gabapentin", "nsaid", "pt", "ot", "cbt", "topical", "sympathetic_block")
    treatments = [
        _had(slug, pgic=5 + at % 3, weeks_band=BANDS[at % 5], stop_reason=REASONS[at % 8])
        for at, slug in enumerate(slugs)
    ]
    return {"onset": _day(add_months(today, -11)), "treatments": treatments, "overall_pgic": 6}


def all_good(today: date) -> Facts:
    """Every treatment helped much."""
    treatments = [
        _going("gabapentin", weeks_band="12to26", pgic=1),
        _going("pt", weeks_band="12to26", pgic=2),
        _had("nsaid", weeks_band="6to12", pgic=2, stop_reason="finished_course"),
        _had("sympathetic_block", procedures_count=1, weeks_band="unknown", pgic=1, relief_weeks=12),
    ]
    return {"onset": _day(add_months(today, -5)), "treatments": treatments, "overall_pgic": 1}


def mixed(today: date) -> Facts:
    """Everything that a row can show, and a start known to the month."""
    month = add_months(today, -10)
    treatments = [
        _going("gabapentin", weeks=38, weeks_band="unknown", pgic=4),
        _had("nsaid", weeks=7, weeks_band="unknown", stop_reason="side_effects"),
        _had("pt", weeks_band="12to26", pgic=3, stop_reason="travel_access", adherence="most", flare="no"),
        _going("mirror_therapy", weeks_band="6to12", pgic=3, adherence="some"),
        _had("tca_low_dose", weeks_band="4to6", pgic=5, stop_reason="allergy"),
        _had("sympathetic_block", procedures_count=2, weeks_band="unknown", pgic=4, relief_weeks=0.5),
        _going("cbt", weeks_band="12to26", pgic=2, adherence="rarely"),
        _had("tens", weeks_band="lt4", pgic=None, stop_reason="other"),
        _had("ot", status="unsure", weeks_band="unknown", pgic=None, adherence="unknown"),
        _had("vitamin_c", status="planned"),
    ]
    value = month.isoformat()[:7]
    onset = {"precision": "month", "value": value, "basis": "symptoms"}
    return {"onset": onset, "treatments": treatments, "overall_pgic": 5}


HARD: Mapping[str, Callable[[date], Facts]] = {
    "none-tried": nothing_tried,
    "sixty": sixty_treatments,
    "unknown-dates": unknown_dates,
    "year-alone": a_year_alone,
    "gap": gap_between,
    "twenty-years": twenty_years,
    "one-week": one_week,
    "overlaps": overlapping,
    "implants": implants,
    "all-bad": all_bad,
    "all-good": all_good,
    "mixed-ongoing": mixed,
}
# Days from today to the visit; the others have none.
VISITS = {"none-tried": 3, "one-week": 0, "overlaps": 1, "gap": 12, "mixed-ongoing": 8, "twenty-years": 9}


def run_of(told: Facts, today: date) -> RunRow:
    """A run of the real rules over these facts, as it would be kept."""
    facts = parse_facts(
        {
            "schema_version": "1",
            "reference_date": today.isoformat(),
            "date_of_birth": "1961-05-02",
            "diagnosis_status": "confirmed",
            "symptoms_now": "yes",
            "nothing_tried": "no",
            "treatment_list": "complete",
            **told,
        }
    )
    outcome = evaluate(facts).as_json()
    at = datetime(today.year, today.month, today.day, 15, tzinfo=UTC)
    return RunRow(uuid4(), RULE_VERSION, "", "", facts.as_json(), outcome, {}, at)


def hard_story(name: str, today: date) -> Story:
    """One of the twelve, as if on this day."""
    days = VISITS.get(name)
    at = datetime(today.year, today.month, today.day, 16, tzinfo=UTC) + timedelta(days=days or 0)
    visit = None if days is None else cast(AppointmentCard, SimpleNamespace(start_at=at))
    return story_of(run_of(HARD[name](today), today), today=today, visit=visit)
