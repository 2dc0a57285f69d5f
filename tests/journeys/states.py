"""The one list of what can be seen: every page, in the situations that change it, and what goes wrong on it.

axe walks it, `make shots` takes its pictures, and a page without a state fails a test.
"""

from playwright.sync_api import Page

from clinic.intake.questionnaire import current
from clinic.triage.rules import RuleSettings
from tests.journeys.desk_states import DESK
from tests.journeys.message_states import MESSAGES
from tests.journeys.paper_states import PAPER
from tests.journeys.scene import Scene
from tests.journeys.setup_states import SETUP
from tests.journeys.state import State, Steps, referral, send, sends_empty
from tests.journeys.why_states import WHY_NOT
from tests.journeys.workspace_states import WORKSPACE


def chooses(number: int, button: str = "main .acts button") -> Steps:
    """Choose the n-th time and send the form."""

    def steps(page: Page, scene: Scene) -> None:
        choose_time(page, number)
        send(page, button)

    return steps


def choose_time(page: Page, number: int) -> str:
    """Choose the n-th time of the page; returns its value."""
    radio = page.locator("input[name=slot]").nth(number)
    radio.check(force=True)
    return str(radio.get_attribute("value"))


def signs_in_wrongly(page: Page, scene: Scene) -> None:
    """A wrong password."""
    page.fill("[name=email]", "nobody@example.com")
    page.fill("[name=password]", "not the password")
    send(page)


def gives_a_wrong_birth_date(page: Page, scene: Scene) -> None:
    """A date that is not theirs."""
    for part, text in (("month", "1"), ("day", "2"), ("year", "1950")):
        page.fill(f"main [name$=-{part}]", text)
    send(page)


def holds_a_time(page: Page, scene: Scene) -> None:
    """Unless one is held from before."""
    if "/visit/confirm" not in page.url:
        page.goto("/visit/times")
        choose_time(page, 1)
        send(page)


def loses_the_time(page: Page, scene: Scene) -> None:
    """Somebody else holds it meanwhile."""
    value = choose_time(page, 2)
    with scene.wire("rival") as rival:
        rival.get("/visit/times")
        rival.post("/visit/times", {"slot": value, "key": rival.first('name="key" value="([^"]+)"')})
    send(page)


def finds_nothing_open(page: Page, scene: Scene) -> None:
    """For as long as it takes to load the page, people may book for today alone."""
    with scene.booking_for_today_alone():
        page.reload()


def asks_too_often(page: Page, scene: Scene) -> None:
    """More tries than anybody needs."""
    with scene.wire() as wire:
        for _ in range(25):
            wire.get("/go/nothing")
            if wire.status == 429:
                break
    for _ in range(25):
        answer = page.goto("/go/nothing")
        if answer is not None and answer.status == 429:
            return


def sends_an_old_form(page: Page, scene: Scene) -> None:
    """The session of the form is over."""
    page.context.clear_cookies()
    send(page)


def resolves_without_an_outcome(page: Page, scene: Scene) -> None:
    """Take the call, note that the person was reached, then forget to say how it ended."""
    if page.locator("form[action$=acknowledge]").count():
        send(page, "form[action$=acknowledge] button")
    if not page.locator("form[action$=resolve]").count():
        page.locator("form[action$=contact] textarea").fill("Spoke with them.")
        send(page, "form[action$=contact] button")
    sends_empty("form[action$=resolve]")(page, scene)


def decides_on_an_old_screen(page: Page, scene: Scene) -> None:
    """Somebody else has decided meanwhile."""
    page.locator(".dec [name=version]").evaluate("(one) => { one.value = '0'; }")
    page.locator(".dec [name=choice]").first.check(force=True)
    send(page, ".dec .go.last button:not([name])")


def shows_the_keys(page: Page, scene: Scene) -> None:
    """The list of shortcuts over the page."""
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()


def ticks_nothing(page: Page, scene: Scene) -> None:
    """Takes rows without having ticked one."""
    send(page, "#hand [name=take]")


