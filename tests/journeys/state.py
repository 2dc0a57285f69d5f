"""A page in a situation, and the few steps that several of them begin with."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.journeys.scene import Scene

Steps = Callable[[Page, Scene], None]
FORM = "main form:not([action])"
# Forgets every answer of a form, as no hand can once a radio button is chosen, and sends it.
SEND_EMPTY = """(form) => {
  for (const one of form.elements) {
    if (["radio", "checkbox"].includes(one.type)) one.checked = false;
    else if (one.tagName === "SELECT") one.selectedIndex = 0;
    else if (["text", "email", "tel", "password", "textarea"].includes(one.type)) one.value = "";
  }
  [...form.querySelectorAll("button")]
    .find((one) => !["confirm", "fill"].includes(one.name) && one.getClientRects().length).click();
}"""


@dataclass(frozen=True)
class State:
    """A page as somebody sees it: `who` is a situation of the scene, `status` the last answer's."""

    name: str
    route: str
    path: str | Callable[[Scene], str]
    who: str = "visitor"
    steps: Steps | None = None
    status: int = 200

    @property
    def for_patients(self) -> bool:
        """Patients' pages are small, plain and easy to touch."""
        return not self.route.startswith(("devmail.", "frontdesk.", "accounts.", "security.")) and (
            self.who not in ("clinician", "desk", "manager")
        )

    def where(self, scene: Scene) -> str:
        """Its address in this clinic."""
        return self.path if isinstance(self.path, str) else self.path(scene)


def sends_empty(form: str = FORM) -> Steps:
    """Send a form with nothing in it."""

    def steps(page: Page, scene: Scene) -> None:
        with page.expect_navigation():
            page.locator(form).first.evaluate(SEND_EMPTY)

    return steps


def send(page: Page, button: str = "main .acts button") -> None:
    """Press a button that leads to another page."""
    with page.expect_navigation():
        page.locator(button).first.click()


def referral(*standing: str) -> Callable[[Scene], str]:
    """The clinician's screen of one of the demo people."""
    return lambda scene: f"/staff/referrals/{scene.someone(*standing).reference}"
