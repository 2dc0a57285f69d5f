"""Reads of scheduling: open times, appointments, places, and the checks of `flask doctor`."""

from clinic.scheduling.queries.appointments import (
    ON_THE_DAY,
    AppointmentCard,
    AppointmentRow,
    LocationCard,
    appointment_by_key,
    appointment_card,
    appointment_row,
    appointments_of,
    coming_appointments,
    day_appointments,
    expired_holds,
    holds_to_drop,
    locations,
    next_appointment,
    place_names,
)
from clinic.scheduling.queries.coming import (
    appointment_cards,
    coming_rows,
    patients_busy,
    run_out_holds,
    visits_around,
)
from clinic.scheduling.queries.doctor import doctor_checks
from clinic.scheduling.queries.glance import is_taken_by_others
from clinic.scheduling.queries.history import HistoryLine, history, last_step, last_steps
from clinic.scheduling.queries.horizon import supply
from clinic.scheduling.queries.overrides import Override, overrides
from clinic.scheduling.queries.reminders import loud_from, reminder_terms
from clinic.scheduling.queries.times import nearest_times, open_times
from clinic.scheduling.queries.visit_types import (
    VisitTerms,
    visit_terms,
    visit_type_among,
    visit_type_for,
    visit_types,
)
from clinic.scheduling.queries.why_not import WhyNot, why_not

__all__ = [
    "ON_THE_DAY",
    "AppointmentCard",
    "AppointmentRow",
    "HistoryLine",
    "LocationCard",
    "Override",
    "VisitTerms",
    "WhyNot",
    "appointment_by_key",
    "appointment_card",
    "appointment_cards",
    "appointment_row",
    "appointments_of",
    "coming_appointments",
    "coming_rows",
    "day_appointments",
    "doctor_checks",
    "expired_holds",
    "history",
    "holds_to_drop",
    "is_taken_by_others",
    "last_step",
    "last_steps",
    "locations",
    "loud_from",
    "nearest_times",
    "next_appointment",
    "open_times",
    "overrides",
    "patients_busy",
    "place_names",
    "reminder_terms",
    "run_out_holds",
    "supply",
    "visit_terms",
    "visit_type_among",
    "visit_type_for",
    "visit_types",
    "visits_around",
    "why_not",
]
