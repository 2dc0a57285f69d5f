"""Pages of setting up time: what is set up, forms with and without errors, effects, history, taking back."""

from collections.abc import Callable
from datetime import time

from playwright.sync_api import Page

from clinic.scheduling.queries.changes import changes
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules.setup import Kind
from tests.journeys.scene import Scene
from tests.journeys.staff_steps import CLINICIAN, MANAGER
from tests.journeys.state import State, Steps, send, sends_empty
from tests.support.cast import staff_actor

WHO, FORM = "manager", "form.setup-form"
BASE = "/staff/setup"
THURSDAY = 3
Where = Callable[[Scene], str]


def thing(kind: Kind, address: str, *, number: int = 0) -> Where:
    """The address of a page about the n-th thing of a kind."""

    def where(scene: Scene) -> str:
        with scene.app.app_context():
            return BASE + address.format(id=list(set_up().of(kind))[number])

    return where


def hours(tail: str = "", *, coming: bool = False) -> Where:
    """The address of a page about weekly hours: Dr. Fernwood's Thursday morning, or hours still to come."""

    def where(scene: Scene) -> str:
        with scene.app.app_context():
            sessions = set_up().of(Kind.SESSION)
            begins = {key: (one["first_day"], one["weekday"], one["opens"]) for key, one in sessions.items()}
            if coming:
                return f"{BASE}/sessions/{max(begins, key=lambda key: begins[key])}{tail}"
            ada = staff_actor(CLINICIAN).id
            own = [key for key, one in sessions.items() if one["clinician_id"] == ada]
            wanted = [key for key in own if begins[key][1:] == (THURSDAY, time(8))]
            return f"{BASE}/sessions/{wanted[0]}{tail}"

    return where


def week(tail: str = "") -> Where:
    """The address of a page about the week of Dr. Lark, who works at both places."""

    def where(scene: Scene) -> str:
        with scene.app.app_context():
            return f"{BASE}/hours/{staff_actor('silas.lark').id}{tail}"

    return where


def fills(**fields: str) -> Steps:
    """Type and choose; `day` stands for the three boxes of a date, as month/day."""

    def steps(page: Page, scene: Scene) -> None:
        for name, text in fields.items():
            fill(page, name, text)
        send(page, "[name=preview]")

    return steps


def fill(page: Page, name: str, text: str) -> None:
    """One control of the form, whatever it is."""
    if name.endswith("_day") or name == "day":
        month, day = text.split("/")
        for part, typed in (("month", month), ("day", day), ("year", "2026")):
            page.fill(f"[name={name}-{part}]", typed)
        return
    control = page.locator(f"main [name={name}]").first
    kind = control.evaluate("(one) => one.type")
    if kind in ("radio", "checkbox"):
        page.locator(f"main [name={name}][value='{text}']").check(force=True)
    elif kind == "select-one":
        control.select_option(label=text)
    else:
        control.fill(text)


CLOSES = fills(first_day="12/8", name="Water shut off", location_id="Auburn")


def goes_back(page: Page, scene: Scene) -> None:
    """From the effects to the form as it was filled in."""
    CLOSES(page, scene)
    send(page, "[name=back]")


def fills_all(page: Page, scene: Scene) -> None:
    """The first new time for every visit."""
    CLOSES(page, scene)
    send(page, "[name=fill]")


def finds_it_changed(page: Page, scene: Scene) -> None:
    """Somebody else has changed the place meanwhile."""
    page.locator("[name=seen]").evaluate("(one) => { one.value = 'of another time'; }")
    page.fill("[name=street]", "102 Quiet River Way")
    send(page, "[name=preview]")


def finds_effects_changed(page: Page, scene: Scene) -> None:
    """What the change would do is not what was shown."""
    CLOSES(page, scene)
    page.locator("[name=digest]").evaluate("(one) => { one.value = 'of another time'; }")
    send(page, "[name=make]")


def makes_a_change(page: Page, scene: Scene) -> None:
    """A change that hits nobody."""
    page.goto(f"{BASE}/reminders")
    value = page.locator("[name=hours_3]").input_value()
    page.fill("[name=hours_3]", "" if value else "2")
    send(page, "[name=preview]")
    send(page, "[name=make]")


def last_change(scene: Scene) -> str:
    """The page that takes the last change back."""
    with scene.app.app_context():
        line = changes(staff_actor(MANAGER)).lines[0]
        return f"{BASE}/changes/{line.id}/undo"


