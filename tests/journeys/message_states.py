"""Pages about messages: what a reminder leads to, and what the desk sees of them."""

from playwright.sync_api import Page
from sqlalchemy import select

from clinic.platform.extensions import db
from clinic.safety.models import CallBack
from clinic.safety.rules import CallBackKind, CallBackState
from tests.journeys.scene import Scene
from tests.journeys.state import State, send

COMING, LEDGER = "/visit/coming", "frontdesk.messages"


def says_yes(page: Page, scene: Scene) -> None:
    """Unless it was said before."""
    if page.locator("#will-you-come").count():
        send(page)


def calls_instead(page: Page, scene: Scene) -> None:
    """Somebody was called; the list shows by whom."""
    send(page, "form[action$='/called'] button")
    page.goto("/staff/messages?show=called")


def call_about_a_message(scene: Scene) -> str:
    """The call-back about a message that could not be sent."""
    scene.message_that_nobody_knows()
    with scene.app.app_context():
        chosen = select(CallBack.id).where(
            CallBack.kind == CallBackKind.MESSAGE_FAILED, CallBack.state != CallBackState.RESOLVED
        )
        return f"/staff/calls/{db.session.scalars(chosen).first()}"


def failed(scene: Scene) -> str:
    """The list of what was not sent, with a message in it."""
    return scene.message_that_nobody_knows()


MESSAGES: tuple[State, ...] = (
    State("will-you-come", "referrals.will_you_come", COMING, "patient:undecided,booked"),
    State("will-you-come-said", "referrals.will_you_come", COMING, "patient:phase_three,booked", says_yes),
    State("will-you-come-requested", "referrals.will_you_come", COMING, "patient:undecided,requested"),
    State("will-you-come-nothing", "referrals.will_you_come", COMING, "sent"),
    State("messages", LEDGER, failed, "desk"),
    State("messages-waiting", LEDGER, "/staff/messages?show=waiting", "desk"),
    State("messages-sent", LEDGER, "/staff/messages?show=sent", "desk"),
    State("messages-called", LEDGER, failed, "desk", calls_instead),
    State("messages-none", LEDGER, "/staff/messages?show=not-needed", "desk"),
    State("call-about-a-message", "frontdesk.call", call_about_a_message, "desk"),
)
