"""Pages about messages: what a reminder leads to, and what the desk sees of them."""

from playwright.sync_api import Page

from tests.journeys.scene import Scene
from tests.journeys.state import State, send

COMING = "/visit/coming"


def says_yes(page: Page, scene: Scene) -> None:
    """Unless it was said before."""
    if page.locator("#will-you-come").count():
        send(page)


MESSAGES: tuple[State, ...] = (
    State("will-you-come", "referrals.will_you_come", COMING, "patient:undecided,booked"),
    State("will-you-come-said", "referrals.will_you_come", COMING, "patient:phase_three,booked", says_yes),
    State("will-you-come-requested", "referrals.will_you_come", COMING, "patient:undecided,requested"),
    State("will-you-come-nothing", "referrals.will_you_come", COMING, "sent"),
)