SETUP: tuple[State, ...] = (
    State("setup", "setup.overview", BASE, WHO),
    State("setup-done", "setup.overview", BASE, WHO, makes_a_change),
    State("setup-place-new", "setup.add_place", f"{BASE}/places/new", WHO),
    State("setup-place", "setup.place", thing(Kind.LOCATION, "/places/{id}"), WHO),
    State(
        "setup-place-empty", "setup.place", thing(Kind.LOCATION, "/places/{id}"), WHO, sends_empty(FORM), 422
    ),
    State(
        "setup-place-changed",
        "setup.place",
        thing(Kind.LOCATION, "/places/{id}"),
        WHO,
        finds_it_changed,
        409,
    ),
    State("setup-travel", "setup.travel", f"{BASE}/travel", WHO),
    State("setup-type-new", "setup.add_visit_type", f"{BASE}/visit-types/new", WHO),
    State("setup-type", "setup.visit_type", thing(Kind.VISIT_TYPE, "/visit-types/{id}"), WHO),
    State(
        "setup-type-empty",
        "setup.visit_type",
        thing(Kind.VISIT_TYPE, "/visit-types/{id}"),
        WHO,
        sends_empty(FORM),
        422,
    ),
    State(
        "setup-type-effects",
        "setup.visit_type",
        thing(Kind.VISIT_TYPE, "/visit-types/{id}"),
        WHO,
        fills(minutes="75", window_3="14"),
    ),
    State("setup-week", "setup.week", week(), WHO),
    State("setup-hours-new", "setup.add_hours", week("/new"), WHO),
    State("setup-hours-new-empty", "setup.add_hours", week("/new"), WHO, sends_empty(FORM), 422),
    State("setup-hours", "setup.hours", hours(), WHO),
    State(
        "setup-hours-error",
        "setup.hours",
        hours(),
        WHO,
        fills(opens="5 pm", closes="8:03", break_1_opens="12"),
        422,
    ),
    State("setup-hours-effects", "setup.hours", hours(), WHO, fills(first_day="12/3", closes="10")),
    State("setup-end", "setup.end_hours", hours("/end"), WHO),
    State("setup-end-empty", "setup.end_hours", hours("/end"), WHO, sends_empty(FORM), 422),
    State("setup-hours-remove", "setup.remove_hours", hours("/remove", coming=True), WHO),
    State("setup-exception-new", "setup.add_exception", f"{BASE}/exceptions/new", WHO),
    State(
        "setup-exception-empty",
        "setup.add_exception",
        f"{BASE}/exceptions/new",
        WHO,
        sends_empty(FORM),
        422,
    ),
    State("setup-exception", "setup.exception", thing(Kind.DATED_HOURS, "/exceptions/{id}"), WHO),
    State(
        "setup-exception-remove",
        "setup.remove_exception",
        thing(Kind.DATED_HOURS, "/exceptions/{id}/remove"),
        WHO,
    ),
    State("setup-closure-new", "setup.add_closure", f"{BASE}/closures/new", WHO),
    State("setup-closure-empty", "setup.add_closure", f"{BASE}/closures/new", WHO, sends_empty(FORM), 422),
    State("setup-closure-back", "setup.add_closure", f"{BASE}/closures/new", WHO, goes_back),
    State("setup-effects", "setup.add_closure", f"{BASE}/closures/new", WHO, CLOSES),
    State("setup-effects-filled", "setup.add_closure", f"{BASE}/closures/new", WHO, fills_all),
    State(
        "setup-effects-changed", "setup.add_closure", f"{BASE}/closures/new", WHO, finds_effects_changed, 409
    ),
    State("setup-closure", "setup.closure", thing(Kind.CLOSURE, "/closures/{id}"), WHO),
    State("setup-closure-remove", "setup.remove_closure", thing(Kind.CLOSURE, "/closures/{id}/remove"), WHO),
    State("setup-holidays", "setup.holidays", f"{BASE}/holidays", WHO),
    State("setup-reminders", "setup.reminders", f"{BASE}/reminders", WHO),
    State("setup-reminders-empty", "setup.reminders", f"{BASE}/reminders", WHO, sends_empty(FORM), 422),
    State("setup-changes", "setup.changes", f"{BASE}/changes", WHO),
    State("setup-undo", "setup.undo", last_change, WHO),
)
