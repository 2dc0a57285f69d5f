"""The clock of the journeys: it runs, and it began on a Tuesday morning, with the clinic in full swing."""

import os
from datetime import UTC, datetime

from clinic.kernel.clock import utc_now

START = datetime(2026, 12, 1, 16, 20, tzinfo=UTC)  # Tuesday, 10:20 a.m. Central Time
BEGAN = "JOURNEYS_BEGAN"
"""Names the instant of the real clock at which `START` was; the same for every process of an installation."""


def clock() -> datetime:
    """What the clocks of this installation show now."""
    return START + (utc_now() - datetime.fromtimestamp(float(os.environ[BEGAN]), UTC))
