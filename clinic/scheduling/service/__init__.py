"""Use cases of scheduling: take a time, change what was taken, set up where and when people are seen."""

from clinic.scheduling.service.changing import (
    arrive,
    cancel,
    complete,
    confirm,
    confirm_attendance,
    confirm_request,
    expire_due,
    extend,
    mark_no_show,
    release,
    request_held,
    start,
)
from clinic.scheduling.service.moving import move
from clinic.scheduling.service.placing import book, hold, request
from clinic.scheduling.service.setting_up import (
    NewLocation,
    NewVisitType,
    add_closure,
    add_location,
    add_room,
    add_session,
    add_travel_time,
    add_visit_type,
    set_reminders,
)
from clinic.scheduling.service.sweeping import sweep_cells
from clinic.scheduling.service.undoing import undo

__all__ = [
    "NewLocation",
    "NewVisitType",
    "add_closure",
    "add_location",
    "add_room",
    "add_session",
    "add_travel_time",
    "add_visit_type",
    "arrive",
    "book",
    "cancel",
    "complete",
    "confirm",
    "confirm_attendance",
    "confirm_request",
    "expire_due",
    "extend",
    "hold",
    "mark_no_show",
    "move",
    "release",
    "request",
    "request_held",
    "set_reminders",
    "start",
    "sweep_cells",
    "undo",
]
