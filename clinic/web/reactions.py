"""What a lower slice makes a higher one do, registered here once: never a signal, never an import upwards."""

from flask import Flask

from clinic.referrals.messages import manage_address
from clinic.referrals.service import react_to_resolved_safety
from clinic.safety.registry import when_safety_resolved
from clinic.scheduling.registry import manage_pages


def set_up(app: Flask) -> None:
    """A resolved safety call evaluates the referral again; mail about a visit links to the patient's page."""
    when_safety_resolved(app, react_to_resolved_safety)
    manage_pages(app, manage_address)
