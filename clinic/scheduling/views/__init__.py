"""Pages of setting up time, for whoever runs the house."""

from clinic.scheduling.views import days, hours, overview, places, reminders, visit_types
from clinic.scheduling.views.blueprint import pages

__all__ = ["days", "hours", "overview", "pages", "places", "reminders", "visit_types"]
