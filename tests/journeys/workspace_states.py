"""Pages of the workspace: asked back, answered, withdrawn, seen; and what the patient is asked."""

from playwright.sync_api import Page

from tests.journeys.scene import Scene
from tests.journeys.state import State, referral, send, sends_empty

ASKED, DECIDE = "needs_information", "referrals.referral"
QUESTION = "/visit/questions/tried-12"


def step(name: str, *standing: str) -> State:
    """The page of a step of somebody's referral."""
    address = referral(*standing)
    return State(
        f"{name}-{standing[0]}", f"referrals.{name}", lambda scene: f"{address(scene)}/{name}", "clinician"
    )


def answers_the_question(page: Page, scene: Scene) -> None:
    """The only question is answered; the answer is read back before it is sent."""
    page.locator("[name=overall_change][value=no_change]").check(force=True)
    send(page, "main .acts button")


def starts_from_a_template(page: Page, scene: Scene) -> None:
    """Words to the patient to start from."""
    page.locator(".dec details").first.evaluate("(one) => { one.open = true; }")
    page.select_option("[name=template]", "worse")
    send(page, "[name=fill]")


WORKSPACE: tuple[State, ...] = (
    State("numbers", "referrals.numbers", "/staff/numbers", "manager"),
    State("numbers-of-a-month", "referrals.numbers", "/staff/numbers?days=30", "clinician"),
    State("referral-asked", DECIDE, referral(ASKED), "clinician"),
    State("referral-answered", DECIDE, referral("answered"), "clinician"),
    State("referral-withdrawn", DECIDE, referral("withdrawn"), "clinician"),
    State("referral-closed", DECIDE, referral("closed"), "clinician"),
    State(
        "referral-template",
        DECIDE,
        referral("undecided", "phases_1"),
        "clinician",
        starts_from_a_template,
    ),
    step("ask", "undecided", "phases_23"),
    step("ask", "caller"),
    step("withdraw", "undecided", "phases_1"),
    step("outcome", "closed"),
    step("outcome", "undecided", "no_visit"),
    State(
        "ask-empty",
        "referrals.ask",
        lambda scene: f"{referral('undecided', 'phases_1')(scene)}/ask",
        "clinician",
        sends_empty("form.asks"),
        422,
    ),
    State(
        "withdraw-empty",
        "referrals.withdraw",
        lambda scene: f"{referral('undecided', 'phases_1')(scene)}/withdraw",
        "clinician",
        sends_empty(".sw form"),
        422,
    ),
    State(
        "outcome-empty",
        "referrals.outcome",
        lambda scene: f"{referral('closed')(scene)}/outcome",
        "clinician",
        sends_empty(".sw form"),
        422,
    ),
    State("visit-asked", "referrals.visit_home", "/visit", f"patient:{ASKED}"),
    State("questions", "referrals.questions", "/visit/questions", f"patient:{ASKED}"),
    State("question", "referrals.question", QUESTION, f"patient:{ASKED}"),
    State("question-empty", "referrals.question", QUESTION, f"patient:{ASKED}", sends_empty(), 422),
    State("questions-done", "referrals.question", QUESTION, f"patient:{ASKED}", answers_the_question),
    State("visit-help-now", "referrals.help_now", "/visit/help-now", "patient:urgent,sent"),
)
