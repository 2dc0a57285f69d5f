"""Pages of the front desk: the day, the calendar, visits, callers, calls."""

from playwright.sync_api import Page

from tests.journeys.scene import Scene
from tests.journeys.state import State, send, sends_empty


def chooses_a_free_cell(page: Page, scene: Scene) -> None:
    """The first free time of tomorrow's calendar."""
    with page.expect_navigation():
        page.locator(".dd-h .grp2 a").last.click()
    with page.expect_navigation():
        page.locator("td a.free").first.click()


def books_a_caller_there(page: Page, scene: Scene) -> None:
    """From the free time to a caller."""
    chooses_a_free_cell(page, scene)
    with page.expect_navigation():
        page.locator("main a.btn").first.click()


def tells_of_a_sign(page: Page, scene: Scene) -> None:
    """A caller with trouble breathing."""
    told = {
        "first_name": "Ulla",
        "last_name": "Mockwell",
        "born-month": "9",
        "born-day": "27",
        "born-year": "1967",
    }
    for name, text in {**told, "phone": "205-555-0134"}.items():
        page.fill(f"[name={name}]", text)
    for name, value in (("voicemail", "yes"), ("physical", "yes"), ("thoughts", "now"), ("danger", "no")):
        page.locator(f"[name={name}][value={value}]").check(force=True)
    page.select_option("[name=reason]", "first_visit")
    page.select_option("[name=which]", "RF-PE")
    page.locator("[name=slot][value=none]").check(force=True)
    send(page)


DESK: tuple[State, ...] = (
    State("today", "frontdesk.today", "/staff/today", "desk"),
    State("today-nobody", "frontdesk.today", "/staff/today?day=2026-12-06", "desk"),
    State("calendar", "frontdesk.calendar", "/staff/calendar", "desk"),
    State("calendar-week", "frontdesk.calendar", "/staff/calendar?view=week", "clinician"),
    State("calendar-nobody", "frontdesk.calendar", "/staff/calendar?day=2030-12-07", "desk"),
    State("calendar-book", "frontdesk.calendar_book", "/staff/calendar", "desk", chooses_a_free_cell),
    State("caller-from-calendar", "frontdesk.caller", "/staff/calendar", "desk", books_a_caller_there),
    State("coming", "frontdesk.coming", "/staff/coming", "desk"),
    State("visit-of-desk", "frontdesk.visit", lambda scene: scene.visit("booked"), "desk"),
    State("visit-of-desk-requested", "frontdesk.visit", lambda scene: scene.visit("requested"), "desk"),
    State("visit-of-desk-done", "frontdesk.visit", lambda scene: scene.visit("completed"), "desk"),
    State("move", "frontdesk.move", lambda scene: scene.visit("requested") + "/move", "desk"),
    State(
        "move-empty",
        "frontdesk.move",
        lambda scene: scene.visit("requested") + "/move",
        "desk",
        sends_empty(),
        422,
    ),
    State("caller", "frontdesk.caller", "/staff/caller", "desk"),
    State("caller-empty", "frontdesk.caller", "/staff/caller", "desk", sends_empty(), 422),
    State("caller-urgent", "frontdesk.caller_urgent", "/staff/caller", "desk", tells_of_a_sign),
    State("unbooked", "frontdesk.unbooked", "/staff/unbooked", "desk"),
    State(
        "choose-time",
        "frontdesk.choose_time",
        lambda scene: f"/staff/unbooked/{scene.someone('caller').reference}",
        "desk",
    ),
    State(
        "choose-time-empty",
        "frontdesk.choose_time",
        lambda scene: f"/staff/unbooked/{scene.someone('caller').reference}",
        "desk",
        sends_empty(),
        422,
    ),
    State("calls", "frontdesk.calls", "/staff/calls", "desk"),
    State("call", "frontdesk.call", lambda scene: scene.call(clinical=False), "desk"),
)
