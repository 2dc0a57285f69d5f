"""“Why not this time?” with every kind of answer, and a visit that was squeezed in."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page
from sqlalchemy import select

from clinic.kernel.clock import CENTRAL
from clinic.platform.extensions import db
from clinic.scheduling.models import Appointment
from tests.journeys.scene import Scene
from tests.journeys.state import State, send, sends_empty

PAGE = "frontdesk.why_not"


def about(state: str, *, hours: int = 0, subject: str = "") -> Callable[[Scene], str]:
    """Ask about the time of a visit in this state, so many hours later, for nobody, somebody or itself."""

    def address(scene: Scene) -> str:
        with scene.app.app_context():
            rows = db.session.scalars(select(Appointment).order_by(Appointment.start_at.desc()))
            row = next(row for row in rows if row.state.value == state)
            local = row.start_at.astimezone(CENTRAL) + timedelta(hours=hours)
            whom = {"": "", "visit": f"&visit={row.id}"}.get(
                subject, f"&reference={scene.someone('caller', 'no_visit').reference}" if subject else ""
            )
            return (
                f"/staff/why-not?type={row.visit_type_id.hex}&clinician={row.clinician_id.hex}"
                f"&place={row.location_id.hex}&date={local.date()}&time={local:%H:%M}{whom}"
            )

    return address


def moves_anyway(page: Page, scene: Scene) -> None:
    """Squeeze the visit in and look at it."""
    page.fill("[name=reason]", "Her ride leaves early, and Dr. Rivers agreed to stay.")
    send(page, ".why-any button")


WHY_NOT: tuple[State, ...] = (
    State("why-not", PAGE, "/staff/why-not", "desk"),
    State("why-not-wrong", PAGE, "/staff/why-not?date=x&time=25:99", "desk", status=422),
    State("why-not-booked", PAGE, about("booked"), "desk"),
    State("why-not-for-somebody", PAGE, about("booked", subject="caller"), "desk"),
    State(
        "why-not-no-reason",
        PAGE,
        about("booked", subject="caller"),
        "desk",
        sends_empty(".why-any"),
        422,
    ),
    State("why-not-night", PAGE, about("booked", hours=9), "desk"),
    State("why-not-open", PAGE, about("booked", subject="visit"), "desk"),
    State(
        "visit-squeezed-in",
        "frontdesk.visit",
        about("booked", hours=9, subject="visit"),
        "desk",
        moves_anyway,
    ),
)
