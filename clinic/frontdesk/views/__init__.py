"""The pages of the front desk."""

from clinic.frontdesk.views import calendar, caller, calls, day, messages, times, why_not
from clinic.frontdesk.views.blueprint import pages

__all__ = ["calendar", "caller", "calls", "day", "messages", "pages", "times", "why_not"]
