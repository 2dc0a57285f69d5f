"""Tables of scheduling: what is set up, and what was taken."""

from clinic.scheduling.models.appointment import (
    HAS_TIME_STATES,
    LIVE_STATES,
    Appointment,
    AppointmentEvent,
    AppointmentOverride,
    OccupiedCell,
)
from clinic.scheduling.models.setting import (
    ClinicianSession,
    Closure,
    DatedHours,
    Location,
    ReminderPolicy,
    Resource,
    Room,
    SessionBreak,
    SessionVisitType,
    SetupChange,
    TravelTime,
    VisitType,
    VisitTypeClinician,
)

__all__ = [
    "HAS_TIME_STATES",
    "LIVE_STATES",
    "Appointment",
    "AppointmentEvent",
    "AppointmentOverride",
    "ClinicianSession",
    "Closure",
    "DatedHours",
    "Location",
    "OccupiedCell",
    "ReminderPolicy",
    "Resource",
    "Room",
    "SessionBreak",
    "SessionVisitType",
    "SetupChange",
    "TravelTime",
    "VisitType",
    "VisitTypeClinician",
]
