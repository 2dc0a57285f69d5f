"""What the worker does beside mail: replays of drafts, and now and then tidying of what is over."""

from datetime import datetime

from flask import Flask

from clinic.intake.service import expire_drafts
from clinic.notifications.registry import periodic
from clinic.platform.limits import sweep_limits
from clinic.platform.sessions import sweep_sessions
from clinic.platform.transaction import transaction
from clinic.referrals.service import call_about_empty_windows, call_the_silent
from clinic.referrals.service.replaying import replay_drafts
from clinic.scheduling.service import sweep_cells

HOURLY = 3600.0
REPLAY_EVERY = 1.0


def set_up(app: Flask) -> None:
    """Hand the sweeps to the worker."""
    periodic(app, "sessions-and-limits", HOURLY, sweep)
    periodic(app, "drafts", HOURLY, expire_drafts)
    periodic(app, "unanswered", HOURLY, call_the_silent)
    periodic(app, "empty-windows", HOURLY, call_about_empty_windows)
    periodic(app, "cells", HOURLY, sweep_cells)
    periodic(app, "replay", REPLAY_EVERY, replay_drafts)


@transaction()
def sweep(now: datetime) -> None:
    """Delete sessions and counters whose time is over."""
    sweep_sessions(now)
    sweep_limits(now)
