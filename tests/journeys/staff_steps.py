"""What clinicians and the front desk do."""

from clinic.web.demo import PASSWORD
from tests.journeys.person import Person

CLINICIAN, DESK, MANAGER = "ada.fernwood", "desk.birmingham", "manager"


def given_somebody_signed_in(person: Person, who: str) -> Person:
    """A member of the demo staff, through the sign-in page."""
    person.opens("/staff/sign-in")
    person.types("email", f"{who}@example.com")
    person.types("password", PASSWORD)
    person.presses("Sign in", within="main")
    return person


def when_the_clinician_opens(clinician: Person, name: str) -> None:
    """Find somebody on the worklist, page by page, and open the referral."""
    clinician.follows("Worklist")
    for _ in range(9):
        if clinician.page.get_by_role("link", name=name, exact=True).count():
            break
        clinician.follows("Show the next ones")
    clinician.follows(name, within="tbody")


def when_the_clinician_decides(clinician: Person, phase: str) -> None:
    """Choose a phase, whatever the rules suggest, with a reason, and go to the next item."""
    clinician.chooses("choice", phase)
    if not clinician.page.locator("[name=reason]").is_visible():
        clinician.reach(clinician.page.locator(".dec summary"))
        clinician.page.keyboard.press("Enter")
    clinician.selects("reason", "spoke_with_patient")
    clinician.types("sentence", "We talked about it on the phone.")
    clinician.types("words", "Bring your list of questions.")
    clinician.presses("Decide, next")


def when_the_desk_finds_the_visit(desk: Person, name: str) -> None:
    """The list of coming visits, two weeks at a time, and the visit in it."""
    desk.follows("Coming visits")
    for _ in range(6):
        if desk.page.get_by_role("link", name=name, exact=True).count():
            break
        desk.follows("Two weeks later")
    desk.follows(name, within="tbody")


def when_the_desk_checks_somebody_in(desk: Person) -> None:
    """The first person of today's board who is awaited; the board then says so."""
    desk.follows("Today")
    row = desk.page.locator("tbody tr", has=desk.page.get_by_role("button", name="Arrived"))
    name = row.first.locator("th a").inner_text()
    desk.presses(f"Arrived {name}")
    status = desk.page.locator("tbody tr", has=desk.page.get_by_role("link", name=name, exact=True))
    assert "Arrived" in status.locator("td").nth(1).inner_text()


def when_the_desk_books_a_caller(desk: Person, last_name: str) -> None:
    """Everything on one page, while the person is on the phone."""
    when_the_desk_types_in_a_caller(desk, last_name)
    desk.presses("Book", within="main .acts")


def when_the_desk_types_in_a_caller(desk: Person, last_name: str) -> None:
    """The page is filled in, and the first time is chosen."""
    desk.follows("Today")
    desk.follows("Book a caller")
    told = {
        "first_name": "Ivy",
        "last_name": last_name,
        "born-month": "Sept",
        "born-day": "27",
        "born-year": "1967",
        "phone": "205.555.0133",
        "email": f"{last_name}@example.com".lower(),
    }
    for name, text in told.items():
        desk.types(name, text)
    desk.chooses("voicemail", "yes")
    desk.selects("reason", "first_visit")
    for question in ("physical", "thoughts", "danger"):
        desk.chooses(question, "no")
    value = desk.page.locator("input[name=slot]").first.get_attribute("value")
    desk.chooses("slot", str(value))
