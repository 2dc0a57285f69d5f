"""Pages around paper and the day: the referring office, the letter to it, a clinician's own visits."""

from playwright.sync_api import Page

from tests.journeys.scene import Scene
from tests.journeys.state import State, referral, send, sends_empty

OFFICE, LETTER, SCHEDULE = "referrals.office", "referrals.letter", "referrals.schedule"


def under(address: str, *standing: str) -> State:
    """A page below somebody's referral, for clinicians."""
    known = referral(*standing)
    return State(
        f"office-letter-{standing[0]}", LETTER, lambda scene: f"{known(scene)}/{address}", "clinician"
    )


def office(scene: Scene) -> str:
    """The office of a caller, where none is typed yet."""
    return f"/staff/referrals/{scene.someone('caller').reference}/office"


def types_a_wrong_number(page: Page, scene: Scene) -> None:
    """A fax number with too few digits."""
    page.fill("[name=name]", "Pine Street Family Care")
    page.fill("[name=fax]", "555")
    send(page)


def types_over_a_colleague(page: Page, scene: Scene) -> None:
    """Somebody else has typed the office meanwhile."""
    page.locator("main form [name=version]").evaluate("(one) => { one.value = '9'; }")
    page.fill("[name=name]", "Oak Clinic")
    send(page)


PAPER: tuple[State, ...] = (
    State("schedule", SCHEDULE, "/staff/schedule", "clinician"),
    State("schedule-nobody", SCHEDULE, "/staff/schedule?day=2026-12-06", "clinician"),
    State("schedule-mistyped", SCHEDULE, "/staff/schedule?day=tomorrow", "clinician"),
    State("office", OFFICE, office, "desk"),
    State("office-of-clinician", OFFICE, office, "clinician"),
    State("office-empty", OFFICE, office, "desk", sends_empty(), 422),
    State("office-wrong", OFFICE, office, "desk", types_a_wrong_number, 422),
    State(
        "office-stale",
        OFFICE,
        lambda scene: f"{referral('office')(scene)}/office",
        "desk",
        types_over_a_colleague,
        409,
    ),
    under("letter", "office", "decided"),
    under("letter", "undecided", "sent"),
    under("letter", "not_for_this_clinic"),
)
