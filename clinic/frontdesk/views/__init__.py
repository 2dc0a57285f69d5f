"""The pages of the front desk."""

from clinic.frontdesk.views import caller, calls, day, messages, times
from clinic.frontdesk.views.blueprint import pages

__all__ = ["caller", "calls", "day", "messages", "pages", "times"]
