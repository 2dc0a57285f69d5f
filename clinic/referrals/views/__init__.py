"""The pages of referrals: for the patient, for clinicians."""

from clinic.referrals.views import (
    asked,
    assigning,
    chart,
    coming,
    numbers,
    office,
    overrides,
    safety,
    schedule,
    staff,
    status,
    steps,
    times,
    visit,
    worklist,
)
from clinic.referrals.views.blueprint import pages

__all__ = [
    "asked",
    "assigning",
    "chart",
    "coming",
    "numbers",
    "office",
    "overrides",
    "pages",
    "safety",
    "schedule",
    "staff",
    "status",
    "steps",
    "times",
    "visit",
    "worklist",
]