def question_page(slug: str) -> State:
    """A page of the questionnaire as somebody sees it who has answered all of it."""
    who = "full-rare" if slug in RARELY_ASKED else "full"
    return State(f"page-{slug}", "intake.page", lambda scene: page_of(scene, who, slug), who)


def page_of(scene: Scene, who: str, slug: str) -> str:
    """The address of a question page; of a page that is asked for each treatment, the first treatment's."""
    with scene.wire(who) as wire:
        wire.get(f"/intake/page/{slug}")
        if wire.status == 200 and wire.path == f"/intake/page/{slug}":
            return wire.path
        wire.get("/intake/check")
        return wire.first(f'href="(/intake/page/{slug}/[^"?]+)')


FIRST_HASH = RuleSettings().config_hash
RARELY_ASKED = ("story-4", "story-8", "tried-11", "visit-3")
HOME = "home.index"
STATES: tuple[State, ...] = (
    State("home", HOME, "/"),
    State("privacy", "home.privacy", "/privacy"),
    State("accessibility", "home.accessibility", "/accessibility"),
    State("start", "intake.start", "/intake/start"),
    State("start-again", "intake.start", "/intake/start", "begun"),
    State("tasks-begun", "intake.resume", "/intake", "begun"),
    State("tasks-done", "intake.resume", "/intake", "full"),
    State("later", "intake.later", "/intake/later", "begun"),
    State("away", "intake.birth_date", "/intake/birth-date", "away"),
    State("away-error", "intake.birth_date", "/intake/birth-date", "away", gives_a_wrong_birth_date, 422),
    State("locked-out", "intake.birth_date", "/intake/birth-date", "locked-out"),
    *(question_page(page.slug) for page in current().pages()),
    State("page-you-error", "intake.page", "/intake/page/you", "begun", sends_empty(), 422),
    State("page-reach-you-error", "intake.page", "/intake/page/reach-you", "begun", sends_empty(), 422),
    State("page-today-1-error", "intake.page", "/intake/page/today-1", "full", sends_empty(), 422),
    State("page-today-4-error", "intake.page", "/intake/page/today-4", "full", sends_empty(), 422),
    State("page-after-urgent", "intake.page", "/intake/page/you", "urgent-checked"),
    State("check", "intake.check", "/intake/check", "full"),
    State("check-urgent", "intake.check", "/intake/check", "urgent-checked"),
    State("urgent-911", "intake.safety_card", "/intake/help-now", "urgent-911"),
    State("urgent-988", "intake.safety_card", "/intake/help-now", "urgent-988"),
    State("urgent-today", "intake.safety_card", "/intake/help-now", "urgent-today"),
    State("received", "referrals.received", "/visit/received", "sent"),
    State("received-urgent", "referrals.received", "/visit/received", "sent-urgent"),
    State("received-today", "referrals.received", "/visit/received", "sent-today"),
    State("visit-waiting", "referrals.visit_home", "/visit", "sent"),
    State("visit-urgent", "referrals.visit_home", "/visit", "sent-urgent"),
    State("visit-booked", "referrals.visit_home", "/visit", "patient:undecided,booked"),
    State("visit-requested", "referrals.visit_home", "/visit", "patient:undecided,requested"),
    State("visit-phase-one", "referrals.visit_home", "/visit", "patient:phase_one,no_visit"),
    State("visit-phase-two", "referrals.visit_home", "/visit", "patient:phase_two"),
    State("visit-phase-three", "referrals.visit_home", "/visit", "patient:phase_three,booked"),
    State("visit-elsewhere", "referrals.visit_home", "/visit", "patient:not_for_this_clinic"),
    State("visit-cannot-decide", "referrals.visit_home", "/visit", "patient:cannot_decide_yet"),
    State("visit-without-link", "referrals.visit_home", "/visit"),
    State("birth-date", "referrals.birth_date", "/visit/birth-date", "linked"),
    State("birth-date-empty", "referrals.birth_date", "/visit/birth-date", "linked", sends_empty(), 422),
    State(
        "birth-date-wrong",
        "referrals.birth_date",
        "/visit/birth-date",
        "linked",
        gives_a_wrong_birth_date,
        422,
    ),
    State("times", "referrals.times", "/visit/times", "sent"),
    State("times-urgent", "referrals.times", "/visit/times", "sent-urgent"),
    State("times-empty", "referrals.times", "/visit/times", "sent", sends_empty("main form"), 422),
    State("times-lost", "referrals.times", "/visit/times", "sent", loses_the_time, 409),
    State(
        "times-whole-day", "referrals.times", "/visit/times?place=birmingham&all=1&from=2026-12-03", "sent"
    ),
    State("times-either", "referrals.times", "/visit/times?place=either", "sent"),
    State("times-nothing", "referrals.times", "/visit/times", "sent", finds_nothing_open),
    State("confirm", "referrals.confirm", "/visit/confirm", "choosing", holds_a_time),
    State("booked", "referrals.booked", "/visit/booked", "patient:undecided,booked"),
    State("requested", "referrals.booked", "/visit/booked", "patient:undecided,requested"),
    State("change", "referrals.change", "/visit/change", "patient:undecided,booked"),
    State(
        "change-empty",
        "referrals.change",
        "/visit/change",
        "patient:undecided,booked",
        sends_empty("main form"),
        422,
    ),
    State("cancel", "referrals.cancel", "/visit/cancel", "patient:undecided,booked"),
    State("cancel-requested", "referrals.cancel", "/visit/cancel", "patient:undecided,requested"),
    State("cancel-nothing", "referrals.cancel", "/visit/cancel", "sent", status=404),
    State("cancelled", "referrals.cancelled", "/visit/cancelled", "sent"),
    State("will-call", "referrals.will_call", "/visit/will-call", "sent"),
    State("link", "patients.open_link", lambda scene: f"/go/{scene.someone('sent').token}"),
    State("link-ended", "patients.open_link", "/go/nothing", status=404),
    State("too-often", "patients.open_link", "/", steps=asks_too_often, status=429),
    State("not-found", HOME, "/nowhere", status=404),
    State("form-too-old", HOME, "/intake/start", steps=sends_an_old_form, status=400),
    State("broken", HOME, "/broken", status=500),
    State("busy", HOME, "/busy", status=503),
    State("mail", "devmail.index", "/dev/mail"),
    State("mail-one", "devmail.show", lambda scene: f"/dev/mail/{scene.newest_mail()}"),
    State("sign-in", "security.login", "/staff/sign-in"),
    State("sign-in-error", "security.login", "/staff/sign-in", steps=signs_in_wrongly),
    State("password", "security.change_password", "/staff/password", "manager"),
    State(
        "password-error", "security.change_password", "/staff/password", "manager", sends_empty("main form")
    ),
    State("confirm-password", "security.verify", "/staff/confirm-password", "manager"),
    State("staff-list", "accounts.staff_list", "/staff/people", "manager"),
    State("not-allowed", "accounts.staff_list", "/staff/people", "desk", status=403),
    State("rules", "triage.rules", "/staff/rules", "clinician"),
    State("rules-versions", "triage.versions", "/staff/rules/drafts", "clinician"),
    State("rules-first", "triage.version", "/staff/rules/drafts/1", "clinician"),
    State("rules-of-a-run", "triage.settings_of_run", f"/staff/rules/settings/{FIRST_HASH}", "clinician"),
    State("rules-draft", "triage.version", "/staff/rules/drafts/2", "clinician"),
    State("rules-overrides", "referrals.overrides", "/staff/rules/overrides", "clinician"),
    State("rules-propose", "triage.propose", "/staff/rules/propose", "clinician"),
    State(
        "rules-propose-empty",
        "triage.propose",
        "/staff/rules/propose",
        "clinician",
        sends_empty(".propose"),
        422,
    ),
    State("worklist", "referrals.worklist", "/staff/worklist", "clinician"),
    State("worklist-call-first", "referrals.worklist", "/staff/worklist?show=call-first", "clinician"),
    State("worklist-auburn", "referrals.worklist", "/staff/worklist?place=auburn", "clinician"),
    State("worklist-open-decision", "referrals.worklist", "/staff/worklist?show=open-decision", "clinician"),
    State("worklist-decided", "referrals.worklist", "/staff/worklist?show=decided", "clinician"),
    State("worklist-waiting", "referrals.worklist", "/staff/worklist?show=waiting", "clinician"),
    State("worklist-closed", "referrals.worklist", "/staff/worklist?show=closed", "clinician"),
    State("worklist-mine", "referrals.worklist", "/staff/worklist?whose=mine", "clinician"),
    State("worklist-narrowed", "referrals.worklist", "/staff/worklist?phases=2-3&sort=see-by", "clinician"),
    State(
        "worklist-empty",
        "referrals.worklist",
        "/staff/worklist?whose=mine&priority=5&phases=1-3",
        "clinician",
    ),
    State("worklist-unknown", "referrals.worklist", "/staff/worklist?show=nonsense", "clinician", status=404),
    State("worklist-keys", "referrals.worklist", "/staff/worklist", "clinician", shows_the_keys),
    State("worklist-ticked", "referrals.worklist", "/staff/worklist", "clinician", ticks_nothing),
    State(
        "referral-comment-empty",
        "referrals.referral",
        referral("undecided", "phases_1"),
        "clinician",
        sends_empty("form[action*='/comment']"),
        422,
    ),
    State("cover", "accounts.cover", "/staff/cover", "clinician"),
    State(
        "cover-empty",
        "accounts.cover",
        "/staff/cover",
        "clinician",
        sends_empty("form[action$='/cover']"),
        422,
    ),
    State("shortcuts", "accounts.shortcuts", "/staff/shortcuts", "clinician"),
    State("referral-urgent", "referrals.referral", referral("urgent", "sent"), "clinician"),
    State("referral-one", "referrals.referral", referral("undecided", "phases_1"), "clinician"),
    State("referral-two-or-three", "referrals.referral", referral("undecided", "phases_23"), "clinician"),
    State("referral-three", "referrals.referral", referral("undecided", "phases_3"), "clinician"),
    State("referral-no-phase", "referrals.referral", referral("undecided", "phases_", "sent"), "clinician"),
    State("referral-caller", "referrals.referral", referral("caller"), "clinician"),
    State("referral-decided", "referrals.referral", referral("decided", "phase_three"), "clinician"),
    State(
        "referral-empty",
        "referrals.referral",
        referral("undecided", "phases_1"),
        "clinician",
        sends_empty(".dec form"),
        422,
    ),
    State(
        "referral-stale",
        "referrals.referral",
        referral("undecided", "phases_1"),
        "clinician",
        decides_on_an_old_screen,
        409,
    ),
    *WORKSPACE,
    *SETUP,
    *PAPER,
    *MESSAGES,
    *WHY_NOT,
    State("safety-calls", "referrals.safety_queue", "/staff/safety", "clinician"),
    State("safety-resolved", "referrals.safety_queue", "/staff/safety?show=resolved", "clinician"),
    State("safety-call", "referrals.safety_call", lambda scene: scene.call(clinical=True), "clinician"),
    State(
        "safety-call-empty",
        "referrals.safety_call",
        lambda scene: scene.call(clinical=True, last=True),
        "clinician",
        resolves_without_an_outcome,
        422,
    ),
    *DESK,
)
# GET routes that show no page, and what they do instead.
NO_PAGE = {
    "static": "hands out a file",
    "health.healthz": "answers a machine",
    "health.readyz": "answers a machine",
    "referrals.chart": "hands out a PDF file",
    "referrals.calendar": "hands out a calendar file; the main journey reads it",
    "intake.go_on": "leads on to the next open question",
    "accounts.landing": "leads on to the first page of one's work",
}
