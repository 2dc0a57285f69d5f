"""The product as it is, on the clock of the journeys, and two addresses at which something breaks."""

from clinic import create_app
from clinic.platform.access import public
from clinic.web.errors import page
from tests.journeys.clock import clock

app = create_app(clock=clock)


@app.get("/broken")
@public
def broken() -> str:
    """A defect of ours."""
    raise ZeroDivisionError


app.add_url_rule("/busy", "busy", public(lambda: page(503)))
