"""The pages of referrals: for the patient, for clinicians."""

from clinic.referrals.views import safety, staff, status, times, visit
from clinic.referrals.views.blueprint import pages

__all__ = ["pages", "safety", "staff", "status", "times", "visit"]
